from gitcp.control.outbox.replaying import renamed

IDS = {"CI-900000001": "CI-0031", "QA-900000001": "QA-0007"}


def test_lent_ids_are_replaced_wherever_they_stand_in_a_value() -> None:
    fields = {
        "task": "CI-900000001",
        "body": "See CI-900000001, QA-900000001: and (CI-900000001).",
        "blocked_by": ["CI-900000001", "CI-0001"],
        "fields": {"parent": "QA-900000001", "priority": None},
        "number": 900000001,
    }

    assert renamed(fields, IDS) == {
        "task": "CI-0031",
        "body": "See CI-0031, QA-0007: and (CI-0031).",
        "blocked_by": ["CI-0031", "CI-0001"],
        "fields": {"parent": "QA-0007", "priority": None},
        "number": 900000001,
    }


def test_what_only_looks_like_a_lent_id_stays() -> None:
    text = "XCI-900000001 CI-9000000011 CI-900000002 ci-900000001"

    assert renamed(text, IDS) == text


def test_the_name_of_a_field_is_never_replaced() -> None:
    assert renamed({"CI-900000001": 1}, IDS) == {"CI-900000001": 1}
