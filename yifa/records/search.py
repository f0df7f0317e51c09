"""Full-text search (全文检索): single characters are indexed, so that words of two characters are found.

FTS5 on SQLite, a tsvector on PostgreSQL; both are handed the same words, so both find the same records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yifa.records import sql
from yifa.records.shape import tags, terms

MOST_WORDS = 16_000
SEARCH_COLUMNS = ("record", "org", "definition", "text", "words")
_SQLITE = (
    "INSERT OR REPLACE INTO yifa_search (rowid, record, org, definition, text, tags) "
    "VALUES ((SELECT id FROM yifa_record WHERE uid = %s), %s, %s, %s, %s, %s)"
)
_POSTGRESQL = (
    "INSERT INTO yifa_search (record, org, definition, text, words) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (record) DO UPDATE SET text = excluded.text, words = excluded.words"
)


def search_statement(vendor: str) -> str:
    """Sets a record's search row, from `search_row`."""
    return _SQLITE if vendor == "sqlite" else _POSTGRESQL


def unsearch_statement(vendor: str) -> str:
    """Removes a record's search row, from (uid,)."""
    if vendor == "sqlite":
        return "DELETE FROM yifa_search WHERE rowid = (SELECT id FROM yifa_record WHERE uid = %s)"
    return "DELETE FROM yifa_search WHERE record = %s"


def search_row(vendor: str, uid: str, org: str, definition: str, path: str, text: str) -> tuple[Any, ...]:
    """The parameters of `search_statement`; ``text`` as `words` made it."""
    if vendor == "sqlite":
        return (uid, uid, org, definition, text, tags(definition, path))
    return (uid, org, definition, text, vector(text, tags(definition, path)))


def vector(text: str, marks: str) -> str:
    """The text form of a tsvector: words with their places, tags without."""
    placed = [f"{w}:{i}" for i, w in enumerate([w for w in text.split() if w.isalnum()][:MOST_WORDS], 1)]
    return " ".join([*placed, *marks.split()])


def search(cursor: Any, text: str, subtree: str | None = None, definition: str | None = None,
           roles: Sequence[str] | None = None, before: int | None = None, most: int = 50) -> list[dict[str, Any]]:  # fmt: skip
    """Records that contain every blank-separated term of ``text``, newest first.

    ``subtree`` is an organisation's code (all below it included); ``roles`` leaves out records restricted to others
    (None: no restriction applies, for figures); ``before`` is the ``id`` of the last row of the page before.
    """
    wanted = [t for t in map(terms, text.split()) if t]
    if not wanted:
        return []
    marks = [f"d_{definition}"] if definition else []
    marks += [f"o_{subtree.lower()}"] if subtree else []
    if cursor.db.vendor == "sqlite":
        phrases = [f'text : "{" ".join(t)}"' for t in wanted] + [f'tags : "{m}"' for m in marks]
        source = "yifa_search s JOIN yifa_record r ON r.id = s.rowid"
        where, parameters = "yifa_search MATCH %s", [" AND ".join(phrases)]
        order = "s.rowid"
    else:
        phrases = [f"({' <-> '.join(t)})" for t in wanted] + marks
        source = "yifa_search s JOIN yifa_record r ON r.uid = s.record"
        where, parameters = "s.words @@ %s::tsquery", [" & ".join(phrases)]
        order = "r.id"
    if before is not None:
        where += f" AND {order} < %s"
        parameters.append(before)  # type: ignore[arg-type]
    found: list[dict[str, Any]] = []
    rows = sql.all_rows(cursor, f"SELECT r.id, r.uid, r.org, r.definition, r.number, r.status, r.opened_on, r.restricted "
                        f"FROM {source} WHERE {where} ORDER BY {order} DESC LIMIT {most * 4 if roles is not None else most}",
                        parameters)  # fmt: skip
    for id_, uid, org, key, number, status, opened, restricted in rows:
        if roles is None or not restricted or not set(restricted.split(",")).isdisjoint(roles):
            found.append({"id": id_, "record": uid, "org": org, "definition": key, "number": number, "status": status,
                          "opened_on": opened})  # fmt: skip
    return found[:most]
