"""Records in the cache are the records that were put there."""

from typing import Any

from hypothesis import given, settings

from gitcp.store.rows import from_json, to_json
from tests.store.strategies import any_record


@given(record=any_record())
@settings(max_examples=6)
def test_every_record_comes_back_from_the_cache_as_it_was(record: Any) -> None:
    assert from_json(record.kind, to_json(record)) == record
