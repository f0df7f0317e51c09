"""Where the ledger is: ``--home``, YIFA_HOME, or the one that ``make demo`` made."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yifa.cli.output import fail
from yifa.codex import Codex, load
from yifa.law.calendar import Calendar
from yifa.records.statute_texts import StatuteTexts

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="YIFA_HOME", help="台账所在文件夹；不写则用 make demo 建的台账。", show_envvar=True),
]


def default_home() -> Path:
    """``demo`` below the current folder if it is there, else beside the program."""
    here = Path("demo")
    return here if here.is_dir() else Path(__file__).resolve().parents[2] / "demo"


def home_of(home: Path | None) -> Path:
    return home or default_home()


def codex_of(home: Path | None) -> Codex:
    """The shipped codex with the installation's own overlay (``overlay/`` in the home)."""
    overlay = home_of(home) / "overlay"
    return load(overlay) if overlay.is_dir() else load()


def calendar_of(home: Path | None) -> Calendar:
    """The calendar alone, without reading the whole codex: bare arithmetic stays quick."""
    from yifa.law.calendar import default_calendar, load_calendar

    calendar = default_calendar()
    overlay = home_of(home) / "overlay" / "calendar"
    if overlay.is_dir():
        for notice in load_calendar(overlay).notices:
            calendar = calendar.with_notice(notice)
    return calendar


def statute_texts(home: Path | None, create: bool = False) -> StatuteTexts:
    """The statute texts loaded into this installation (none is fine)."""
    return StatuteTexts(home_of(home) / "statutes", create=create)


def today() -> date:
    """Today, or YIFA_TODAY (for demonstrations and tests)."""
    fixed = os.environ.get("YIFA_TODAY")
    return date.fromisoformat(fixed) if fixed else date.today()


def open_ledger(home: Path | None) -> Ledger:
    """The ledger at this place. Stops with a message where there is none."""
    place = home_of(home)
    database = os.environ.get("YIFA_DATABASE")
    if not database and not (place / "yifa.sqlite3").is_file():
        fail(f"{place} 没有台账。先运行 make demo 建一个演示台账，或用 --home 指明文件夹。")
    from yifa.records.setup import open_home

    return open_home(place, codex_of(home), database=database, today=today)
