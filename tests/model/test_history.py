from gitcp.model.history import Entry
from tests.helpers import NOW


def test_an_entry_says_at_least_who_did_what_when() -> None:
    entry = Entry(
        "1" * 40, NOW, "Clara", "clara@example.org", "Clara", "clara@example.org", "edit goal quality"
    )

    assert (entry.body, dict(entry.trailers), entry.paths) == ("", {}, ())
