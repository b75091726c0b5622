"""Pictures of dots, for places that show no SVG. Rule: nothing but this module knows Pillow.

Its own typeface is used, never one of the machine, so that the same company is the same picture everywhere; letters that it lacks, such as Chinese
ones, are boxes.
"""

from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_COLOURS: Final = 64

Spot = tuple[float, float]


class Bitmap:
    """A picture that is drawn in units of its own; `scale` is how many dots one takes."""

    def __init__(self, width: float, height: float, scale: float, ground: str) -> None:
        self._scale = scale
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        self._image = Image.new("RGB", size, ground)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, at: Spot, size: Spot, radius: float, fill: str, outline: str) -> None:
        """Draw a box with round corners."""
        corners = [self._dots(at), self._dots((at[0] + size[0], at[1] + size[1]))]
        self._draw.rounded_rectangle(corners, radius * self._scale, fill, outline, max(1, round(self._scale)))

    def line(self, start: Spot, end: Spot, colour: str, wide: float = 1) -> None:
        """Draw a straight line."""
        self._draw.line([self._dots(start), self._dots(end)], colour, max(1, round(wide * self._scale)))

    def text(self, at: Spot, text: str, size: float, colour: str, *, middle: bool = False) -> None:
        """Write a line of text that stands on a point, or, if it is centred, around it."""
        anchor = "mm" if middle else "ls"
        self._draw.text(self._dots(at), text, colour, _font(round(size * self._scale)), anchor)

    def png(self) -> bytes:
        """Return the picture as PNG, always the same bytes for the same picture."""
        found = self._image.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        file = BytesIO()
        found.save(file, "PNG")
        return file.getvalue()

    def _dots(self, at: Spot) -> Spot:
        return (round(at[0] * self._scale), round(at[1] * self._scale))


def width(text: str, size: int) -> float:
    """Return how wide a text is."""
    return _font(size).getlength(text)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(max(size, 1))
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
