"""What holds for every record and for every way to write it down."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcp.model.base import Record
from gitcp.model.kinds import KINDS
from gitcp.model.tasks import Counter, Document
from gitcp.store import codec, yaml_reader
from gitcp.store.shapes import same, slots_of
from gitcp.store.yaml_tree import value_of
from tests.store.handmade import Handmade, handmade
from tests.store.strategies import any_record, place, records

MANY = settings(max_examples=25, suppress_health_check=list(HealthCheck))
KINDS_IN_YAML = [kind for kind in KINDS.values() if kind.kind not in {Counter.kind, Document.kind}]


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(any_record())
def test_what_is_written_is_read(record: Record) -> None:
    text = codec.write(record)

    reading = codec.read(place(type(record)), text.encode())

    assert reading.problems == ()
    assert same(reading.record, record)
    assert codec.write(record) == text


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KINDS_IN_YAML).flatmap(records))
def test_both_parsers_read_the_same(record: Record) -> None:
    data = codec.write(record).encode()
    by_c = yaml_reader.parse(data)
    try:
        yaml_reader.PARSER = yaml.SafeLoader
        by_python = yaml_reader.parse(data)
    finally:
        yaml_reader.PARSER = yaml.CSafeLoader

    assert by_c.root is not None
    assert by_python.root is not None
    assert value_of(by_python.root) == value_of(by_c.root)
    assert by_python.faults == by_c.faults == ()


@pytest.mark.parametrize("kind", KINDS_IN_YAML)
@MANY
@given(st.data())
def test_an_edit_changes_the_keys_that_differ_and_no_other_line(
    kind: type[Record], data: st.DataObject
) -> None:
    before, after = data.draw(records(kind)), data.draw(records(kind))
    file = data.draw(handmade(before))
    assert codec.read(place(kind), file.text.encode()).record == before

    text = codec.rewrite(file.text, before, after)

    reading = codec.read(place(kind), text.encode())
    assert same(reading.record, after)
    assert_kept(file, text, before, after)


def assert_kept(file: Handmade, text: str, before: Record, after: Record) -> None:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    joined = "\n".join(["", *lines, ""])
    for slot in slots_of(type(before)).values():
        if slot.key in file.lines and same(getattr(before, slot.name), getattr(after, slot.name)):
            assert "\n".join(["", *file.lines[slot.key], ""]) in joined
    for comment in file.comments:
        assert comment in lines
    assert text.startswith("\ufeff") == file.text.startswith("\ufeff")
    assert text.count("\r\n") == (text.count("\n") if "\r\n" in file.text else 0)
