"""A logical copy of a PostgreSQL database through COPY, so that no client programs are needed on an office PC.

One repeatable-read transaction reads every table of the schema: its columns, constraints and indexes from the catalogue,
its rows as COPY text. Loading is one transaction too: all of it or nothing. Triggers are not copied; they are installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from psycopg import sql

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_TYPE = re.compile(r"[a-z][a-z ]*(\(\d+(,\d+)?\))?( with(out)? time zone)?(\[\])?")
_CONSTRAINT = re.compile(r"(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY)\b[^;]*")
_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX [^;]*")
_DEFAULT = re.compile(r"(-?\d+|true|false|'[^';\\]*'(::[a-z ]+(\(\d+\))?)?|NULL::[a-z ]+(\(\d+\))?)")


class BadDump(Exception):
    """The description of the tables in an archive is not one that this program writes."""


def describe(raw: Any) -> list[dict[str, Any]]:
    """Every table of the current schema: columns, constraints, indexes."""
    raw.execute("SET LOCAL datestyle = 'ISO, YMD'")
    tables = raw.execute(
        "SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace"
        " AND c.relkind = 'r' ORDER BY c.relname"
    ).fetchall()
    return [_describe(raw, oid, name) for oid, name in tables]


def _describe(raw: Any, oid: int, name: str) -> dict[str, Any]:
    columns = raw.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,"
        " pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a"
        " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (oid,),
    ).fetchall()
    constraints = raw.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s AND contype IN ('p','u','c','f')"
        " ORDER BY contype = 'f', conname",
        (oid,),
    ).fetchall()
    indexes = raw.execute(
        "SELECT replace(pg_get_indexdef(i.indexrelid), ' ON ' || quote_ident(current_schema()) || '.', ' ON ')"
        " FROM pg_index i WHERE i.indrelid = %s"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p','u'))"
        " ORDER BY 1",
        (oid,),
    ).fetchall()
    return {
        "name": name,
        "columns": [
            {"name": c[0], "type": c[1], "not_null": c[2], "identity": bool(c[3]), "default": c[4]} for c in columns
        ],
        "constraints": [{"name": c[0], "text": c[1]} for c in constraints],
        "indexes": [i[0] for i in indexes],
    }


def rows(raw: Any, table: dict[str, Any]) -> Iterator[bytes]:
    """The rows of a table as COPY text, in pieces."""
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table["name"]), _columns(table))
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy:
            yield bytes(piece)


def is_empty(raw: Any) -> bool:
    """Whether the schema has no table yet."""
    found = raw.execute(
        "SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v', 'm', 'p')"
    ).fetchone()
    return found is None


def load(raw: Any, tables: list[dict[str, Any]], source: Callable[[str], BinaryIO]) -> None:
    """Makes the tables and fills them; ``source`` opens the rows of a table. The caller commits. Raises BadDump."""
    _check(tables)
    for table in tables:
        parts = [_column(c) for c in table["columns"]]
        raw.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table["name"]), sql.SQL(", ").join(parts)))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table["name"]), _columns(table))
        with source(table["name"]) as file, raw.cursor() as cursor, cursor.copy(statement) as copy:
            while piece := file.read(1 << 18):
                copy.write(piece)
    for table in tables:
        name = sql.Identifier(table["name"])
        for constraint in sorted(table["constraints"], key=lambda c: c["text"].startswith("FOREIGN")):
            raw.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    name, sql.Identifier(constraint["name"]), sql.SQL(constraint["text"])
                )
            )
        for index in table["indexes"]:
            raw.execute(sql.SQL(index))
        for column in table["columns"]:
            if column["identity"]:
                raw.execute(
                    sql.SQL(
                        "SELECT setval(pg_get_serial_sequence({table}, {column}), GREATEST((SELECT MAX({c}) FROM {t}), 1),"
                        " EXISTS (SELECT 1 FROM {t}))"
                    ).format(
                        table=sql.Literal(table["name"]),
                        column=sql.Literal(column["name"]),
                        c=sql.Identifier(column["name"]),
                        t=name,
                    )
                )
    raw.execute("ANALYZE")


def _columns(table: dict[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(c["name"]) for c in table["columns"])


def _column(column: dict[str, Any]) -> sql.Composed:
    parts = [sql.Identifier(column["name"]), sql.SQL(column["type"])]
    if column["identity"]:
        parts.append(sql.SQL("GENERATED BY DEFAULT AS IDENTITY"))
    elif column["default"] is not None:
        parts.append(sql.SQL("DEFAULT " + column["default"]))
    if column["not_null"]:
        parts.append(sql.SQL("NOT NULL"))
    return sql.SQL(" ").join(parts)


def _check(tables: Any) -> None:
    """Nothing of an archive is run as SQL that is not plainly the description of a table."""
    try:
        for table in tables:
            wanted = [(_NAME, table["name"])]
            for column in table["columns"]:
                wanted += [(_NAME, column["name"]), (_TYPE, column["type"])]
                if column["default"] is not None and not column["identity"]:
                    wanted.append((_DEFAULT, column["default"]))
            for constraint in table["constraints"]:
                wanted += [(_NAME, constraint["name"]), (_CONSTRAINT, constraint["text"])]
            wanted += [(_INDEX, index) for index in table["indexes"]]
            for pattern, text in wanted:
                if not pattern.fullmatch(text):
                    raise BadDump(f"备份中的表结构有不认识的写法：{text}")
    except (KeyError, TypeError) as error:
        raise BadDump(f"备份中的表结构残缺：{error}") from None
