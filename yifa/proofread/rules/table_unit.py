"""Tables whose numbers have no unit (表格缺单位)."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from .base import Context


def check(context: Context) -> Iterator[Finding]:
    """Rule 50: a table states its unit in the heading, in the row's label, in a column of its own or above the table."""
    for item in context.bare[:5]:
        yield context.finding("table_unit", "warning", f"表格中“{item.label}”的数字没有写单位。请在表头注明。", item.start, item.end,
                              "在表头或表格上方注明单位", "表格应当注明计量单位")
