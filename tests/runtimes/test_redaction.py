import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.runtimes.child import supervise
from gitcp.runtimes.redaction import Redactor
from tests.runtimes.programs import a_launch, never, shell

SECRET = 'p@ss/w"örd+4711'
REDACTOR = Redactor({"KEY": SECRET})


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_replaced_by_its_name_however_it_is_commonly_written(form: str) -> None:
    assert REDACTOR.text(f"a {form} b") == "a [secret KEY] b"


@pytest.mark.parametrize("before", ["a", "ab", "abc", "user:"])
def test_a_secret_in_the_midst_of_what_is_encoded_is_found(before: str) -> None:
    encoded = base64.b64encode(f"{before}{SECRET}{SECRET}".encode()).decode()

    assert "[secret KEY]" in REDACTOR.text(encoded)


def test_each_line_of_a_key_is_a_secret() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END KEY-----"

    assert Redactor({"KEY": key}).text("x MIIEvQIBADANBgkqhkiG9w0B y") == "x [secret KEY] y"


def test_the_longer_of_two_secrets_goes_first() -> None:
    redactor = Redactor({"A": "12345678", "B": "12345678-and-more"})

    assert redactor.text("12345678-and-more 12345678") == "[secret B] [secret A]"


def test_a_short_value_is_left_alone_as_ordinary_text_is_full_of_it() -> None:
    assert Redactor({"A": "1234567"}).text("1234567") == "1234567"


def test_without_secrets_nothing_changes() -> None:
    assert Redactor().text("a\udcff") == "a\udcff"
    assert Redactor().found_in(b"a") == {}


def test_what_is_found_is_counted_by_name() -> None:
    assert REDACTOR.found_in(f"{SECRET} {SECRET}".encode()) == {"KEY": 2}


@given(
    st.lists(st.sampled_from([SECRET, SECRET[:9], "p", "plain text ", "\n", "p@ss/w"]), max_size=8).map(
        "".join
    ),
    st.data(),
)
def test_a_stream_says_what_the_whole_would_say_wherever_it_is_cut(text: str, data: st.DataObject) -> None:
    whole = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    out: list[bytes] = []
    stream = REDACTOR.stream(out.append)

    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        stream.write(whole[start:end])
    stream.flush()

    assert b"".join(out) == REDACTOR.clean(whole)


def test_what_cannot_be_the_beginning_of_a_secret_is_not_held_back() -> None:
    out: list[bytes] = []
    stream = REDACTOR.stream(out.append)

    stream.write(b"hello\n")
    stream.write(b"p@s")

    assert out == [b"hello\n"]


def test_what_a_program_prints_of_its_secrets_is_nowhere(tmp_path: Path) -> None:
    said: list[bytes] = []
    errors: list[bytes] = []
    config = shell(
        'printf "%s" "a $KEY"; sleep 0.1; echo; printf "%.5s" "$KEY" >&2; sleep 0.1; printf "%s" "${KEY#?????}" >&2'
    )
    launch = a_launch(
        tmp_path, config, environment={"KEY": "k-hunter22"}, redactor=Redactor({"KEY": "k-hunter22"})
    )

    supervise(config.command, launch, never, said.append, errors.append)

    assert b"".join(said) == b"a [secret KEY]\n"
    assert b"".join(errors) == b"[secret KEY]"


def test_half_a_character_is_no_reason_to_fail() -> None:
    assert REDACTOR.text(f"\ud800 {SECRET} \udcff") == "\ud800 [secret KEY] \udcff"
