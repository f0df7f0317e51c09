"""Numbers (编号): gap-free per organisation, definition and year, from a counter that the chain head's lock guards.

A number is taken in the transaction that writes its event, so a rollback leaves no gap; a voided record keeps its number,
which then shows 作废.
"""

from __future__ import annotations

from typing import Any

from yifa.records import sql


class Numbering:
    """Hands out numbers inside one transaction that holds the lock of the organisations' chains."""

    def __init__(self, cursor: Any):
        self._cursor = cursor
        self._last: dict[tuple[str, str, int], int] = {}
        self._changed: set[tuple[str, str, int]] = set()

    def take(self, org: str, definition: str, year: int) -> int:
        """The next number of this organisation, definition and year."""
        key = (org, definition, year)
        last = self._last.get(key)
        if last is None:
            row = sql.first(self._cursor, sql.READ_COUNTER, key)
            last = row[0] if row else 0
        self._last[key] = last + 1
        self._changed.add(key)
        return last + 1

    def save(self) -> None:
        """Write the counters that moved."""
        rows = [(*key, self._last[key]) for key in sorted(self._changed)]
        sql.write_rows(self._cursor, sql.SET_COUNTER, rows)
        self._changed.clear()


def format_number(template: str, short_name: str, year: int, name: str, n: int) -> str:
    """The number as written on paper. Raises KeyError for a placeholder other than {org} {year} {name} {n}."""
    return template.format(org=short_name, year=year, name=name, n=n)
