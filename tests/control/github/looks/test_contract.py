"""What GitHub's own description of its API says by way of example is understood by every look."""

import json

import pytest
import urllib3

from tests.control.github.looks.conftest import Place

pytestmark = pytest.mark.xdist_group("prism")


def test_every_look_understands_what_is_described_and_asks_what_is_allowed(
    place: Place, described: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.protect()
    place.github.branches["main"] = {"protected": True}
    place.found()
    monkeypatch.setenv("GITHUB_API_URL", described)
    told = [each.message for each in place.found()]
    for heard in place.github.heard:
        answer = urllib3.request(heard.method, described + heard.target, retries=False, timeout=60)
        assert answer.status == 200, answer.data[:500]

    assert [message for message in told if "not understood" in message or "no answer" in message] == []
    assert len(told) > 12, json.dumps(told)
