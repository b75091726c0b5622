"""The cache tree of an index: what is said not to be known, and nothing else."""

import pytest

from gitcp.store.cache_tree import invalidated

OID = bytes(range(10)) * 2  # with a line feed and a zero byte
OF_MANY = b"".join(b"%03d\x001 0\n%b" % (number, OID) for number in range(20))


def folder(name: bytes, inner: int, *, entries: int = 7) -> bytes:
    return b"%b\0%d %d\n" % (name, entries, inner) + (OID if entries >= 0 else b"")


def test_the_folders_on_the_way_are_not_known_any_more() -> None:
    tree = folder(b"", 2) + folder(b"org", 0) + folder(b"tasks", 2) + folder(b"CI", 0) + folder(b"QA", 0)

    assert invalidated(tree, [b"tasks/QA/QA-0001.yaml"]) == (
        b"\0-1 2\n" + folder(b"org", 0) + b"tasks\0-1 2\n" + folder(b"CI", 0) + b"QA\0-1 0\n"
    )


def test_folders_with_many_folders_are_passed_over() -> None:
    deep = folder(b"comments", 2) + folder(b"0", 20) + OF_MANY + folder(b"1", 20) + OF_MANY.replace(b"019\x001 0\n" + OID, folder(b"019", 1) + folder(b"x", 0))  # fmt: skip
    tree = folder(b"", 2) + deep + folder(b"documents", 0)

    assert invalidated(tree, [b"documents/a.md"]) == b"\0-1 2\n" + deep + b"documents\0-1 0\n"


def test_a_folder_that_is_not_known_already_or_not_there_changes_nothing() -> None:
    tree = folder(b"", 1, entries=-1) + folder(b"org", 0)

    assert invalidated(tree, [b"new/folder/a", b"b"]) == tree
    assert invalidated(b"", [b"new/folder/a"]) == b""


@pytest.mark.parametrize(
    "tree",
    [
        b"x",
        b"\0",
        b"\x001 0\n",
        folder(b"", 1),
        folder(b"", 1) + b"org\0a 0\n",
        b"\0" + b"9" * 5000 + b" 1\n",
    ],
)
def test_a_damaged_one_is_told(tree: bytes) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        invalidated(tree, [b"org/riley.yaml"])
