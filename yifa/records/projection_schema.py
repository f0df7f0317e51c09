"""Makes and alters the projection tables from the definitions (`codex_load`). A field key keeps its type for ever."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from yifa.codex import Codex
from yifa.records import sql
from yifa.records.acts import LedgerError
from yifa.records.shape import Shape, Table
from yifa.records.versions import Library

TYPES = {
    "sqlite": {"key": "varchar(32) NOT NULL", "code": "varchar(64) NOT NULL", "text": "text", "date": "text",
               "int": "bigint", "bool": "smallint"},
    "postgresql": {"key": "varchar(32) NOT NULL", "code": "varchar(64) NOT NULL", "text": "text", "date": "date",
                   "int": "bigint", "bool": "smallint"},
}  # fmt: skip
LONGEST_NAME = 63
_MOST_COLUMNS = 30
_SHORT = frozenset(["choice", "organization", "record", "date", "datetime"])


class SchemaConflict(LedgerError):
    """A definition asks for tables or columns that cannot be made; `problems` lists all of them."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


def create_table(vendor: str, table: Table, name: str | None = None) -> str:
    """The CREATE TABLE statement of a projection table, under another name for a shadow table."""
    types = TYPES[vendor]
    columns = ", ".join(f"{c} {types[kind]}" for c, kind in table.columns)
    return f"CREATE TABLE {name or table.name} ({columns}, PRIMARY KEY ({', '.join(table.key)}))"


def figure_columns(codex: Codex) -> dict[str, list[str]]:
    """Projection table -> fields that indicators read there, the dates by which they ask (`on`, `from`) first."""
    dates: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for indicator in codex.indicators.values():
        m = indicator.measure
        if m is None:
            continue
        asked = {n for a in ("on", "from_", "to") if (n := getattr(m, a, None))}
        read = {n for n in (m.sum, m.distinct) if n} | (m.where.fields() if m.where else set())
        main, counted = f"p_{m.of}", f"p_{m.of}__{m.rows}" if m.rows else f"p_{m.of}"
        for table in {main, counted}:
            dates.setdefault(table, set()).update(asked)
        others.setdefault(counted, set()).update(read)
    return {t: list(dict.fromkeys([*sorted(dates[t]), *sorted(others.get(t, ()))])) for t in dates}


def index_statements(shape: Shape, read: Mapping[str, Sequence[str]]) -> list[str]:
    """For each table one index that answers every indicator over it without touching its rows: organisation, dates, and
    what conditions and sums read (`figure_columns`). Free text stays out: an index entry has a largest size."""
    found = []
    for table in shape.tables:
        kinds = dict(table.columns)
        short = _short_columns(shape, table)
        asked = [f if f in ("opened_on", "value") else f"f_{f}" for f in read.get(table.name, ())]
        columns = [c for c in asked if c in kinds and (kinds[c] != "text" or c in short)][:_MOST_COLUMNS]
        if any(kinds[c] == "date" for c in columns):
            listed = ", ".join(["org", *columns])
            name = f"{index_prefix(table)}{zlib.crc32(f'{table.name} {listed}'.encode()):08x}"
            found.append(f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} ({listed})")
    return found


def _short_columns(shape: Shape, table: Table) -> set[str]:
    """The text columns of a table whose values are short."""
    rows = shape.fields.get(table.name.removeprefix(f"{shape.main.name}__"))
    fields = rows.fields if rows is not None and rows.type == "rows" else shape.definition.fields
    return {f"f_{f.key}" for f in fields if f.type in _SHORT}


def index_prefix(table: Table) -> str:
    """How the names of a table's figure indexes begin; the rest tells which columns they have."""
    return f"i_{table.name[2:]}"[: LONGEST_NAME - 9] + "_"


def drop_stale_indexes(cursor: Any, shape: Shape, statements: list[str]) -> None:
    """Drop figure indexes of an earlier codex, whose indicators read other columns."""
    if cursor.db.vendor == "postgresql":
        asked = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename "
    else:
        asked = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND tbl_name "
    prefixes = {t.name: index_prefix(t) for t in shape.tables}
    for table, name in sql.all_rows(cursor, asked + sql.among(list(prefixes)), list(prefixes)):
        if name.startswith(prefixes[table]) and not any(f" {name} " in s for s in statements):
            cursor.execute(f"DROP INDEX {name}")


def _check_names(shape: Shape) -> list[str]:
    problems = []
    seen: set[str] = set()
    for table in shape.tables:
        if table.name in seen:
            problems.append(f"{shape.key}：字段与环节同名，都要用表 {table.name}。请给其中一个换 key。")
        seen.add(table.name)
        for name in [table.name, *table.names]:
            if len(name) > LONGEST_NAME - 4:
                problems.append(f"{shape.key}：名称 {name} 太长（数据库最多 {LONGEST_NAME - 4} 个字符）。请缩短 key。")
    return problems


def _alter(cursor: Any, shape: Shape, known: dict[tuple[str, str], str], problems: list[str]) -> None:
    types = TYPES[cursor.db.vendor]
    tables = {t for t, _ in known}
    for table in shape.tables:
        new = []
        for column, kind in table.columns:
            old = known.get((table.name, column))
            if old is None:
                new.append((column, kind))
            elif old != kind:
                problems.append(f"{shape.key}：{column.removeprefix('f_')} 原来的类型是 {old}，现在成了 {kind}。字段的类型"
                                "不能改；含义变了的，请用新的 key。")  # fmt: skip
        if problems:
            continue
        if table.name not in tables:
            cursor.execute(create_table(cursor.db.vendor, table))
        else:
            for column, kind in new:
                cursor.execute(f"ALTER TABLE {table.name} ADD COLUMN {column} {types[kind]}")
        sql.write_rows(cursor, sql.insert("yifa_column", ("table_name", "column_name", "kind")),
                       [(table.name, c, k) for c, k in new])  # fmt: skip
        known.update({(table.name, c): k for c, k in new})


def codex_load(connection: Any, codex: Codex, library: Library | None = None,
               now: Callable[[], str] | None = None) -> Library:  # fmt: skip
    """Make the missing tables, columns and indexes of every definition and keep all versions by hash; all or nothing.

    Raises SchemaConflict for a field whose type changed, two tables of one name, or a name too long.
    """
    library = library or Library(codex)
    shapes = [Shape(codex.plan(key)) for key in codex.definitions]
    problems = [p for s in shapes for p in _check_names(s)]
    if problems:
        raise SchemaConflict(problems)
    stamp = now() if now else datetime.now(UTC).isoformat(timespec="seconds")
    read = figure_columns(codex)
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("LOCK TABLE yifa_column IN EXCLUSIVE MODE")
            rows = sql.all_rows(cursor, "SELECT table_name, column_name, kind FROM yifa_column")
            known = {(t, c): k for t, c, k in rows}
            for shape in shapes:
                _alter(cursor, shape, known, problems)
            if problems:
                raise SchemaConflict(problems)
            for shape in shapes:
                statements = index_statements(shape, read)
                drop_stale_indexes(cursor, shape, statements)
                for statement in statements:
                    cursor.execute(statement)
            library.store(cursor, stamp)
    except BaseException:
        library.forget_pins()
        raise
    return library
