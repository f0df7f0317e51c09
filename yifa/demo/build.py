"""Builds the demonstration's ledger in a folder beside its place and moves it there when it is whole.

A run that was broken off leaves nothing in place; the next one starts clean. ``demo.json`` in the home says by which codex,
plan and seed the ledger was made: a later run finds it by these and does not make it again.
"""

from __future__ import annotations

import errno
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from yifa import __version__, settings
from yifa.codex import Codex
from yifa.demo.cases.running import TODAY
from yifa.demo.generate import acts
from yifa.demo.plan import SEED, digest
from yifa.demo.world import COUNTY, towns
from yifa.records.acts import Act, Outcome

MARK = "demo.json"
KEPT = ("overlay", "statutes")
"""What a user may have put into the home before; it is carried over into a new ledger."""
STALE_SECONDS = 600
Advance = Callable[[int, int], None]


class DemoError(Exception):
    """The demonstration could not be made; the message says why and what to do. Nothing half-made is left in place."""


def key_of(codex: Codex) -> dict[str, str]:
    """By what a finished ledger is found again."""
    return {"codex": codex.hash, "plan": digest(), "seed": SEED}


def marked(home: Path) -> dict[str, Any] | None:
    """What the home says of itself; None if no demonstration was finished there."""
    try:
        found = json.loads((home / MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as e:
        raise DemoError(f"{home / MARK} 读不出来（{e}）。请用 --fresh 重建，或换一个文件夹（--home）。") from e
    return found if isinstance(found, dict) else None


def events_in(home: Path) -> int:
    """How many events the ledger of this home holds. Raises DemoError where the ledger is gone or cannot be read."""
    import sqlite3

    path = home / settings.DATABASE_FILE
    if not path.is_file():
        raise DemoError(f"{home} 里的台账文件不见了。请用 --fresh 重建。")
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM yifa_event").fetchone()[0])
    except sqlite3.Error as e:
        raise DemoError(f"{path} 打不开（{e}）。请用 --fresh 重建。") from e


def check_place(home: Path) -> None:
    """Refuse a folder that is somebody else's. Raises DemoError."""
    if home.exists() and not home.is_dir():
        raise DemoError(f"{home} 是文件而不是文件夹。请用 --home 另指一个文件夹。")
    if not home.is_dir() or (home / MARK).is_file():
        return
    others = sorted(p.name for p in home.iterdir() if p.name not in KEPT)
    if others:
        raise DemoError(f"{home} 里已有别的内容（{'、'.join(others[:5])}），不是演示台账，不会改动它。请用 --home 另指一个空文件夹。")


def build(home: Path, codex: Codex, advance: Advance = lambda done, total: None) -> dict[str, Any]:
    """Make the ledger and put it into ``home``, in place of an earlier demonstration; gives the mark.

    ``advance`` is told how many of how many acts are recorded. Raises DemoError; what was there before then stays."""
    home = home.absolute()
    check_place(home)
    work = home.with_name(f".{home.name}.building-{time.time_ns()}")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        _clean_up(home)
        mark = _make(work, codex, advance)
        _close()
        _put_in_place(work, home)
    except OSError as e:
        raise DemoError(_why(e, home)) from e
    finally:
        _close()
        shutil.rmtree(work, ignore_errors=True)
    return mark


def _why(e: OSError, home: Path) -> str:
    if e.errno == errno.ENOSPC:
        return "磁盘空间不足，演示台账没有建成（约需 200 MB）。请清理磁盘后重试。"
    if e.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{home.parent} 不能写入。请换一个有权限的文件夹：--home 文件夹。"
    return f"演示台账没有建成：{e.strerror or e}（{e.filename or home}）。"


def _clean_up(home: Path) -> None:
    """Remove what runs that were broken off left; one that may still be running is left alone."""
    for left in home.parent.glob(f".{home.name}.*-*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _make(work: Path, codex: Codex, advance: Advance) -> dict[str, Any]:
    from yifa.records.store import prepare

    began = time.monotonic()
    todo = acts(codex)
    prepare(work, codex)
    _organisations()
    from yifa.records.ledger import Ledger

    ledger = Ledger(codex, work, lambda: max(TODAY, date.today()))
    outcomes = ledger.record_many(_counted(todo, advance))
    records = sum(a.record is None for a in todo)
    mark = {**key_of(codex), "version": __version__, "records": records, "events": len(outcomes),
            "made_at": datetime.now().isoformat(timespec="seconds"), "seconds": round(time.monotonic() - began, 1),
            "examples": _examples(todo, outcomes)}  # fmt: skip
    (work / MARK).write_text(json.dumps(mark, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return mark


def _organisations() -> None:
    """The county, its towns and their villages, as a tree."""
    from yifa.records.organisations import add_organisation

    add_organisation(*COUNTY, "county", division_code=COUNTY[0])
    for town in towns(SEED):
        add_organisation(town.code, f"{town.name}人民政府", "town", COUNTY[0], short=town.name, division_code=town.code)
        for code, name in town.villages.items():
            add_organisation(code, name, "village", town.code, division_code=code)


def _counted(todo: Sequence[Act], advance: Advance) -> Iterator[Act]:
    for n, act in enumerate(todo):
        if n % 500 == 0:
            advance(n, len(todo))
        yield act
    advance(len(todo), len(todo))


def _examples(todo: Sequence[Act], outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Numbers of records worth a look: running cases and one decided late, all of the first town."""
    first = towns(SEED)[0].code
    found: dict[str, str] = {}
    for act, outcome in zip(todo, outcomes, strict=True):
        if act.org == first and outcome.number:
            if not act.late:
                found[f"running_{act.definition}"] = outcome.number
            elif any(f["key"].startswith("late:") for f in outcome.findings):
                found[f"late_{act.definition}"] = outcome.number
    return found


def _close() -> None:
    """Let go of the database file, so that its folder can be moved (Windows)."""
    from django.apps import apps

    if apps.ready:
        from django.db import connections

        connections.close_all()


def _put_in_place(work: Path, home: Path) -> None:
    """Move the new ledger to its place; on failure the old one is put back."""
    old = home.with_name(f".{home.name}.old-{time.time_ns()}")
    had = home.exists()
    if had:
        home.rename(old)
    try:
        work.rename(home)
    except OSError:
        if had:
            old.rename(home)
        raise
    for name in KEPT:
        if (old / name).is_dir() and not (home / name).exists():
            (old / name).rename(home / name)
    if had:
        shutil.rmtree(old, ignore_errors=True)
