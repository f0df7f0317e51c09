"""Numbers (编号): gap-free per organisation, definition and year, from a counter that the chain head's lock guards.

A number is taken in the transaction that writes its event, so a rollback leaves no gap; a voided record keeps its number,
which then shows 作废.
"""

from __future__ import annotations

from typing import Any

from yifa.records import sql


def reserve(cursor: Any, org: str, definition: str, year: int, count: int) -> int:
    """Take ``count`` numbers in a row and give the first. The caller's transaction holds the organisation's chain."""
    key = (org, definition, year)
    if cursor.db.features.can_return_columns_from_insert:
        return int(sql.one(cursor, sql.ADD_TO_COUNTER, (*key, count))[0]) - count + 1
    row = sql.first(cursor, sql.READ_COUNTER, key)  # SQLite before 3.35
    last = int(row[0]) if row else 0
    cursor.execute(sql.SET_COUNTER, (*key, last + count))
    return last + 1


def format_number(template: str, short_name: str, year: int, name: str, n: int) -> str:
    """The number as written on paper. Raises KeyError for a placeholder other than {org} {year} {name} {n}."""
    return template.format(org=short_name, year=year, name=name, n=n)
