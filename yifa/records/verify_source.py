"""One consistent, read-only look at the database for verification and backup, beside the writers and not in their way."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROWS = 2000


class Unreadable(Exception):
    """The database cannot be opened or read through; the message says why in words for the clerk."""


class Reader:
    """Streams query results from one snapshot; memory does not grow with the result. SQL uses ``%s`` for values."""

    def __init__(self, vendor: str, raw: Any) -> None:
        self.vendor = vendor
        self.raw = raw

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows one by one. Raises :class:`Unreadable`."""
        try:
            with contextlib.closing(self._open(sql, values)) as cursor:
                while rows := cursor.fetchmany(ROWS):
                    yield from rows
        except (sqlite3.Error, _postgres_error()) as error:
            raise Unreadable(explain(error)) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows at once, for results known to be small. Raises :class:`Unreadable`."""
        try:
            if self.vendor == "sqlite":
                return list(self.raw.execute(sql.replace("%s", "?"), tuple(values)))
            with self.raw.cursor() as cursor:
                return list(cursor.execute(sql, tuple(values) or None).fetchall())
        except (sqlite3.Error, _postgres_error()) as error:
            raise Unreadable(explain(error)) from error

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The single value of a query."""
        return self.rows(sql, values)[0][0]

    def among(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Rows of ``sql``, in which ``{among}`` stands for the list of ``values`` (some hundreds)."""
        return self.rows(sql.format(among=", ".join(["%s"] * len(values))), values)

    def _open(self, sql: str, values: Sequence[Any]) -> Any:
        if self.vendor == "sqlite":
            return self.raw.execute(sql.replace("%s", "?"), tuple(values))
        cursor = self.raw.cursor(name=f"yifa_{id(object())}")
        cursor.execute(sql, tuple(values) or None)
        return cursor


def _postgres_error() -> type[Exception]:
    try:
        import psycopg
    except ImportError:  # SQLite alone is installed
        return sqlite3.Error
    return psycopg.Error


def explain(error: Exception) -> str:
    """A database error in words: locked, full, damaged, unreachable."""
    text = str(error).strip() or type(error).__name__
    for sign, meaning in _MEANINGS:
        if sign in text.lower():
            return f"{meaning}（{text}）"
    return f"数据库出错：{text}"


_MEANINGS = (
    ("locked", "数据库正被占用，请稍后重试"),
    ("disk is full", "磁盘已满，请清理后重试"),
    ("no space left", "磁盘已满，请清理后重试"),
    ("malformed", "数据库文件已损坏，请用备份恢复"),
    ("not a database", "不是台账数据库文件，或文件已损坏，请用备份恢复"),
    ("could not decode", "数据库中有不是 UTF-8 的文字，内容被改动过"),
    ("unable to open", "数据库文件打不开，请检查路径和权限"),
    ("no such table", "这里没有台账的表，请检查台账位置"),
    ("does not exist", "库或表不存在，请检查台账位置"),
    ("connection", "连不上数据库，请检查数据库服务是否已启动"),
)


@contextlib.contextmanager
def snapshot(connection: Any) -> Iterator[Reader]:
    """A reader on its own connection to the database of a Django ``connection``, in one read-only transaction.

    Django's own connection would take SQLite's write lock for as long as reading lasts. Raises :class:`Unreadable`.
    """
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        if connection.is_in_memory_db():
            connection.ensure_connection()
            yield Reader("sqlite", connection.connection)
            return
        with sqlite_snapshot(Path(str(settings["NAME"]))) as reader:
            yield reader
        return
    import psycopg

    try:
        parameters = connection.get_connection_params()
        wanted = {k: v for k, v in parameters.items() if k not in _DJANGO_ONLY}
        raw = psycopg.connect(**wanted)
    except psycopg.Error as error:
        raise Unreadable(explain(error)) from error
    try:
        raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        raw.read_only = True
        yield Reader("postgresql", raw)
    finally:
        raw.close()


_DJANGO_ONLY = ("cursor_factory", "context", "prepare_threshold", "server_side_binding")


@contextlib.contextmanager
def sqlite_snapshot(path: Path) -> Iterator[Reader]:
    """A reader on a SQLite file, opened read-only. Raises :class:`Unreadable`."""
    try:
        raw = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True, isolation_level=None, timeout=30)
        raw.execute("PRAGMA cache_size = -65536")
        raw.execute("BEGIN")
        raw.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the snapshot starts with the first read
    except sqlite3.Error as error:
        raise Unreadable(explain(error)) from error
    try:
        yield Reader("sqlite", raw)
    finally:
        raw.close()
