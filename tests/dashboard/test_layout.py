"""Properties of the drawn tree, whatever the tree."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.dashboard.layout import APART, GAP, HIGH, INDENT, MARGIN, PAGE, WIDE, Box, Form, Layout, layout
from gitcp.dashboard.trees import Branch, depth_first

FORMS = [Form(), Form(0, 4), Form(1, 8), Form(2, 14), Form(3, 24)]
PARENTS = st.lists(st.integers(0, 60), max_size=60).map(
    lambda picks: {f"n{at}": f"n{pick % (at + 2)}" if pick else None for at, pick in enumerate(picks)}
)


def drawn(parents: dict[str, str | None], form: Form | None = None) -> Layout:
    return layout(depth_first(parents, parents), form)


def places(found: Layout) -> dict[str, Box]:
    return {box.id: box for box in found.boxes}


def a_company(leads: int, team: int) -> dict[str, str | None]:
    parents: dict[str, str | None] = {"top": None}
    for lead in range(leads):
        parents[f"lead-{lead}"] = "top"
        parents |= {f"one-{lead}-{one}": f"lead-{lead}" for one in range(team)}
    return parents


@given(PARENTS, st.sampled_from(FORMS))
@settings(max_examples=150, deadline=None)
def test_everybody_has_one_place_and_no_box_is_over_another(
    parents: dict[str, str | None], form: Form
) -> None:
    found = drawn(parents, form)

    assert sorted(box.id for box in found.boxes) == sorted(parents)
    for one, other in combinations(found.boxes, 2):
        assert abs(one.x - other.x) >= WIDE or abs(one.y - other.y) >= HIGH


@given(PARENTS, st.sampled_from(FORMS))
@settings(max_examples=100, deadline=None)
def test_all_is_within_the_drawing_which_is_no_larger_than_it_must_be(
    parents: dict[str, str | None], form: Form
) -> None:
    found = drawn(parents, form)
    if not parents:
        assert (found.width, found.height) == (2 * MARGIN, 2 * MARGIN)
        return

    assert min(box.y for box in found.boxes) == MARGIN
    assert max(box.y for box in found.boxes) == found.height - MARGIN - HIGH
    assert max(box.x for box in found.boxes) == found.width - MARGIN - WIDE
    # the stem of a column or of a list stands left of its boxes
    assert MARGIN <= min(box.x for box in found.boxes) <= MARGIN + INDENT


@given(PARENTS, st.sampled_from(FORMS))
@settings(max_examples=100, deadline=None)
def test_whoever_is_below_another_is_drawn_below(parents: dict[str, str | None], form: Form) -> None:
    branches = depth_first(parents, parents)
    at = places(layout(branches, form))

    for branch in branches:
        assert all(at[child].y >= at[branch.id].y + HIGH for child in branch.children)


@given(PARENTS)
@settings(max_examples=100, deadline=None)
def test_siblings_keep_their_order_and_their_parent_is_over_their_middle(
    parents: dict[str, str | None],
) -> None:
    branches = depth_first(parents, parents)
    at = places(layout(branches, Form()))

    for branch in branches:
        across = [at[child].x for child in branch.children]
        assert all(after - before >= WIDE + GAP for before, after in pairwise(across))
        if across:
            assert abs(at[branch.id].x - (across[0] + across[-1]) / 2) <= 1


@given(PARENTS, st.sampled_from(FORMS))
@settings(max_examples=100, deadline=None)
def test_every_line_begins_at_its_parent_and_reaches_each_of_those_below(
    parents: dict[str, str | None], form: Form
) -> None:
    branches = depth_first(parents, parents)
    found = layout(branches, form)
    at = places(found)

    assert [parent for parent, _ in found.lines] == [branch.id for branch in branches if branch.children]
    below = {branch.id: branch.children for branch in branches}
    for parent, line in found.lines:
        start, ends = _walked(line)
        assert at[parent].x <= start[0] <= at[parent].x + WIDE
        assert start[1] == at[parent].y + HIGH
        for child in below[parent]:
            box = at[child]
            assert {(box.x + WIDE // 2, box.y), (box.x, box.y + HIGH // 2)} & ends


def _walked(line: str) -> tuple[tuple[int, int], set[tuple[int, int]]]:
    """Follow the data of a path; return where it begins, and where its strokes end."""
    ends: set[tuple[int, int]] = set()
    start: tuple[int, int] | None = None
    x = y = 0
    for stroke in line.removeprefix("M").split("M"):
        here, *turns = stroke.replace("V", " V").replace("H", " H").replace("h", " h").split(" ")
        x, y = int(here), int(turns.pop(0))
        start = start or (x, y)
        for turn in turns:
            kind, far = turn[0], int(turn[1:])
            x, y = {"V": (x, far), "H": (far, y), "h": (x + far, y)}[kind]
            ends.add((x, y))
    assert start is not None
    return start, ends


def test_what_fits_a_page_is_drawn_plainly() -> None:
    parents = a_company(leads=2, team=2)

    assert drawn(parents) == drawn(parents, Form())
    assert {box.y for box in drawn(parents).boxes} == {MARGIN, MARGIN + 96, MARGIN + 192}


def test_a_shallow_branch_takes_no_room_from_a_deep_one() -> None:
    parents = {"top": None, "left": "top", "right": "top", **{f"r{n}": "right" for n in range(3)}}
    at = places(drawn(parents))

    assert at["right"].x - at["left"].x == WIDE + GAP
    assert at["r0"].x == at["left"].x


def test_in_a_large_company_teams_hang_below_their_leads() -> None:
    found = drawn(a_company(leads=10, team=16))
    at = places(found)

    assert {at[f"one-0-{one}"].x for one in range(16)} == {at["lead-0"].x + INDENT}
    assert min(PAGE[0] / found.width, PAGE[1] / found.height) > 0.45


def test_many_who_lead_nobody_stand_in_columns() -> None:
    found = drawn({"top": None} | {f"one-{one}": "top" for one in range(60)})

    assert len({box.x for box in found.boxes if box.id != "top"}) > 3
    assert found.width < 2 * PAGE[0]


def test_who_lead_nobody_stand_after_those_who_lead_when_they_are_stacked() -> None:
    parents = {"top": None, "a": "top", "b": "top", "lead": "top", "c": "lead"}
    at = places(drawn(parents, Form(0, 8)))

    assert at["lead"].x < at["a"].x == at["b"].x
    assert at["a"].y < at["b"].y


def test_trees_stand_apart() -> None:
    at = places(drawn({"one": None, "other": None}, Form()))

    assert at["other"].x - at["one"].x == WIDE + APART


def test_a_chain_of_any_length_is_drawn() -> None:
    names = [f"n{number}" for number in range(400)]
    found = drawn(dict(zip(names, [None, *names], strict=False)), Form())

    assert found.width == WIDE + 2 * MARGIN
    assert len({box.y for box in found.boxes}) == 400


@pytest.mark.parametrize("form", FORMS)
def test_nobody_needs_no_room(form: Form) -> None:
    assert layout([], form) == Layout(2 * MARGIN, 2 * MARGIN, (), ())


def test_a_circle_is_drawn_open() -> None:
    branches = depth_first(["a", "b"], {"a": "b", "b": "a"})

    assert branches[0] == Branch("a", 0, ("b",), 0, looped=True)
    assert [box.id for box in layout(branches).boxes] == ["a", "b"]
