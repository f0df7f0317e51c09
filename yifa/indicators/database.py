"""A thin wrapper over a Django connection or a plain DB-API one (sqlite3, psycopg): indicators run on either."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from sqlglot import exp

Dialect = Literal["sqlite", "postgres"]


class Database:
    """Runs sqlglot trees with named parameters."""

    def __init__(self, connection: Any):
        self.connection = connection
        vendor = getattr(connection, "vendor", None)
        self.django = vendor is not None
        if vendor is None:
            vendor = "sqlite" if type(connection).__module__.startswith("sqlite3") else "postgresql"
        if vendor not in ("sqlite", "postgresql"):
            raise ValueError(f"指标只能在 SQLite 或 PostgreSQL 上计算，现为 {vendor}")
        self.dialect: Dialect = "sqlite" if vendor == "sqlite" else "postgres"

    def bind(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values as the database stores them: dates are ISO text on SQLite."""
        if self.dialect == "postgres":
            return values
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}

    def rows(self, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement rendered for ``self.dialect``. Statements hold no literals but small integers, so a
        colon or a percent sign is always a parameter."""
        if self.django and self.dialect == "sqlite":
            sql = re.sub(r":([a-z]\w*)", r"%(\1)s", sql)
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, self.bind(values))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def run(self, tree: exp.Expr, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        return self.rows(tree.sql(self.dialect), values)


def as_day(value: Any) -> date:
    """A date from a database value, a date or an ISO text."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])
