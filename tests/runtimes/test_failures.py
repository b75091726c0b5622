import pytest

from gitcp.model.runs import FailureClass
from gitcp.runtimes.failures import failure_of

AGENT, PLATFORM, TRANSIENT = FailureClass.AGENT, FailureClass.PLATFORM, FailureClass.TRANSIENT


@pytest.mark.parametrize(
    ("status", "failure"),
    [(400, AGENT), (413, AGENT), (401, PLATFORM), (403, PLATFORM), (404, PLATFORM), (408, TRANSIENT), (429, TRANSIENT), (500, TRANSIENT), (529, TRANSIENT)],
)  # fmt: skip
def test_a_status_says_whose_fault_it_is(status: int, failure: FailureClass) -> None:
    assert failure_of("whatever", status) is failure


@pytest.mark.parametrize(
    ("message", "status"),
    [("Your credit balance is too low to access the API", 400), ("insufficient_quota: check your plan", 429)],
)
def test_an_account_without_money_is_no_fault_of_the_agent(message: str, status: int) -> None:
    assert failure_of(message, status) is PLATFORM


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("unexpected status 401 Unauthorized: no", PLATFORM),
        ("exceeded retry limit, last status: 429 Too Many Requests", TRANSIENT),
        ("API Error: 529 Overloaded", TRANSIENT),
        ("We're currently experiencing high demand", TRANSIENT),
        ("stream disconnected before completion", TRANSIENT),
        ("getaddrinfo ENOTFOUND api.example.org", TRANSIENT),
        ("Not logged in · Please run /login", PLATFORM),
        ("Invalid API key · Fix external API key", PLATFORM),
        ("OAuth token has expired. Please obtain a new token", PLATFORM),
        ("Claude AI usage limit reached|1766500000", TRANSIENT),
        ("You've hit your session limit · resets 3pm", TRANSIENT),
        ("read 429 files and found 500 lines", AGENT),
        ("I give up", AGENT),
        ("", AGENT),
    ],
)
def test_without_one_the_words_do(message: str, failure: FailureClass) -> None:
    assert failure_of(message) is failure
