"""GitHub Pages: the site as an artifact, and its deployment into a folder."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from tests.workflows.runner.stand_ins.artifacts import files_below, keep
from tests.workflows.runner.steps import Called, FailedError


@dataclass
class ConfigurePages:
    inputs = frozenset({"token", "enablement"})

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Say where the site will be."""
        if called.flag("enablement", "false"):
            raise FailedError(
                "Resource not accessible by integration"
            )  # the default token may never switch it on
        called.job.claims.expect("pages", "read")
        if not called.job.forge.has_pages:
            raise FailedError("Get Pages site failed. Please verify that the repository has Pages enabled")
        path = f"/{called.job.forge.name.partition('/')[2]}"
        return {
            "base_url": f"{called.job.forge.pages_origin}{path}",
            "origin": called.job.forge.pages_origin,
            "host": "example.github.io",
            "base_path": path,
        }


@dataclass
class UploadPages:
    inputs = frozenset({"path", "name", "retention-days", "include-hidden-files"})

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Keep the site for its deployment."""
        [path] = called.paths("path") if called.get("path") else [called.job.machine.workspace / "_site"]
        files = list(files_below(path, hidden=called.flag("include-hidden-files", "false")))
        if not files:
            raise FailedError(f"tar: {path}: Cannot open: No such file or directory")
        keep(called, called.get("name", "github-pages"), path, files)
        return {"artifact_id": "1"}


@dataclass
class DeployPages:
    inputs = frozenset({"token", "timeout", "artifact_name", "preview"})

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Put the site of this run in the place of the one before."""
        job = called.job
        job.claims.expect("pages", "write")
        job.claims.expect("id-token", "write")
        if job.claims.environment != "github-pages":
            raise FailedError(
                "Missing environment. Ensure your workflow's deployment job has an environment."
            )
        if not job.forge.has_pages:
            raise FailedError("Creating Pages deployment failed: 404. Ensure GitHub Pages has been enabled")
        name = called.get("artifact_name", "github-pages")
        found = job.run.artifacts.get(name)
        if found is None:
            raise FailedError(f'No artifacts named "{name}" were found for this workflow run.')
        shutil.rmtree(job.forge.site, ignore_errors=True)
        shutil.copytree(found, job.forge.site)
        job.forge.deployed += 1
        return {"page_url": f"{job.forge.pages_origin}/{job.forge.name.partition('/')[2]}/"}
