"""Whether this machine reaches the remote and may push to it: tried with a ref that is of no use to anybody and is taken away again.

What a doctor leaves that was ended in the middle, the next one takes away.

Rule: nobody is asked for a password, nothing waits longer than its time, and the record branch is not touched.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from gitcp.control.clock import new_request
from gitcp.control.clocks import compared, read_date
from gitcp.control.finding import Finding, State
from gitcp.control.github.repository import address
from gitcp.control.plane import Plane
from gitcp.errors import GitcpError
from gitcp.store.remote import spoken
from gitcp.workspaces.program import Git, Output

PROBES: Final = "refs/gitcp/probe/"
SECONDS: Final = 30.0
# A ref that is this old has nobody who will take it away.
LEFT: Final = timedelta(hours=1)
_MOST_LEFT: Final = 100
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_DATE_SECONDS: Final = 10.0
_LONGEST: Final = 300
_ABOUT: Final = "remote"
# Porcelain: a flag, the refs, a summary in square brackets, and behind it the server's words.
_REFUSED: Final = re.compile(r"!\t[^\t]*\t\[(?P<kind>[^\]]+)\](?: \((?P<why>.*)\))?")


def look(plane: Plane) -> Iterator[Finding]:
    """Yield whether the remote answers, takes a push, and has the same time."""
    if not plane.store.has_remote:
        yield Finding(_ABOUT, State.OK, "none: the record is the branch of this clone")
        return
    name = plane.store.config("gitcp.remote") or "origin"
    branch = f"refs/heads/{plane.store.branch}"
    try:
        heard = _git(plane, "ls-remote", "--quiet", "--", name, branch, f"{PROBES}*")
        if heard.status:
            yield Finding(
                _ABOUT,
                State.ERROR,
                f"{name} cannot be read: {_words(heard)}",
                "check the network, the address (git remote -v) and the right to read",
            )
            return
        refs = {line.partition("\t")[2] for line in heard.stdout.splitlines()}
        _take_left(plane, name, refs)
        yield from _pushes(plane, name)
        yield _branch(plane, name, branch, is_there=branch in refs)
    except GitcpError as error:
        remedy = "check the network, and the hooks of the remote, then gitcp doctor again"
        yield Finding(_ABOUT, State.ERROR, f"{name}: {error.message}", remedy)
        return
    yield from _time(plane)


def _pushes(plane: Plane, name: str) -> Iterator[Finding]:
    probe = f"{PROBES}{plane.clock.now().strftime(_STAMP)}-{new_request()}"
    put = _put(plane, name, probe)
    if put.status:
        message = f"{name} may be read, and takes no ref of gitcp's: {_words(put)}"
        remedy = (
            "give this machine the right to push, refs below refs/gitcp/ too; to read only, nothing is needed"
        )
        yield Finding(_ABOUT, State.WARNING, message, remedy)
        return
    taken = _push(plane, name, f":{probe}")
    if taken.status:
        message = f"{name} takes refs and gives none back: {_words(taken)}"
        remedy = f"let refs below refs/gitcp/ be deleted, then: git push {name} :{probe}"
        yield Finding(_ABOUT, State.WARNING, message, remedy)
    else:
        yield Finding(_ABOUT, State.OK, f"{name} takes refs of gitcp's, and gives them back")


def _put(plane: Plane, name: str, probe: str) -> Output:
    try:
        return _push(plane, name, f"{plane.store.tip()}:{probe}")
    except BaseException:
        # It may be there all the same: a hook hangs after the ref came, or the person has waited enough.
        with suppress(GitcpError):
            _push(plane, name, f":{probe}")
        raise


def _take_left(plane: Plane, name: str, refs: set[str]) -> None:
    """Take away what others have left; one that is refused, or that another doctor took at this moment, is no matter."""
    before = plane.clock.now() - LEFT
    left = [ref for ref in sorted(refs) if (at := _put_at(ref)) is not None and at < before]
    if left:
        _push(plane, name, *(f":{ref}" for ref in left[:_MOST_LEFT]))


def _put_at(ref: str) -> datetime | None:
    if not ref.startswith(PROBES):
        return None
    try:
        return datetime.strptime(ref.removeprefix(PROBES).partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _branch(plane: Plane, name: str, branch: str, *, is_there: bool) -> Finding:
    about = "remote branch"
    if not is_there:
        return Finding(
            about, State.ERROR, f"{name} has no {plane.store.branch}", f"git push {name} {plane.store.branch}"
        )
    tried = _git(plane, "push", "--dry-run", "--porcelain", "--", name, f"{plane.store.tip()}:{branch}")
    refused = _refusal(tried)
    if tried.status == 0 or (refused is not None and refused["kind"] == "rejected"):
        # Another one was first: then it is at least asked for no more than that.
        message = f"{plane.store.branch} may be pushed to, as far as a trial run tells; rules of the server show only in earnest"
        return Finding(about, State.OK, message)
    message = f"{plane.store.branch} may not be pushed to: {_words(tried)}"
    return Finding(about, State.WARNING, message, "give this machine the right to push")


def _time(plane: Plane) -> Iterator[Finding]:
    theirs = _date(address(plane) or "")
    if theirs is not None:
        yield compared("remote clock", plane.clock.now(), theirs, "at the remote")


def _date(url: str) -> datetime | None:
    """Return what time it is where an address of the web leads; none where that is not told."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        bare = urlunsplit((parts.scheme, f"{host}{port}", f"{parts.path.rstrip('/')}/info/refs", "", ""))
        request = urllib.request.Request(bare, method="HEAD")  # noqa: S310 - the scheme is looked at above
        try:
            with _ASKING.open(request, timeout=_DATE_SECONDS) as answer:
                told = answer.headers.get("Date")
        except urllib.error.HTTPError as refused:
            told = refused.headers.get("Date")
            refused.close()
    except (OSError, ValueError, HTTPException):
        return None
    return read_date(told)


class _Staying(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a refusal tells the time as well."""

    def redirect_request(self, *_: Any) -> None:
        return None


_ASKING: Final = urllib.request.build_opener(_Staying)


def _push(plane: Plane, name: str, *refs: str) -> Output:
    return _git(plane, "push", "--porcelain", "--quiet", "--no-follow-tags", "--", name, *refs)


def _git(plane: Plane, verb: str, *arguments: str) -> Output:
    return Git(SECONDS).remote(verb, *arguments, clone=plane.store.git_directory, at=plane.store.root)


def _refusal(output: Output) -> re.Match[str] | None:
    return next((found for line in output.stdout.splitlines() if (found := _REFUSED.match(line))), None)


def _words(output: Output) -> str:
    refused = _refusal(output)
    said = [line.removeprefix("remote:").strip() for line in spoken(output.stderr).splitlines()]
    reason = [spoken(refused["why"] or refused["kind"])] if refused is not None else []
    text = "; ".join(filter(None, dict.fromkeys([*reason, *said]))) or f"git ended with {output.status}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
