"""What the dashboard shows of one measure: its definition, a table, and a chart of the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from offre_bailleurs.figures.report_period import Grain, Scope, Span
from offre_bailleurs.french.months import MONTHS
from portal.charts import Chart, Series, Shape, Unit

_SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_MOST_BARS = 10

Numbers = tuple[float | None, ...]


@dataclass(frozen=True)
class Column:
    """Of a table's numbers."""

    name: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True)
class Row:
    """A day, a week or a category, and its numbers: one for each column."""

    label: str
    numbers: Numbers
    span: Span | None = None


@dataclass(frozen=True)
class Definition:
    """What a measure is, whatever the period."""

    slug: str
    """In addresses."""
    title: str
    sentences: tuple[str, ...]
    """What is counted, from what, and what is left out."""
    row_name: str | None
    """What a row is; None: a day or a week."""
    columns: tuple[Column, ...]
    shape: Shape
    drawn: tuple[int, ...]
    """The columns that the chart shows."""
    tile: tuple[str, int] | None = None
    """What stands among the main figures: its name, and the column whose total it is."""
    has_total: bool = True
    """False: a sum of the rows would count things twice."""
    link: tuple[str, str] | None = None
    """An address and its words, of the page that goes on from here."""


@dataclass(frozen=True)
class Measure:
    """A measure's figures for one period."""

    definition: Definition
    scope: Scope
    rows: tuple[Row, ...]
    total: Numbers
    """Of the whole period."""

    @property
    def has_figures(self) -> bool:
        """False when nothing at all was counted: then there is nothing to draw."""
        return any(self.total)

    @property
    def row_name(self) -> str:
        """What a row of the table is."""
        return self.definition.row_name or {Grain.DAY: "Jour", Grain.WEEK: "Semaine"}[self.scope.grain]

    @property
    def total_name(self) -> str:
        """Of the table's last row."""
        return "Total" if self.definition.row_name else "Toute la période"

    @property
    def tile(self) -> tuple[str, str] | None:
        """Its main figure: name and number."""
        if self.definition.tile is None:
            return None
        name, place = self.definition.tile
        return name, self.definition.columns[place].unit.write(self.total[place])

    @property
    def chart(self) -> Chart:
        """What is drawn: of categories, the first ten."""
        rows = self.rows[:_MOST_BARS] if self.definition.shape is Shape.BARS else self.rows
        columns = self.definition.columns
        return Chart(
            title=self.caption,
            shape=self.definition.shape,
            unit=columns[self.definition.drawn[0]].unit,
            labels=tuple(short_label(row) for row in rows),
            series=tuple(
                Series(columns[place].name, tuple(row.numbers[place] for row in rows))
                for place in self.definition.drawn
            ),
        )

    @property
    def caption(self) -> str:
        """Of the table and of the chart."""
        grain = {Grain.DAY: "par jour", Grain.WEEK: "par semaine"}[self.scope.grain]
        return self.definition.title if self.definition.row_name else f"{self.definition.title}, {grain}"

    @property
    def alt(self) -> str:
        """The chart in words: what it shows, its extremes, and where its numbers are."""
        if self.definition.shape is Shape.BARS:
            bars = zip(self.chart.labels, *(series.values for series in self.chart.series), strict=True)
            write = self.chart.unit.write
            firsts = [f"{name} ({write(sum(value or 0 for value in values))})" for name, *values in islice(bars, 3)]
            said = f"Les plus nombreux : {' ; '.join(firsts)}."
        else:
            said = " ".join(
                _extremes(self.rows, place, self.definition.columns[place]) for place in self.definition.drawn
            )
        return f"Graphique « {self.caption} ». {said} Tous les chiffres sont dans le tableau."


def over_time(definition: Definition, scope: Scope, numbers: Mapping[Span, Numbers], total: Numbers) -> Measure:
    """A measure by day or week."""
    rows = tuple(Row(_name(span, scope.grain), numbers[span], span) for span in scope.spans)
    return Measure(definition, scope, rows, total)


def short_label(row: Row) -> str:
    """What stands under a column: the day, or the first one of the week."""
    if row.span is None:
        return row.label
    return f"{row.span.first.day} {_SHORT_MONTHS[row.span.first.month - 1]}"


def _name(span: Span, grain: Grain) -> str:
    """« 22 novembre 2026 », « semaine 47, du 16 au 22 novembre 2026 »."""
    first, last = span.first, span.last
    end = f"{_ordinal(last.day)} {MONTHS[last.month - 1]} {last.year}"
    if grain is Grain.DAY:
        return end
    number = f"semaine {first.isocalendar().week}"
    if first == last:
        return f"{number}, le {end}"
    if first.year != last.year:
        begin = f"{_ordinal(first.day)} {MONTHS[first.month - 1]} {first.year}"
    elif first.month != last.month:
        begin = f"{_ordinal(first.day)} {MONTHS[first.month - 1]}"
    else:
        begin = _ordinal(first.day)
    return f"{number}, du {begin} au {end}"


def _ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)


def _extremes(rows: tuple[Row, ...], place: int, column: Column) -> str:
    """« Conversations : de 0 (1er mai 2026) à 12 (3 mai 2026). »"""
    known = [(value, row.label) for row in rows if (value := row.numbers[place]) is not None]
    if not known:
        return f"{column.name} : aucun chiffre."
    lowest, highest = min(known, key=lambda each: each[0]), max(known, key=lambda each: each[0])
    write = column.unit.write
    if lowest[0] == highest[0]:
        return f"{column.name} : toujours {write(lowest[0])}."
    return f"{column.name} : de {write(lowest[0])} ({lowest[1]}) à {write(highest[0])} ({highest[1]})."
