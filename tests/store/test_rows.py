"""Records in the cache are the records that were put there."""

import marshal
from typing import Any

from hypothesis import given, settings

from gitcp.store.layout import Place
from gitcp.store.rows import from_json, rows_of, to_json
from tests.store.strategies import any_record


@given(record=any_record())
@settings(max_examples=6)
def test_every_record_comes_back_from_the_cache_as_it_was(record: Any) -> None:
    assert from_json(record.kind, to_json(record)) == record


@given(record=any_record())
@settings(max_examples=60)
def test_every_record_has_rows_that_a_reading_process_can_send(record: Any) -> None:
    kind = "member" if record.kind in {"agent", "person"} else record.kind
    rows = rows_of(Place(kind, record.id, path="file"), "0" * 40, record)

    assert marshal.loads(marshal.dumps(rows)) == rows
