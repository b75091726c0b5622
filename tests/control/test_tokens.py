"""The tokens of people: told once, kept as digests, good until they expire or are revoked."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gitcp.control.state import State
from gitcp.control.tokens import Tokens
from gitcp.errors import RecordError, UnknownRecordError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(State(tmp_path / "state"))


def test_a_token_is_its_persons(tokens: Tokens) -> None:
    _, alex = tokens.new("alex", NOW, days=None, name="laptop")
    _, bea = tokens.new("bea", NOW, days=7, name=None)

    assert alex != bea
    assert alex.startswith("gitcp_")
    assert len(alex) >= len("gitcp_") + 43  # 256 bits
    assert (tokens.person_of(alex, NOW), tokens.person_of(bea, NOW)) == ("alex", "bea")
    assert tokens.person_of(alex[:-1], NOW) is None
    assert tokens.person_of("", NOW) is None


def test_the_token_itself_is_kept_nowhere_and_the_file_is_its_owners_alone(tokens: Tokens) -> None:
    _, secret = tokens.new("alex", NOW, days=None, name=None)

    kept = b"".join(path.read_bytes() for path in tokens.path.parent.iterdir())
    assert secret.encode() not in kept
    assert secret.removeprefix("gitcp_").encode() not in kept
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(tokens.path.parent.stat().st_mode) == 0o700


def test_a_token_expires(tokens: Tokens) -> None:
    made, secret = tokens.new("alex", NOW, days=7, name=None)

    assert made.expires == "2026-11-29T09:00:00Z"
    assert tokens.person_of(secret, NOW + timedelta(days=6, hours=23)) == "alex"
    assert tokens.person_of(secret, NOW + timedelta(days=7)) is None


def test_a_revoked_token_is_nobodys(tokens: Tokens) -> None:
    made, secret = tokens.new("alex", NOW, days=None, name=None)
    _, other = tokens.new("alex", NOW, days=None, name=None)

    assert tokens.revoke(made.id) == made
    assert tokens.person_of(secret, NOW) is None
    assert tokens.person_of(other, NOW) == "alex"
    with pytest.raises(UnknownRecordError, match=f"token {made.id} does not exist"):
        tokens.revoke(made.id)


def test_a_damaged_file_lets_nobody_in_and_says_where_it_is(tokens: Tokens) -> None:
    _, secret = tokens.new("alex", NOW, days=None, name=None)
    tokens.path.write_text('[{"id": 1}]')

    with pytest.raises(RecordError, match=r"tokens\.json: expected tokens"):
        tokens.person_of(secret, NOW)
