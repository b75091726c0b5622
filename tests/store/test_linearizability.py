"""Whatever goes wrong around the stores of one record branch, all their answers are those of one order of operations."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import GitcpError, RemoteError
from gitcp.model.operation import Receipt, Refusal, Result, Step
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Counter
from gitcp.store import neighbours
from gitcp.store.git_store import GitStore
from gitcp.store.remote import Outcome, Remote
from tests.store import faults
from tests.store.faults import Instant, Interrupted, answered, happening, in_a_child
from tests.store.repositories import commit_files, commit_records, copy_of, git, new_bare
from tests.store.single_order import SingleOrder
from tests.store.steps import asking
from tests.store.troubles import (
    BARE,
    BEGAN,
    CHECKOUT,
    FOUNDING,
    QUIET,
    REMOTE,
    Deed,
    Trouble,
    World,
    deeds,
    troubles,
)

HAND: Final = ("-c", "user.name=Petra Person", "-c", "user.email=petra@example.org")
EXCUSES: Final = {"interrupted", "killed", "full", "cut off", "late"}
WORLDS: Final = ("remote", "bare", "checkout")
T = TypeVar("T")
some = st.integers(0, 11)


def cut_off() -> None:
    raise RemoteError("upstream: the connection broke")


def unheard(push: Callable[[], Any]) -> Outcome:
    push()
    return Outcome(128, "", "the connection broke")


def delete(cache: Path) -> None:
    for file in cache.parent.glob(f"{cache.name}*"):
        file.unlink()


def cut(cache: Path) -> None:
    cache.write_bytes(cache.read_bytes()[:5000])


def overwrite(cache: Path) -> None:
    cache.write_bytes(b"this is no database" * 1000)


def told(snapshot: Snapshot) -> tuple[Any, ...]:
    """Return what a snapshot says of all that the stories are about."""
    tasks = list(snapshot.tasks())
    comments = [list(snapshot.comments(task.id)) for task in tasks]
    others = snapshot.company, snapshot.get(Counter, "CI"), list(snapshot.members())
    return tasks, comments, list(snapshot.runs()), others, list(snapshot.problems())


class Story(RuleBasedStateMachine):
    """Stores on one record branch, each with its own view of it, and all that can happen to them."""

    def __init__(self, world: World, place: Path) -> None:
        super().__init__()
        self.world = world
        self.place = place
        self.order = SingleOrder(place / world.record, FOUNDING)
        self.stores = [self.opened(number) for number in range(len(world.folders))]
        self.numbers = count(1)
        self.runs: list[str] = []
        self.open: dict[str, Step] = {}
        self.made: dict[str, str | None] = {}
        self.underway: list[Callable[[], Any]] = []
        self.is_sound = True

    # -- what happens

    @rule(who=some, wanted=st.lists(deeds, min_size=1, max_size=2), trouble=troubles)
    def does(self, who: int, wanted: list[Deed], trouble: Trouble) -> None:
        """A store is asked for something new."""
        with self.soundly():
            self.ask(who, [self.step(deed) for deed in wanted], trouble)

    @precondition(lambda self: self.order.sent)
    @rule(who=some, which=some, trouble=troubles)
    def asks_again(self, who: int, which: int, trouble: Trouble) -> None:
        """Any store is asked for something again; what is not settled comes first."""
        with self.soundly():
            known = [*self.open.values()] or [sent.step for sent in self.order.sent.values()]
            self.ask(who, [known[which % len(known)]], trouble)

    @rule(who=some, trouble=troubles)
    def looks(self, who: int, trouble: Trouble) -> None:
        """A store fetches, and shows what the branch holds; its checkout does so too."""
        with self.soundly():
            since = 0 if trouble.kind == "lagging" else self.order.length
            try:
                has_ended = self.amid(who, trouble, lambda store: bool(store.fetch()) or True)
            except (GitcpError, Interrupted):
                assert trouble.kind in EXCUSES
            else:
                if has_ended:
                    self.hold_shown(who, since)

    @rule(who=some)
    def opens_again(self, who: int) -> None:
        """A store is thrown away, and another one takes its place."""
        with self.soundly():
            self.stores[self.at(who)].close()
            self.stores[self.at(who)] = self.opened(self.at(who))

    @rule(who=some, harm=st.sampled_from([delete, cut, overwrite]))
    def loses_its_cache(self, who: int, harm: Callable[[Path], None]) -> None:
        """The caches of a repository are deleted while its stores are open, or damaged while they are not."""
        with self.soundly():
            folder = self.world.folders[self.at(who)]
            sharing = [number for number, other in enumerate(self.world.folders) if other == folder]
            caches = list((self.stores[self.at(who)].git_directory / "gitcp").glob("*.sqlite"))
            for number in sharing if harm is not delete else ():
                self.stores[number].close()
            for cache in caches:
                harm(cache)
            for number in sharing if harm is not delete else ():
                self.stores[number] = self.opened(number)

    @precondition(lambda self: self.underway)
    @rule()
    def delivers(self) -> None:
        """A push reaches the remote for which its sender did not wait."""
        with self.soundly():
            self.underway.pop(0)()
            self.order.advance()

    # -- what is true

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        """Each task has one number and one live run at most, each agent as well."""
        numbers = [task for task in self.made.values() if task is not None]
        active = self.order.snapshot.runs(active=True)
        assert len(numbers) == len(set(numbers))
        assert len(active) == len({run.task for run in active}) == len({run.agent for run in active})

    def teardown(self) -> None:
        """Everything settles when it is asked for again in peace, and all show the same in the end."""
        try:
            if self.is_sound:
                self.end()
        finally:
            for store in self.stores:
                store.close()

    def end(self) -> None:
        for number, step in enumerate(list(self.open.values())):
            self.ask(number, [step], QUIET)
        for push in self.underway:
            push()
        self.order.advance()
        assert not self.open
        for number in range(len(self.stores)):
            self.stores[number].fetch()
            self.hold_shown(number, self.order.length)
        with GitStore.clone(str(self.place / self.world.record), self.place / "fresh.git") as fresh:
            assert told(fresh.snapshot()) == told(self.order.snapshot)
        assert "error" not in git(self.place / self.world.record, "fsck", "--connectivity-only")

    # -- how

    @contextmanager
    def soundly(self) -> Iterator[None]:
        """Note that what is done ended well; else there is nothing to hold at the end."""
        self.is_sound = False
        yield
        self.is_sound = True

    def at(self, who: int) -> int:
        return who % len(self.stores)

    def opened(self, number: int) -> GitStore:
        """Open a store; the last of a world judges, and has nothing against anything."""
        judge = (lambda _, __: ()) if number == len(self.world.folders) - 1 else None
        return GitStore.open(self.place / self.world.folders[number], judge=judge)

    def step(self, deed: Deed) -> Step:
        step = deed.step(next(self.numbers), self.runs)
        if isinstance(step[0], ClaimRun):
            self.runs.append(step[0].run.id)
        return step

    def ask(self, who: int, steps: Sequence[Step], trouble: Trouble) -> None:
        """Let a store carry out steps, and hold that its answers are those of the single order."""
        since = 0 if trouble.kind == "lagging" else self.order.length
        self.order.send(steps)
        self.open |= {call.request: (operation, call) for operation, call in steps}
        try:
            results = self.amid(who, trouble, lambda store: store.apply(asking(*steps)).results)
        except (GitcpError, Interrupted):
            assert trouble.kind in EXCUSES
            results = None
        self.order.advance()
        for step, result in zip(steps, results or (), strict=bool(results)):
            self.settle(step, result, since, trouble)

    def settle(self, step: Step, result: Result, since: int, trouble: Trouble) -> None:
        if trouble.kind == "full" and isinstance(result, Refusal) and type(result.error) is GitcpError:
            return  # it could not be written, which is not for good
        self.order.settle(step, result, since)
        self.open.pop(step[1].request, None)
        if isinstance(result, Receipt) and isinstance(step[0], CreateTask):
            self.made[step[1].request] = result.edit.task

    def amid(self, who: int, trouble: Trouble, work: Callable[[GitStore], T]) -> T | None:
        """Do something with a store in the middle of a trouble; none says that nobody knows what came of it."""
        number = self.at(who)
        match trouble.kind:
            case "killed":
                return self.in_a_process(number, trouble.instant, faults.die, work)
            case "full":
                return self.in_a_process(number, trouble.instant, faults.fill_the_disk, work)
            case _:
                with self.around(number, trouble):
                    return work(self.stores[number])

    def in_a_process(
        self, number: int, instant: Instant | None, what: Callable[[], None], work: Callable[[GitStore], T]
    ) -> T | None:
        def alone() -> T:
            with happening(instant, what), self.opened(number) as store:
                return work(store)

        return in_a_child(alone)

    def around(self, number: int, trouble: Trouble) -> AbstractContextManager[object]:
        match trouble.kind:
            case "unheard":
                return answered(Remote, "push", unheard)
            case "late":
                return answered(Remote, "push", self.hold_back)
            case "lagging":
                return answered(Remote, "fetch", lambda _: True)
            case "cut off":
                return happening(trouble.instant, cut_off)
            case "meanwhile":
                return happening(trouble.instant, lambda: self.meanwhile(number, trouble.deed))
            case "interrupted":
                return happening(trouble.instant, faults.interrupt)
            case _:
                return nullcontext()

    def hold_back(self, push: Callable[[], Any]) -> Outcome:
        self.underway.append(push)
        raise RemoteError("git push: did not end within 120 seconds")

    def meanwhile(self, number: int, deed: Deed | None) -> None:
        """Somebody else is first: another store, with the same requests or another one; or a person with git."""
        if self.world.has_remote:
            steps = [self.step(deed)] if deed else list(self.open.values())[-1:]
            self.ask(number + 1, steps, QUIET)
        elif self.world is CHECKOUT:
            command = ("git", *HAND, "commit", "--quiet", "--allow-empty", "--message=by hand")
            subprocess.run(command, cwd=self.place / self.world.record, check=False, capture_output=True)
        else:
            commit_files(self.place / self.world.record, {"notes": f"{self.order.length}"}, seconds=BEGAN)

    def hold_shown(self, who: int, since: int) -> None:
        """Hold that a store shows what the branch holds, or has held since it had a length; and so does its checkout."""
        store = self.stores[self.at(who)]
        self.order.advance()
        assert told(store.snapshot()) in [told(state) for state in self.order.states(since)]
        if store.has_checkout:
            assert store.edited_paths() == ()
            assert git(store.root, "status", "--porcelain") == ""
            assert git(store.root, "rev-parse", "HEAD").strip() == store.snapshot().revision


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a company's repository, two bare clones and a checkout of it."""
    folder = tmp_path_factory.mktemp("founded")
    commit_records(new_bare(folder / "upstream.git"), *FOUNDING, seconds=BEGAN)
    for name in ("one.git", "two.git"):
        GitStore.clone(str(folder / "upstream.git"), folder / name).close()
        git(folder / name, "config", "remote.origin.url", "../upstream.git")
    git(folder, "clone", "--quiet", "upstream.git", "three")
    git(folder / "three", "config", "remote.origin.url", "../upstream.git")
    return folder


def tell(founded: Path, world: World, tmp_path: Path, stories: int, length: int) -> None:
    """Tell many stories about a world, each from the beginning."""
    numbers = count()

    def story() -> Story:
        place = copy_of(founded, tmp_path / str(next(numbers)))
        if world is CHECKOUT:
            git(place / "three", "remote", "remove", "origin")
        return Story(world, place)

    ways = settings(
        max_examples=stories,
        stateful_step_count=length,
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=list(HealthCheck),
    )
    with pytest.MonkeyPatch.context() as patch:
        # Who comes in between is first while another one is at it; nothing is gained from waiting for that one.
        patch.setattr(neighbours, "PATIENCE", 0.01)
        run_state_machine_as_test(story, settings=ways)  # type: ignore[arg-type]  # a factory is called as a class is


@pytest.mark.parametrize(
    ("world", "stories", "length"), [(REMOTE, 16, 14), (BARE, 25, 15), (CHECKOUT, 16, 14)], ids=WORLDS
)
def test_all_answers_are_those_of_one_order_whatever_goes_wrong(
    founded: Path, tmp_path: Path, world: World, stories: int, length: int
) -> None:
    tell(founded, world, tmp_path, stories, length)


@pytest.mark.slow
@pytest.mark.parametrize("world", [REMOTE, BARE, CHECKOUT], ids=WORLDS)
def test_all_answers_are_those_of_one_order_in_many_long_stories(
    founded: Path, tmp_path: Path, world: World
) -> None:
    tell(founded, world, tmp_path, 50, 30)
