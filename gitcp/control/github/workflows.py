"""The files that a control repository has in `.github`: rendered from the templates and the facts of the company.

Rule: the first line of each says which gitcp wrote it and a digest of the rest, so that an edit by a person is seen and kept.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import gitcp
from gitcp.control.github.facts import Facts
from gitcp.control.templates import templates
from gitcp.errors import GitcpError
from gitcp.model.actors import SCHEDULER_EMAIL

WORKFLOWS: Final = ("tick", "run", "check", "pages", "audit")
DELIVERY_TOKEN: Final = "GITCP_DELIVERY_TOKEN"  # noqa: S105 - a name
READ_TOKEN: Final = "GITCP_READ_TOKEN"  # noqa: S105
ACTION: Final = ".github/actions/gitcp/action.yml"
TICK: Final = ".github/workflows/tick.yml"

# Third-party actions, each at the commit of a release.
_USES: Final[Mapping[str, str]] = {
    "checkout": "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd  # v6.0.2",
    "setup_python": "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405  # v6.2.0",
    "cache_restore": "actions/cache/restore@cdf6c1fa76f9f475f3d7449005a359c84ca0f306  # v5.0.3",
    "cache_save": "actions/cache/save@cdf6c1fa76f9f475f3d7449005a359c84ca0f306  # v5.0.3",
    "upload_artifact": "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f  # v6.0.0",
    "download_artifact": "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131  # v7.0.0",
    "configure_pages": "actions/configure-pages@983d7736d9b0ae728b81ab479565c72886d7745b  # v5.0.0",
    "upload_pages_artifact": "actions/upload-pages-artifact@7b1f4a764d45c48632c6b24a0339c27f5614fb0b  # v4.0.0",
    "deploy_pages": "actions/deploy-pages@d6db90164ac5ed86f2b6aed7e0febac5b3c0c03e  # v4.0.5",
    "create_github_app_token": "actions/create-github-app-token@29824e69f54612133e76f7eaac726eef6c875baf  # v2.2.1",
}

# The programs of the runtimes that have one, by npm.
_PACKAGES: Final[Mapping[str, str]] = {
    "claude-code": "@anthropic-ai/claude-code@2.1.330",
    "codex": "@openai/codex@0.169.0",
    "opencode": "opencode-ai@1.18.33",
    "gemini": "@google/gemini-cli@0.61.0",
}

# What a tick goes by, as far as people write it; `wakes/` and decisions in `approvals/` wake at once.
_PATHS: Final = (
    "gitcp.yaml",
    "approvals/**",
    "budgets/**",
    "comments/**",
    "goals/**",
    "org/**",
    "policies/**",
    "projects/**",
    "routines/**",
    "tasks/**",
    "wakes/**",
)

# Git goes by the beginning of an address, and the longest one counts: `acme/app` over HTTPS leaves `acme/app-control` as it is.
_ITSELF: Final = ("git@github.com:${{ github.repository }}", "git@github.com:${{ github.repository }}")

_HEADER: Final = re.compile(r"# Written by gitcp (?P<version>\S+) \(sha256 (?P<digest>[0-9a-f]{16})\); .*\n")
_MADE_BY: Final = re.compile(
    r"^# Made by: gitcp github install --credential (?P<credential>\S+) --every (?P<every>[0-9]+)$", re.M
)
_HOUR, _DAY = 60, 1440


class Credential(StrEnum):
    """With what the jobs that decide push."""

    TOKEN = "token"  # noqa: S105 - a kind, no password
    DEPLOY_KEY = "deploy-key"
    APP = "app"


_CREDENTIALS: Final[Mapping[Credential, tuple[str, ...]]] = {
    Credential.TOKEN: (),
    Credential.DEPLOY_KEY: ("GITCP_DEPLOY_KEY",),
    Credential.APP: ("GITCP_APP_PRIVATE_KEY",),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose: the credential, and every how many minutes a tick is asked for."""

    credential: Credential = Credential.TOKEN
    every: int = 15

    def __post_init__(self) -> None:
        """Refuse a rhythm that no cron expression says.

        Raises:
            GitcpError: the minutes do not divide an hour, or the hours not a day; or GitHub does not go as often.
        """
        whole = _HOUR if self.every <= _HOUR else _DAY
        if self.every < 5 or whole % self.every or (self.every > _HOUR and self.every % _HOUR):  # noqa: PLR2004
            raise GitcpError(
                f"--every: expected minutes that divide an hour, at least 5, or hours that divide a day, found {self.every}",
                hint="--every 5, 10, 15, 20, 30, 60, 120, 360",
            )


def rendered(facts: Facts, choices: Choices) -> dict[str, str]:
    """Return the text of each file by its path.

    Raises:
        GitcpError: the branch has a name that a workflow cannot hold.
    """
    if "${{" in facts.branch:
        raise GitcpError(
            f"{facts.branch!r}: a workflow would take this name for an expression", hint="rename the branch"
        )
    known = _known(facts, choices)
    files = {f".github/workflows/{name}.yml": _file(f"{name}.yml", known) for name in WORKFLOWS}
    return files | {ACTION: action()}


def action() -> str:
    """Return the action that installs this version of gitcp; it is the same for all companies."""
    return _file("action.yml", {"version": gitcp.__version__, "uses": _USES})


def is_as_written(text: str) -> bool:
    """Whether a file is as some gitcp wrote it, and no person changed it since."""
    match = _HEADER.match(text)
    return match is not None and match["digest"] == _digest(text[match.end() :])


def choices_in(text: str) -> Choices | None:
    """Return what was chosen when `tick.yml` was written, if it still says so."""
    match = _MADE_BY.search(text)
    try:
        return Choices(Credential(match["credential"]), int(match["every"])) if match else None
    except (ValueError, GitcpError):
        return None


def _known(facts: Facts, choices: Choices) -> dict[str, Any]:
    return {
        "version": gitcp.__version__,
        "uses": _USES,
        "packages": _PACKAGES,
        "paths": _PATHS,
        "branch": facts.branch,
        "pattern": re.sub(r"([!+\[\]*?\\])", r"\\\1", facts.branch),
        "scheduler": SCHEDULER_EMAIL,
        "credential": choices.credential.value,
        "every": choices.every,
        "cron": crons(facts.company, choices.every),
        "secrets": facts.secrets,
        "own_secrets": own_secrets(facts, choices),
        "is_signed": facts.is_signed,
        "deliveries": _deliveries(facts, choices),
        "over_ssh": (*facts.over_ssh, _ITSELF) if facts.over_ssh else (),
    }


def own_secrets(facts: Facts, choices: Choices) -> tuple[str, ...]:
    """Return the names of the secrets that gitcp's own jobs use, beside those of the agents; the last two may be missing."""
    credential = _CREDENTIALS[choices.credential]
    signing = ("GITCP_SIGNING_KEY",) if facts.is_signed else ()
    delivery = () if _deliveries(facts, choices) else (DELIVERY_TOKEN,)
    return (*credential, *signing, *delivery, READ_TOKEN)


def _deliveries(facts: Facts, choices: Choices) -> tuple[str, ...]:
    return facts.deliveries if choices.credential is Credential.APP else ()


def crons(company: str, every: int) -> dict[str, str]:
    """Return when the scheduled workflows are asked for: minutes that differ from company to company, and are never 0, when everybody asks."""
    number = int.from_bytes(hashlib.sha256(company.encode()).digest()[:8])
    first = 1 + number % (min(every, _HOUR) - 1)
    minutes = ",".join(str(minute) for minute in range(first, _HOUR, every))
    hours = "*" if every <= _HOUR else f"*/{every // _HOUR}"
    once = 1 + number // _HOUR % (_HOUR - 1)
    return {
        "tick": f"{minutes} {hours if every < _DAY else 4} * * *",
        "pages": f"{once} 3 * * *",
        "audit": f"{once} 4 * * *",
    }


def _file(name: str, known: Mapping[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - most commands render nothing

    # GitHub's own expressions are `${{ }}`. What is rendered is no HTML.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(templates() / "github"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters["quoted"] = json.dumps
    text = environment.get_template(name).render(known)
    first = f"# Written by gitcp {gitcp.__version__} (sha256 {_digest(text)}); `gitcp github install` brings it up to date.\n"
    return first + text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
