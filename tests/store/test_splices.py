from gitcp.store.splices import Page, Splices


def test_replacements_at_one_position_stay_in_their_order() -> None:
    splices = Splices(Page("abc"))
    splices.replace(1, 2, "B")
    splices.insert(2, "1")
    splices.insert(2, "2")
    splices.insert(0, ">")

    assert splices.result() == ">aB12c"


def test_replacements_that_overlap_have_no_result() -> None:
    splices = Splices(Page("abcd"))
    splices.replace(0, 2, "x")
    splices.replace(1, 3, "y")

    assert splices.result() is None


def test_what_was_collected_can_be_taken_back() -> None:
    splices = Splices(Page("ab"))
    splices.insert(0, "x")
    mark = splices.mark()
    splices.insert(1, "y")
    splices.undo(mark)

    assert splices.result() == "xab"


def test_lines_end_with_any_line_break() -> None:
    page = Page("one\r\ntwo\rthree\nfour")

    assert [page.text[page.line_start(at) : page.line_end(at)] for at in (0, 3, 6, 9, 14, 19)] == [
        "one", "one", "two", "three", "three", "four",
    ]  # fmt: skip
    assert (page.next_line(0), page.next_line(19), page.newline) == (5, len(page.text), "\r\n")


def test_a_last_line_without_a_line_break_gets_one_for_the_time_being() -> None:
    assert Page.of("a\r\nb") == Page("a\r\nb\r\n", lacks_break=True)
    assert Page.of("a") == Page("a\n", lacks_break=True)
    assert Page.of("a\n") == Page("a\n")
