import json
import re
from dataclasses import replace

from gitcp.dashboard import links
from gitcp.dashboard.log_data import parts, path, shard
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.log import PART
from tests.dashboard.company import NOW, Log, a_site, ago, an_entry


def test_the_parts_are_counted() -> None:
    entries = tuple(an_entry(ago(hours=n), "Riley", "x") for n in range(PART + 1))

    assert parts(Register(replace(a_site(), history=Log(entries)))) == "gitcpLog.parts(2);\n"
    assert parts(Register(replace(a_site(), history=Log()))) == "gitcpLog.parts(0);\n"


def test_a_part_is_a_call_with_its_commits_the_last_first() -> None:
    register = Register(a_site())
    text = shard(register, "1")
    assert text is not None
    found = re.fullmatch(r"gitcpLog\.part\(1,(\[.*\])\);\n", text, re.DOTALL)
    assert found is not None
    rows = json.loads(found[1])

    assert len(rows) == 17
    assert rows[12] == [
        "2026-11-21T07:30:00Z",
        "21 Nov, 08:30",
        "Ada Okafor",
        "org/ada.html",
        "org/ada.html",
        "pause agent",
        "member",
        "pause agent theo",
        "Until the flaky tests are understood.",
        "0839286",
        f"log/1.html#{links.commit_anchor(register.entries[12].revision)}",
    ]
    assert shard(register, "2") is None
    assert path("1") == "data/log/1.js"


def test_text_of_others_stays_text() -> None:
    entry = an_entry(NOW, "</script>", "\u2028 \u202e '); alert(1) //" + "x" * 1_000, reason='"]);')
    text = shard(Register(replace(a_site(), history=Log((entry,)))), "1")

    assert text is not None
    assert text.isascii()
    assert len(text) < 1_000
    (row,) = json.loads(text.removeprefix("gitcpLog.part(1,").removesuffix(");\n"))
    assert row[8] == '"]);'
