from gitcp.dashboard.glyphs import Glyphs, shown_in

DRAWING = (
    '<svg>\n  <symbol id="g-mark"><path/></symbol>\n  <symbol id="g-to-do"/>\n  <symbol id="g-dog"/>\n</svg>'
)


def test_a_piece_of_a_page_shows_the_glyphs_that_it_uses() -> None:
    used = '<svg><use href="#g-to-do"/></svg> and <use href="#g-mark"/> and <use href="#g-to-do"/>'

    assert shown_in(used) == {"to-do", "mark"}
    assert shown_in("none") == frozenset()


def test_what_brings_glyphs_has_those_that_are_shown_in_the_order_of_the_drawing() -> None:
    brought = Glyphs(DRAWING).sprite(frozenset({"dog", "mark"}))

    assert brought == (
        '<svg class="glyphs" aria-hidden="true">\n<symbol id="g-mark"><path/></symbol>\n<symbol id="g-dog"/>\n</svg>\n'
    )
