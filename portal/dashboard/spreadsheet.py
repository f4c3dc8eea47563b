"""The dashboard's tables as a file for a spreadsheet: CSV as a French Excel opens it.

UTF-8 with a byte order mark, semicolons, decimal commas; shares in percent, times in seconds, nothing where there is no
figure. A cell of text that a spreadsheet would run as a formula is made harmless.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import Final

from portal.charts import Unit
from portal.dashboard.measure import Column, Measure, Row
from portal.rendering import typeset

_UNITS: Final = {Unit.COUNT: "", Unit.SHARE: " (%)", Unit.DURATION: " (secondes)"}
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(measures: Iterable[Measure], described: str) -> bytes:
    """The tables one below the other, each under its title; `described`: the period and the profile in words."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(typeset(f"Tableau de bord de l'assistant, {described}"))])
    for measure in measures:
        definition = measure.definition
        writer.writerow([])
        writer.writerow([harmless(typeset(measure.caption))])
        dated = definition.row_name is None
        heads = ["Premier jour", "Dernier jour"] if dated else [measure.row_name]
        writer.writerow([*map(harmless, heads), *(harmless(typeset(_head(column))) for column in definition.columns)])
        for row in measure.rows:
            writer.writerow([*_label(row), *_cells(definition.columns, row.numbers)])
        if measure.has_figures and definition.has_total:
            blank = [""] if dated else []
            writer.writerow([measure.total_name, *blank, *_cells(definition.columns, measure.total)])
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, « CSV Injection »).

    >>> harmless("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _label(row: Row) -> list[str]:
    if row.span is None:
        return [harmless(typeset(row.label))]
    return [f"{day:%d/%m/%Y}" for day in (row.span.first, row.span.last)]


def _cells(columns: Iterable[Column], numbers: Iterable[float | None]) -> list[str]:
    return [_cell(number, column.unit) for column, number in zip(columns, numbers, strict=True)]


def _cell(number: float | None, unit: Unit) -> str:
    if number is None:
        return ""
    if unit is Unit.COUNT:
        return str(int(number))
    exact = Decimal(str(number)) * (100 if unit is Unit.SHARE else 1)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}".replace(".", ",")


def _head(column: Column) -> str:
    return f"{column.name}{_UNITS[column.unit]}"
