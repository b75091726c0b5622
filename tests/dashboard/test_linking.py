import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard import linking
from gitcp.dashboard.linking import Linking, external

LINKING = Linking(lambda name: f"{name}.html", "../")
NAMES = ("@riley", "CI-0028", "20261122T090000Z-riley", "https://a.example", "http://b.example")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_link(name: str) -> None:
    assert LINKING.words(f"see {name}").count("<a ") == 1


@given(
    st.lists(st.sampled_from((*NAMES, " ", "-", "/", "x", "7", "<", "Z-", "://")) | st.text(max_size=2)).map(
        "".join
    )
)
def test_a_text_that_cannot_have_a_name_is_told_from_one_that_can(text: str) -> None:
    if not linking.may_name(text):
        assert linking._WORD.search(text) is None


def test_an_address_keeps_within_its_attribute() -> None:
    assert external("https://a.example/\"><script> x\ty'") == (
        '<a href="https://a.example/%22%3E%3Cscript%3E%20x%09y&#x27;" rel="noopener noreferrer nofollow">'
    )
