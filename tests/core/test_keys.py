import pytest

from gitcp.core.keys import KINDS, allowed_signers, fingerprint_of, is_usable, named_keys
from gitcp.model.company import TrustSettings
from tests.helpers import a_company, a_person, snapshot_of

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkPgSGXiXu2gxpvW5ReC2t29TuM3ORKHZkzzIrjSS9"
PRINTED = "SHA256:/A8uKuHrr95DIHrGE8pw4996qk2EcVxl+3g6pCRun4s"
OPENPGP = "37248B50F92A9322C6AFC0F69DEFDF71E5542075"


def test_the_fingerprint_is_the_one_that_ssh_keygen_prints() -> None:
    assert fingerprint_of(KEY) == PRINTED
    assert fingerprint_of(OPENPGP) == OPENPGP
    assert fingerprint_of("ssh-ed25519 not!base64").startswith("SHA256:")


@pytest.mark.parametrize(
    ("key", "usable"),
    [
        (KEY, True),
        (OPENPGP, True),
        (KEY.replace("ssh-ed25519", "ssh-rsa"), False),
        (KEY.replace("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"), False),
        (KEY[:-1], False),
        ("ssh-ed25519 AAAA", False),
        ("ssh-ed25519 AB==", False),
        ("ssh-dss AAAAB3NzaC1kc3M=", False),
    ],
)
def test_a_key_is_usable_if_signatures_by_it_can_be_read(key: str, usable: bool) -> None:
    assert is_usable(key) == usable


def test_keys_are_the_schedulers_and_those_of_persons() -> None:
    known = snapshot_of(
        a_company(trust=TrustSettings(scheduler_keys=("ssh-rsa AAAA",))),
        a_person("clara", keys=(KEY, OPENPGP)),
    )

    named = [(each.owner, each.kind, each.key) for each in named_keys(known)]

    assert named == [
        ("scheduler", "ssh-rsa", "ssh-rsa AAAA"),
        ("clara", "ssh-ed25519", KEY),
        ("clara", "openpgp", OPENPGP),
    ]
    assert "ssh-ed25519" in KINDS


def test_addresses_that_would_mean_more_than_themselves_allow_nobody() -> None:
    person = a_person("clara", keys=(KEY,), emails=("*", "c@example.org", "a,b", 'x" y', "!eve@example.org"))
    nameless = a_person("oscar", keys=("ssh-rsa AAAA",), emails=())
    lines = list(allowed_signers(snapshot_of(person, nameless)))

    assert lines == [f'c@example.org namespaces="git" {KEY}', 'oscar namespaces="git" ssh-rsa AAAA']
