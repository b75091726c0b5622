# Needs Python 3.11 or newer, git and make; GNU make 3.81, which macOS has, is enough.
# Everything is installed into .venv; an empty file in .venv/done marks each finished step.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
CHECKOUT := $(VENV)/checkout

ASK_VERSION := -c 'import platform; print(platform.python_version())'
PYTHON_VERSION := $(shell $(PYTHON) $(ASK_VERSION) 2>/dev/null)

# What the wheel is made of, as one number: it also changes when a file is removed or taken back.
PACKAGED := gitcp templates pyproject.toml README.md LICENSE
SOURCES := $(shell find $(PACKAGED) -type f ! -name '*.pyc' -exec cksum {} + 2>/dev/null | LC_ALL=C sort | cksum | cut -d ' ' -f 1)

PYTHON_READY := $(DONE)/python-$(PYTHON_VERSION)
WHEEL_READY := $(DONE)/wheel-$(SOURCES)

PIP := $(BIN)/python -m pip
# Tests wait for programs that they started: one process more than there are processors keeps these busy.
ASK_PROCESSES := -c 'import os; print((os.cpu_count() or 1) + 1)'
PROCESSES = $(shell $(PYTHON) $(ASK_PROCESSES) 2>/dev/null || echo auto)

PYTEST := cd $(CHECKOUT) && GITCP_TEST_WHEEL=1 ../bin/pytest
SAY := @printf '==> %s\n'

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-slow coverage lint types dev ci-deps clean tests-without-the-tree

help: ## list the targets
	@echo 'usage: make TARGET [PYTHON=python3.12] [ARGS="-k budget"]'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

demo: $(WHEEL_READY) ## install gitcp into .venv and make a company in demo/ that works
	$(SAY) 'Making the demo in demo/'
	@$(BIN)/gitcp demo demo

test: $(WHEEL_READY) $(DONE)/test tests-without-the-tree ## build the wheel, install it and run the tests on it
	$(SAY) 'Running the tests on the installed wheel'
	@$(PYTEST) -n $(PROCESSES) --dist worksteal -m 'not slow' $(ARGS)

test-fast: $(WHEEL_READY) $(DONE)/test tests-without-the-tree ## run the tests of model and core only: seconds
	$(SAY) 'Running the tests of model and core on the installed wheel'
	@$(PYTEST) -m 'not slow' $(ARGS) tests/model tests/core

test-slow: $(WHEEL_READY) $(DONE)/test tests-without-the-tree ## run the tests that are too slow for every change
	$(SAY) 'Running the slow tests on the installed wheel'
	@$(PYTEST) -n auto --dist worksteal -m slow $(ARGS)

coverage: $(WHEEL_READY) $(DONE)/test tests-without-the-tree ## run the tests and show the lines that none of them reaches
	$(SAY) 'Measuring what the tests reach'
	@$(PYTEST) -n $(PROCESSES) --dist worksteal -m 'not slow' --cov --cov-report=term-missing:skip-covered $(ARGS)

lint: $(DONE)/lint ## check style and formatting
	$(SAY) 'Checking the style'
	@$(BIN)/ruff check .
	$(SAY) 'Checking the formatting'
	@$(BIN)/ruff format --check .

types: $(WHEEL_READY) $(DONE)/test $(DONE)/browser $(DONE)/lint ## check the types
	$(SAY) 'Checking the types'
	@$(BIN)/mypy

dev: $(DONE)/test $(DONE)/lint ## install gitcp editable into .venv: .venv/bin/pytest then runs on the tree
	$(SAY) 'Installing gitcp editable'
	@rm -f $(DONE)/wheel-*
	@$(PIP) install --quiet --editable .

ci-deps: $(DONE)/browser $(DONE)/workflows ## install what the tests of browsers, servers, agents and GitHub's contract need, and the judges of pages and workflows
	@.ci/browser
	@.ci/servers
	@.ci/agents
	@.ci/pages
	@.ci/workflows
	@.ci/github

clean: ## remove .venv, builds and caches; demo/ stays
	$(SAY) 'Removing .venv, builds and caches'
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	@find gitcp tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# pytest runs in a folder that has everything but gitcp/, so that `import gitcp` can only find the wheel.
tests-without-the-tree: $(PYTHON_READY)
	@mkdir -p $(CHECKOUT)
	@for name in *; do \
	  case "$$name" in gitcp|build|dist|demo) ;; *) ln -sfn "../../$$name" "$(CHECKOUT)/$$name" ;; esac; \
	done

$(WHEEL_READY): $(PYTHON_READY)
	$(SAY) 'Building the wheel'
	@rm -rf $(DONE)/wheel-* $(VENV)/dist
	@$(BIN)/python -m hatchling build --target wheel --directory $(VENV)/dist
	$(SAY) 'Installing the wheel and what it depends on'
	@$(PIP) uninstall -qq --yes gitcp
	@$(PIP) install --quiet $(VENV)/dist/gitcp-*.whl
	@touch $@

$(DONE)/test: pyproject.toml $(PYTHON_READY)
	$(SAY) 'Installing what the tests need'
	@$(PIP) install --quiet --group test
	@touch $@

$(DONE)/browser: pyproject.toml $(PYTHON_READY)
	$(SAY) 'Installing the libraries of the browser tests'
	@$(PIP) install --quiet --group browser
	@touch $@

$(DONE)/workflows: pyproject.toml $(PYTHON_READY)
	$(SAY) 'Installing the judges of workflows'
	@$(PIP) install --quiet --group workflows
	@touch $@

$(DONE)/lint: pyproject.toml $(PYTHON_READY)
	$(SAY) 'Installing the linters'
	@$(PIP) install --quiet --group lint
	@touch $@

$(PYTHON_READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  found=`for name in python3.14 python3.13 python3.12 python3.11; do $$name -c "" 2>/dev/null && echo $$name; done`; \
	  set -- $$found; \
	  echo "gitcp needs Python 3.11 or newer; $(PYTHON) is $(or $(PYTHON_VERSION),not there)" >&2; \
	  echo "  hint: make $(MAKECMDGOALS) PYTHON=$${1:-/path/to/python3.11}" >&2; \
	  exit 1; }
	@if [ "`$(BIN)/python $(ASK_VERSION) 2>/dev/null`" != '$(PYTHON_VERSION)' ]; then \
	  echo '==> Creating .venv with Python $(PYTHON_VERSION)'; \
	  $(PYTHON) -m venv --clear $(VENV) || { \
	    echo '  hint: on Debian and Ubuntu, apt-get install python3-venv as root' >&2; exit 1; }; \
	fi
	$(SAY) 'Installing pip and the build backend into .venv'
	@$(PIP) install --quiet --upgrade 'pip>=25.1' 'hatchling>=1.27'
	@mkdir -p $(DONE)
	@rm -f $(DONE)/python-*
	@touch $@
