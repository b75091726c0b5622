"""Entries of trees are told apart by the bytes between where two trees part and where they meet again: no otherwise than entry by entry."""

from hypothesis import given
from hypothesis import strategies as st

from gitcp.store.tree_objects import Row, differing, rows

MODES = (b"100644", b"40000", b"100755")
OIDS = [bytes([byte]) * 20 for byte in (0, 32, 49, 255)] + [b"100644 a\0" + b"x" * 11]


def tree(found: list[Row]) -> bytes:
    return b"".join(b"%s %s\0%s" % row for row in found)


def a_row(number: int, mode: bytes, oid: bytes) -> Row:
    return mode, b"CI-%04d.yaml" % number, oid


large = st.dictionaries(
    st.integers(0, 399), st.tuples(st.sampled_from(MODES), st.sampled_from(OIDS)), max_size=6
)


@given(base=st.integers(0, 400), old=large, new=large, gone=st.sets(st.integers(0, 399), max_size=4))
def test_two_trees_differ_by_the_entries_that_the_other_lacks(
    base: int, old: dict[int, tuple[bytes, bytes]], new: dict[int, tuple[bytes, bytes]], gone: set[int]
) -> None:
    common = {number: (MODES[0], OIDS[number % len(OIDS)]) for number in range(base)}
    before = [a_row(number, *said) for number, said in sorted((common | old).items())]
    after = [a_row(number, *said) for number, said in sorted((common | new).items()) if number not in gone]

    assert differing(tree(before), tree(after)) == (set(before) - set(after), set(after) - set(before))
    assert (list(rows(tree(before))), list(rows(tree(after)))) == (before, after)


def test_bytes_that_look_like_an_entry_within_another_are_none() -> None:
    trap = b"100644 b\0" + b"y" * 11
    before = [a_row(number, MODES[0], trap) for number in range(300)]
    for place in (0, 150, 299):
        for row in (a_row(place, MODES[1], trap), a_row(place, MODES[0], trap[:-1] + b"z")):
            after = [*before[:place], row, *before[place + 1 :]]
            assert differing(tree(before), tree(after)) == ({before[place]}, {row})


def test_what_ends_alike_but_begins_elsewhere_is_read_to_the_end() -> None:
    # The same end of both: in one tree the entries of it, in the other what stands in a single entry's name.
    ending = tree([a_row(number, MODES[0], OIDS[3]) for number in range(200)])
    one, other = tree([a_row(0, MODES[0], OIDS[3])]) + ending, b"100644 a" + ending

    for old, new in ((one, other), (other, one)):
        before, after = set(rows(old)), set(rows(new))
        assert differing(old, new) == (before - after, after - before)


def test_nothing_and_something_differ_by_all() -> None:
    found = [a_row(number, MODES[0], OIDS[0]) for number in range(3)]

    assert differing(b"", tree(found)) == (set(), set(found))
    assert differing(tree(found), b"") == (set(found), set())
