import base64
import hashlib
import hmac

import pytest

from gitcp.runtimes.http.signing import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    WINDOW,
    answer_to,
    fault,
    key_of,
    signed,
)

SECRET = "a key that is long enough to be one"
KEY = key_of(SECRET)
NOW = 1_795_000_000
NAME = answer_to("20261122T090000Z-riley")
BODY = b'{"status": "running"}'
HEADERS = signed(KEY, NAME, BODY, NOW)


def test_a_signature_is_what_standard_webhooks_say() -> None:
    text = f"{NAME}.{NOW}.".encode() + BODY
    expected = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()

    assert signed(KEY, NAME, BODY, NOW) == {ID: NAME, TIMESTAMP: str(NOW), SIGNATURE: f"v1,{expected}"}


def test_a_key_may_be_written_in_base64() -> None:
    assert key_of("whsec_" + base64.b64encode(KEY).decode()) == KEY


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "24 bytes or more, found 0"),
        ("short", "24 bytes or more, found 5"),
        ("whsec_AAAA", "24 bytes or more, found 3"),
        ("whsec_no base64 at all, however long it is", "Base64 after whsec_"),
    ],
)
def test_what_is_no_key_is_refused(secret: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        key_of(secret)


@pytest.mark.parametrize("late", [-WINDOW, 0, WINDOW])
def test_a_message_of_this_moment_is_believed(late: int) -> None:
    assert fault(KEY, NAME, BODY, HEADERS, NOW + late) is None


def test_one_of_several_signatures_is_enough_while_a_key_is_changed() -> None:
    both = {**HEADERS, SIGNATURE: f"v1,b2xk {HEADERS[SIGNATURE]}"}

    assert fault(KEY, NAME, BODY, both, NOW) is None


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({SIGNATURE: "v1,AAAA"}, "signature is wrong"),
        ({SIGNATURE: ""}, "signature is wrong"),
        ({SIGNATURE: "v1,\xe4"}, "signature is wrong"),
        ({SIGNATURE: "v0," + HEADERS[SIGNATURE][3:]}, "signature is wrong"),
        ({TIMESTAMP: str(NOW + 1)}, "signature is wrong"),
        ({TIMESTAMP: str(NOW - WINDOW - 1)}, "more than 300 seconds"),
        ({TIMESTAMP: str(NOW + WINDOW + 1)}, "more than 300 seconds"),
        ({TIMESTAMP: "now"}, "seconds since 1970"),
        ({TIMESTAMP: "9" * 5000}, "seconds since 1970"),
        ({TIMESTAMP: "\u0661"}, "seconds since 1970"),
        ({TIMESTAMP: "-1"}, "seconds since 1970"),
        ({ID: "20261122T090000Z-riley"}, "no answer to what was asked"),
    ],
)
def test_a_message_that_was_changed_or_kept_is_not_believed(changed: dict[str, str], problem: str) -> None:
    assert problem in str(fault(KEY, NAME, BODY, {**HEADERS, **changed}, NOW))


@pytest.mark.parametrize("missing", [ID, TIMESTAMP, SIGNATURE])
def test_every_header_counts(missing: str) -> None:
    assert fault(KEY, NAME, BODY, {n: v for n, v in HEADERS.items() if n != missing}, NOW)


def test_another_body_or_another_key_is_not_believed() -> None:
    assert fault(KEY, NAME, BODY + b" ", HEADERS, NOW)
    assert fault(KEY + b"x", NAME, BODY, HEADERS, NOW)


def test_a_request_does_not_pass_for_its_own_answer() -> None:
    request = signed(KEY, "20261122T090000Z-riley", BODY, NOW)

    assert fault(KEY, NAME, BODY, request, NOW)
    assert fault(KEY, NAME, BODY, {**request, ID: NAME}, NOW)
