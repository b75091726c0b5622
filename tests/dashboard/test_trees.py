from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.trees import Branch, above, cut, depth_first

NAMES = "abcdefgh"


def test_a_tree_is_walked_from_the_top_each_child_after_its_parent() -> None:
    found = depth_first("abcde", {"b": "a", "c": "a", "d": "b", "e": None})

    assert [(branch.id, branch.depth, branch.children, branch.closes) for branch in found] == [
        ("a", 0, ("b", "c"), 0),
        ("b", 1, ("d",), 0),
        ("d", 2, (), 1),
        ("c", 1, (), 1),
        ("e", 0, (), 0),
    ]


def test_a_parent_that_does_not_exist_makes_a_root() -> None:
    assert depth_first("a", {"a": "ghost"}) == [Branch("a", 0, (), 0)]


def test_a_circle_is_opened_at_its_first_node_and_marked() -> None:
    found = depth_first("abc", {"a": "b", "b": "c", "c": "a"})

    assert [(branch.id, branch.looped) for branch in found] == [("a", True), ("c", False), ("b", False)]


def test_nothing_recurses_however_deep_the_tree_is() -> None:
    names = [str(number) for number in range(5_000)]
    parents = dict(zip(names[1:], names, strict=False))

    assert depth_first(names, parents)[-1] == Branch("4999", 4_999, (), 4_999)


@given(st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(NAMES + "x")))
def test_every_node_comes_once_and_every_list_that_opens_is_closed(parents: dict[str, str | None]) -> None:
    found = depth_first(NAMES, parents)

    assert sorted(branch.id for branch in found) == sorted(NAMES)
    assert sum(bool(branch.children) for branch in found) == sum(branch.closes for branch in found)
    assert all(parents[child] == branch.id for branch in found for child in branch.children)


def test_the_way_up_ends_at_the_top_or_where_a_circle_closes() -> None:
    assert above("d", {"d": "c", "c": "b", "b": None}) == ["c", "b"]
    assert above("a", {"a": "b", "b": "a"}) == ["b"]
    assert above("a", {"a": "a"}) == []
    assert above("a", {"a": "ghost"}) == []


def test_a_tree_is_cut_by_whole_levels() -> None:
    parents = {"a": None, "b": "a", "c": "a", "d": "b", "e": "b", "f": "c", "g": None}
    branches = depth_first(parents, parents)

    assert cut(branches, most=7, levels=9) == branches
    assert [(b.id, b.children, b.closes) for b in cut(branches, most=6, levels=9)] == [
        ("a", ("b", "c"), 0),
        ("b", (), 0),
        ("c", (), 1),
        ("g", (), 0),
    ]
    assert [b.id for b in cut(branches, most=9, levels=1)] == ["a", "g"]


def test_of_too_many_roots_the_first_are_left() -> None:
    parents = {"a": None, "b": "a", "c": None, "d": None}

    assert [(b.id, b.children, b.closes) for b in cut(depth_first(parents, parents), most=2, levels=9)] == [
        ("a", (), 0),
        ("c", (), 0),
    ]


def test_of_nobody_nothing_is_cut() -> None:
    assert cut([], most=2, levels=9) == []
