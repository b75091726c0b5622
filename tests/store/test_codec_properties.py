"""What holds for every record and for every way to write it down."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcp.model.amounts import RunLimits
from gitcp.model.base import Record
from gitcp.model.kinds import KINDS
from gitcp.model.runs import Run
from gitcp.model.tasks import Counter, Document
from gitcp.store import codec, yaml_reader
from gitcp.store.shapes import same, slots_of
from gitcp.store.yaml_tree import value_of
from tests.helpers import an_ended_run
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


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KINDS_IN_YAML).flatmap(records), st.data())
def test_the_short_way_and_the_parser_read_the_same(record: Record, data: st.DataObject) -> None:
    text = codec.write(record) if data.draw(st.booleans()) else data.draw(handmade(record)).text

    reading = codec.read(place(type(record)), text.encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "values_of", lambda _: None)
        parsed = codec.read(place(type(record)), text.encode())
    assert parsed.problems == reading.problems
    assert same(reading.record, parsed.record)
    assert told(reading.record) == told(parsed.record)


def told(record: Record | None) -> str:
    """All that a record was given, and no more."""
    assert record is not None
    return record.model_dump_json(by_alias=True, exclude_unset=True)


@pytest.mark.parametrize(
    ("limits", "is_read"),
    [("{turns: 2}", True), ('{turns: "2"}', False), ("{turns: -2}", False), ("{turn: 2}", False)],
)
def test_a_part_in_one_line_is_read_in_each_file(limits: str, is_read: bool) -> None:
    text = codec.write(an_ended_run(limits=RunLimits())) + f"limits: {limits}\n"

    for _ in range(2):
        reading = codec.read(place(Run), text.encode())
        assert (reading.record is not None) is is_read
        assert (reading.problems == ()) is is_read


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
