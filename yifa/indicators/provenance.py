"""What a frozen figure rests on: the records behind it, each with the hash of its last event, under one SM3 digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlglot import exp

from yifa.indicators.conditions import column, table
from yifa.indicators.database import Database
from yifa.indicators.details import records_behind
from yifa.indicators.measure import CodexLike

CHUNK = 256


def digest(heads: Mapping[str, str]) -> str:
    """SM3 over the records behind a figure, each with the hash of its last event: ``record TAB hash LF``, sorted."""
    text = "".join(f"{record}\t{heads[record]}\n" for record in sorted(heads))
    return hashlib.new("sm3", text.encode()).hexdigest()


def last_events(connection: Any, records: Iterable[str]) -> dict[str, str]:
    """The hash of the last event of each record, from the event table. A record without events is left out."""
    db = Database(connection)
    inner = (
        exp.Select().select(exp.Max(this=column("rseq", "m")), copy=False).from_(table("yifa_event", "m"), copy=False)
    )
    inner = inner.where(exp.EQ(this=column("record", "m"), expression=column("record", "e")), copy=False)
    names: list[exp.Expr] = [exp.Placeholder(this=f"r{i}") for i in range(CHUNK)]
    select = exp.Select().select(column("record", "e"), column("hash", "e"), copy=False)
    select = select.from_(table("yifa_event", "e"), copy=False).where(
        exp.In(this=column("record", "e"), expressions=names),
        exp.EQ(this=column("rseq", "e"), expression=exp.Subquery(this=inner)), copy=False)  # fmt: skip
    sql = select.sql(db.dialect)
    wanted = sorted(set(records))
    found: dict[str, str] = {}
    for i in range(0, len(wanted), CHUNK):
        chunk = wanted[i : i + CHUNK]
        chunk += [chunk[-1]] * (CHUNK - len(chunk))
        found |= dict(db.rows(sql, {f"r{k}": r for k, r in enumerate(chunk)}))
    return found


def digests(connection: Any, codex: CodexLike, keys: Sequence[str], orgs: Sequence[str],
            period: tuple[date | str, date | str]) -> dict[str, tuple[int, str]]:  # fmt: skip
    """For each figure: how many records stand behind it, and their digest."""
    behind = records_behind(connection, codex, keys, orgs, period)
    heads = last_events(connection, {r for found in behind.values() for r in found})
    return {k: (len(found), digest({r: heads.get(r, "") for r in found})) for k, found in behind.items()}
