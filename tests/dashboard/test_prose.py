import pytest

from gitcp.dashboard import prose
from gitcp.dashboard.prose import Prose

KNOWN = {
    "riley": "org/riley.html",
    "CI-0028": "tasks/CI-0028.html",
    "20261122T090000Z-riley": "runs/20261122T090000Z-riley.html",
}
PROSE = Prose(KNOWN.get, "../")


def html(text: str) -> str:
    return str(PROSE.block(text, below=2)).strip()


def a(text: str) -> str:
    return html(text).removeprefix('<p dir="auto">').removesuffix("</p>")


def test_markdown_is_written_as_html() -> None:
    assert a("a *b* **c** `d` ~~e~~") == "a <em>b</em> <strong>c</strong> <code>d</code> <s>e</s>"


def test_raw_html_is_text() -> None:
    assert a("<b onclick='x'>&amp;</b>") == "&lt;b onclick='x'&gt;&amp;&lt;/b&gt;"
    assert (
        html("<script>\nalert(1)\n</script>") == '<p dir="auto">&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>'
    )


@pytest.mark.parametrize("text", [None, "", "  \n "])
def test_nothing_is_nothing(text: str | None) -> None:
    assert PROSE.block(text, below=2) is None


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java&#10;script:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//host/path",
        "\\\\host\\path",
        "ftp://host/path",
        "blob:x",
    ],
)
def test_a_link_that_leads_astray_is_no_link(target: str) -> None:
    assert "<a " not in html(f"[click]({target})")
    assert "<a " not in html(f"[click][1]\n\n[1]: {target}")
    assert "<a " not in html(f"![image]({target})")
    assert "<a " not in html(f"<{target}>")


@pytest.mark.parametrize(
    "target", ["https://a.example/x?y=1&z=2#f", "http://a.example", "mailto:ada@a.example"]
)
def test_a_link_to_the_outside_tells_it_nothing(target: str) -> None:
    escaped = target.replace("&", "&amp;")

    assert a(f"[x]({target})") == f'<a href="{escaped}" rel="noopener noreferrer nofollow">x</a>'


def test_a_link_s_title_is_left_out() -> None:
    assert "title" not in html('[x](https://a.example "\\"><script>")').replace("script", "")


def test_an_address_in_the_text_is_a_link_without_the_sentence_s_end() -> None:
    written = a("See https://a.example/b_c, or (https://d.example/e).")

    assert (
        '<a href="https://a.example/b_c" rel="noopener noreferrer nofollow">https://a.example/b_c</a>,'
        in written
    )
    assert ">https://d.example/e</a>)." in written


def test_a_relative_link_to_a_record_s_file_leads_to_its_page() -> None:
    assert a("[x](../tasks/CI/CI-0028.yaml)") == '<a href="../tasks/CI-0028.html">x</a>'
    assert a("[x](org/riley.yaml#L3)") == '<a href="../org/riley.html">x</a>'


def test_a_relative_link_to_another_file_shows_the_path() -> None:
    assert a("[x](notes/riley.md)") == "x <code>notes/riley.md</code>"
    assert a("[x](riley.yaml)") == "x <code>riley.yaml</code>"
    assert a("[the *role*](roles/riley/role.md)") == "the <em>role</em> <code>roles/riley/role.md</code>"
    assert a("[x]()") == "x"


def test_an_image_is_not_loaded() -> None:
    assert a("![a pixel](https://t.example/p.png)") == (
        '<a href="https://t.example/p.png" rel="noopener noreferrer nofollow">a pixel</a>'
    )
    assert a("![plan](plan.png)") == "plan <code>plan.png</code>"
    assert a("![](plan.png)") == "image <code>plan.png</code>"
    assert a("[![x](https://t.example/p.png)](https://t.example)").count("<a ") == 1


def test_names_of_records_are_links_where_there_are_such_records() -> None:
    written = a("@riley did CI-0028 in 20261122T090000Z-riley, not @nobody, CI-9999 or SHA-256.")

    assert (
        '<a href="../org/riley.html" class="short">@riley</a> did <a href="../tasks/CI-0028.html" class="short">CI-0028</a>'
        in written
    )
    assert '<a href="../runs/20261122T090000Z-riley.html">20261122T090000Z-riley</a>,' in written
    assert "not @nobody, CI-9999 or SHA-256." in written


@pytest.mark.parametrize(
    "text",
    [
        "ada@riley",
        "@riley/x",
        "XCI-0028",
        "CI-00281",
        "CI-0028-x",
        "a/@riley",
        "`@riley CI-0028`",
        "\\@rileyx",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert "<a " not in html(text)


def test_names_within_a_link_stay_in_it() -> None:
    assert a("[see CI-0028](https://a.example)").count("<a ") == 1


def test_headings_begin_below_the_page_s_own_and_leave_no_level_out() -> None:
    written = html("# One\n\n### Two\n\n###### Three\n\n## Four")

    assert [part[:4] for part in written.split("\n") if part.startswith("<h")] == [
        "<h3 ",
        "<h4 ",
        "<h5 ",
        "<h4 ",
    ]
    assert written.count("</h4>") == 2


def test_a_task_list_shows_its_boxes() -> None:
    assert html("- [ ] open\n- [x] done\n- plain") == (
        '<ul>\n<li dir="auto" class="box">☐ open</li>\n'.replace(
            'dir="auto" class="box"', 'class="box" dir="auto"'
        )
        + '<li class="box" dir="auto">☑ done</li>\n<li dir="auto">plain</li>\n</ul>'
    )


def test_a_table_can_scroll_by_itself() -> None:
    written = html("| a | b |\n|---|---|\n| 1 | 2 |")

    assert written.startswith('<div class="scroll" tabindex="0" role="group" aria-label="Table">')
    assert written.endswith("</table>\n</div>")


def test_a_table_is_aligned_without_a_style_of_its_own() -> None:
    written = html("| a | b | c | d |\n|:--|--:|:-:|---|\n| 1 | 2 | 3 | 4 |")

    assert "style" not in written
    assert [f'class="{name}"' in written for name in ("start", "end", "center")] == [True] * 3


def test_a_line_is_text_with_names_and_code() -> None:
    line = str(PROSE.line("run `gitcp check` for CI-0028 <b> *no* [x](y)"))

    assert line == (
        'run <code>gitcp check</code> for <a href="../tasks/CI-0028.html" class="short">CI-0028</a> &lt;b&gt; *no* [x](y)'
    )


def test_long_text_takes_no_long_time() -> None:
    hostile = [
        "[" * 20_000,
        "*a " * 10_000,
        "> " * 2_000,
        "https://" * 5_000,
        "`" * 20_001,
        "@" * 20_000,
        "A-" * 20_000,
    ]

    assert all(html(text) for text in hostile)


def test_the_second_wall_holds_if_the_first_one_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        return '<p dir="auto" onclick="x"><script>alert(1)</script><a href="javascript:x">y</a><img src=x onerror=x></p>'

    monkeypatch.setattr(prose, "written", broken)

    assert str(Prose(lambda _: None, "").block("*x*", below=2)) == '<p dir="auto"><a>y</a></p>'
