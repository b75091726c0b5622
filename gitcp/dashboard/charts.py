"""Charts as plain values: what stands where, in hundredths of the box, and the same as a table for who reads rather than looks.

Drawn by the macros of `charts.html`, and not by a library of charts: those put styles and scripts into the drawing, which the pages' policy forbids, or
give it as text that would go past the escaping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from gitcp.dashboard.scales import WHOLE, Tick, Unit, Write, length, scale, spread

LABELS: Final = 6
LEVELS: Final = 5
_GAP: Final = 0.22
_WIDEST: Final = 7.0
_THIN: Final = 0.6  # what is not nothing is seen
_SPARK: Final = 20.0


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every column; `tone` is a class of the style sheet: first, second, third."""

    label: str
    tone: str = "first"


@dataclass(frozen=True, slots=True)
class Column:
    """What stands over one label of the axis: an amount for each series; `label` is short, `name` whole."""

    label: str
    name: str
    parts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar, or a part of one."""

    x: str
    y: str
    width: str
    height: str
    tone: str
    hint: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word under the axis; `anchor` is where of it `x` lies: start, middle or end."""

    x: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, each `x,y`; `kind` is a class of the style sheet."""

    points: str
    kind: str


@dataclass(frozen=True, slots=True)
class Level:
    """A line across, with what it stands for."""

    y: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One point that matters."""

    x: str
    y: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart; the first cell of a row is its head."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `name` is unique on its page; `title` says what is shown, `text` what there is to see."""

    name: str
    title: str
    text: str
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    table: Table
    series: tuple[Series, ...] = ()
    marks: tuple[Mark, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    levels: tuple[Level, ...] = ()
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class Spark:
    """A small chart within a line of text: bars in a box `width` wide and 20 high."""

    text: str
    width: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a heat map: its level, from 0 for nothing to 5 for the most, and what it says."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of a heat map."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A heat map: a table whose fields are coloured; `least` and `most` are the figures of the legend."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    most: str


def bars(
    name: str,
    title: str,
    columns: Sequence[Column],
    series: Sequence[Series],
    unit: Unit,
    limit: Decimal | None = None,
) -> Chart:
    """Draw columns, each of parts upon each other, and a line across where there is a limit of each."""
    text, limits = unit.text, [] if limit is None else [limit]
    scaled = scale([*limits, *(sum(column.parts, Decimal(0)) for column in columns)], unit)
    step = WHOLE / max(1, len(columns))
    width = min(step * (1 - _GAP), _WIDEST)
    marks: list[Mark] = []
    for index, column in enumerate(columns):
        below = Decimal(0)
        for part, of in zip(column.parts, series, strict=True):
            if part > 0:
                bottom, height = scaled.share(below), scaled.share(below + part) - scaled.share(below)
                height = max(height, min(_THIN, WHOLE - bottom))
                marks.append(
                    Mark(
                        length(step * (index + 0.5) - width / 2),
                        length(WHOLE - bottom - height),
                        length(width),
                        length(height),
                        of.tone,
                        f"{column.name}: {text(part)}{f' {of.label}' if len(series) > 1 else ''}",
                    )
                )
            below += part
    return Chart(
        name=name,
        title=title,
        text=_most(columns, text),
        ticks=scaled.ticks,
        labels=tuple(_label(columns[i].label, step * (i + 0.5)) for i in spread(len(columns), LABELS)),
        table=Table(
            ("", *(of.label for of in series)),
            tuple((column.name, *(text(part) for part in column.parts)) for column in columns),
        ),
        series=tuple(series) if len(series) > 1 else (),
        marks=tuple(marks),
        levels=tuple(Level(scaled.down(each), f"limit {text(each)}", "limit") for each in limits),
    )


def spark(text: str, values: Sequence[Decimal | int]) -> Spark:
    """Draw small bars, one for each value."""
    most = Decimal(max([*values, 0])) or Decimal(1)
    marks = [
        Mark(
            f"{index * 4}", length(_SPARK - height), "3", length(height), "first" if value > 0 else "none", ""
        )
        for index, value in enumerate(values)
        for height in (max(float(Decimal(max(value, 0)) / most) * _SPARK, 1.0),)
    ]
    return Spark(text, f"{max(1, len(values) * 4 - 1)}", tuple(marks))


def heat(
    title: str,
    heads: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
    write: Write,
    names: Sequence[str],
) -> Heat:
    """Colour numbers by how many they are; `names` are the whole names of the columns, said with each field."""
    most = max((number for _, numbers in rows for number in numbers), default=0)
    return Heat(
        title,
        tuple(heads),
        tuple(
            HeatRow(
                label,
                tuple(
                    Cell(_level(number, most), f"{label} {name}: {write(Decimal(number))}")
                    for number, name in zip(numbers, names, strict=True)
                ),
            )
            for label, numbers in rows
        ),
        write(Decimal(most)),
    )


def _level(number: int, most: int) -> int:
    return -(-number * LEVELS // most) if number > 0 else 0


def _label(text: str, x: float) -> Label:
    return Label(length(x), text, "start" if x < 4 else "end" if x > 96 else "middle")  # noqa: PLR2004 - near an edge


def _most(columns: Sequence[Column], text: Write) -> str:
    sums = [(sum(column.parts, Decimal(0)), column.name) for column in columns]
    total = sum((amount for amount, _ in sums), Decimal(0))
    if not total:
        return "Nothing in this time."
    most, name = max(sums, key=lambda pair: pair[0])
    return f"{text(total)} in all, at most {text(most)} ({name})."
