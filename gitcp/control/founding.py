"""Found a company from a template: its control repository, and the execution repository that the template brings."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gitcp.control.github.facts import JOBS_TAKE, Facts, facts_of
from gitcp.control.github.workflows import Choices, rendered
from gitcp.control.templates import company_templates
from gitcp.core.dating import times_of
from gitcp.errors import GitcpError
from gitcp.model.company import Company, SchedulerSettings
from gitcp.model.members import Agent, AgentStatus, Person
from gitcp.model.planning import Routine, RoutineStatus
from gitcp.store.codec import read, rewrite
from gitcp.store.founding import FIRST_BRANCH, Founder, found_repository
from gitcp.store.layout import Place, place_of


@dataclass(frozen=True, slots=True)
class Founded:
    """Where the repositories are."""

    control: Path
    execution: Mapping[str, Path]
    commit: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Wish:
    """What a company shall be called, whose it is, and where its repositories go. No name: the template's.

    `github`: its workflows come with the first commit, as chosen.
    """

    template: str
    folder: Path
    founder: Founder
    name: str | None = None
    execution: Path | None = None
    github: Choices | None = None


def found(wish: Wish, now: datetime) -> Founded:
    """Write a company and commit it; heartbeats and routines begin now.

    Raises:
        GitcpError: there is no such template, or a folder holds something already.
    """
    known = company_templates()
    if wish.template not in known:
        raise GitcpError(f"template {wish.template} does not exist", hint=f"there are {', '.join(known)}")
    source = known[wish.template]
    folders = sorted(path for path in source.iterdir() if path.is_dir() and path.name != "control")
    execution = {path.name: _beside(wish, path.name, many=len(folders) > 1) for path in folders}
    for folder in (wish.folder, *execution.values()):
        _expect_empty(folder)
    for path in folders:
        found_repository(execution[path.name], _files(path), wish.founder, f"Open the {path.name}", now)
    template = _files(source / "control")
    zone = _company(template).timezone
    files = {
        path: _adapted(wish, path, _dated(path, data, zone, now), execution)
        for path, data in template.items()
    }
    subject = f"create company {wish.name or _company(files).name}"
    facts = facts_of(_company(files), _agents(files), FIRST_BRANCH)
    if wish.github is not None:
        files |= {path: text.encode() for path, text in rendered(facts, wish.github).items()}
    commit = found_repository(wish.folder, files, wish.founder, subject, now, keep_identity=True)
    return Founded(wish.folder, execution, commit, facts)


def _beside(wish: Wish, name: str, *, many: bool) -> Path:
    if wish.execution is not None and not many:
        return wish.execution
    parent = wish.execution or wish.folder.parent
    return parent / (name if wish.execution else f"{wish.folder.name}-{name}")


def _expect_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GitcpError(
            f"{folder}: expected a new or an empty folder, found something in it",
            hint="choose another folder",
        )


def _files(source: Path) -> dict[str, bytes]:
    found = (path for path in sorted(source.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in found}


def _dated(path: str, data: bytes, zone: str, now: datetime) -> bytes:
    place = place_of(path)
    record = read(place, data).record if place is not None else None
    since = now.replace(microsecond=0)
    match record:
        case Agent(heartbeat=heartbeat, status=AgentStatus.ACTIVE) if heartbeat and heartbeat.since is None:
            beating = heartbeat.evolve(since=since, dated=times_of(heartbeat, zone))
            return rewrite(data.decode(), record, record.evolve(heartbeat=beating)).encode()
        case Routine(since=None, status=RoutineStatus.ACTIVE):
            routine = record.evolve(since=since, dated=times_of(record, zone))
            return rewrite(data.decode(), record, routine).encode()
        case _:
            return data


def _adapted(wish: Wish, path: str, data: bytes, execution: Mapping[str, Path]) -> bytes:
    place = place_of(path)
    record = read(place, data).record if place is not None else None
    match record:
        case Company():
            urls = {name: _relative(wish.folder, folder) for name, folder in execution.items()}
            repositories = {
                name: repository.evolve(url=urls.get(name, repository.url))
                for name, repository in record.repositories.items()
            }
            after = record.evolve(
                name=wish.name or record.name,
                repositories=repositories,
                scheduler=_patient(record.scheduler) if wish.github else record.scheduler,
            )
            return rewrite(data.decode(), record, after).encode()
        case Person():
            after_person = record.evolve(name=wish.founder.name, emails=(wish.founder.email,))
            return rewrite(data.decode(), record, after_person).encode()
        case _:
            return data


def _patient(settings: SchedulerSettings) -> SchedulerSettings:
    # Jobs wait for machines, and are set up, before an agent begins and after it ended.
    return settings.evolve(grace_minutes=max(settings.grace_minutes, JOBS_TAKE))


def _relative(control: Path, execution: Path) -> str:
    # A relative way survives when both folders are moved together.
    relative = os.path.relpath(execution.resolve(), control.resolve())
    return Path(relative).as_posix()


def _agents(files: Mapping[str, bytes]) -> Iterator[Agent]:
    for path, data in files.items():
        place = place_of(path)
        record = read(place, data).record if place is not None else None
        if isinstance(record, Agent):
            yield record


def _company(files: Mapping[str, bytes]) -> Company:
    record = read(Place("company", "gitcp"), files["gitcp.yaml"]).record
    return record if isinstance(record, Company) else Company(id="gitcp", name="a company")
