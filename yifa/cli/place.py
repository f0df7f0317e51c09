"""Where the ledger is: ``--home``, YIFA_HOME, or the one that ``make demo`` made."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yifa.cli.output import USAGE, fail

if TYPE_CHECKING:
    from yifa.codex.bundle import Codex
    from yifa.codex.lawbook import LawBook
    from yifa.records.ledger import Ledger
    from yifa.records.statute_texts import StatuteTexts

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="YIFA_HOME", help="台账所在文件夹；不写则用 make demo 建的台账。", show_envvar=True),
]
# A command gives up on a busy ledger after this time; a clerk should not stare at a still screen for longer.
_BUSY_SECONDS = 5


def default_home() -> Path:
    """``demo`` below the current folder if it is there, else beside the program."""
    here = Path("demo")
    return here if here.is_dir() else Path(__file__).resolve().parents[2] / "demo"


def home_of(home: Path | None) -> Path:
    """The folder of the ledger (which need not exist)."""
    return home or default_home()


def overlays_of(home: Path | None) -> list[Path]:
    """The installation's own codex: ``overlay`` in its home, if it has one."""
    overlay = home_of(home) / "overlay"
    return [overlay] if overlay.is_dir() else []


def codex_of(home: Path | None) -> Codex:
    """The shipped codex with the installation's own overlay."""
    from yifa.codex.bundle import load

    return load(*overlays_of(home))


def lawbook_of(home: Path | None) -> LawBook:
    """Limits and calendar alone, without the definitions: arithmetic stays quick."""
    from yifa.codex.lawbook import load_lawbook

    return load_lawbook(*overlays_of(home))


def statute_texts(home: Path | None, create: bool = False) -> StatuteTexts:
    """The statute texts loaded into this installation (none is fine)."""
    from yifa.records.statute_texts import StatuteTexts

    return StatuteTexts(home_of(home) / "statutes", create=create)


def today() -> date:
    """Today, or YIFA_TODAY (for demonstrations and tests)."""
    fixed = os.environ.get("YIFA_TODAY")
    try:
        return date.fromisoformat(fixed) if fixed else date.today()
    except ValueError:
        fail(f"环境变量 YIFA_TODAY 应写成 2026-11-22 的样子，现为“{fixed}”。", USAGE)


def no_ledger(place: Path) -> str:
    """What to do where there is no ledger."""
    return f"{place} 没有台账。先运行 make demo 建一个演示台账，或用 --home 指明台账所在文件夹。"


def open_ledger(home: Path | None) -> Ledger:
    """The ledger at this place. Stops with a message where there is none."""
    place = home_of(home)
    address = os.environ.get("YIFA_DATABASE")
    if not address and not (place / "yifa.sqlite3").is_file():
        fail(no_ledger(place))
    if not address and not os.access(place, os.W_OK):
        fail(f"台账文件夹 {place} 只能读。打开台账要能写这个文件夹，请检查权限，或复制到能写的位置。")
    from yifa.records.setup import open_home

    return open_home(place, codex_of(home), database=address, today=today, busy=_BUSY_SECONDS)


def note_opening(home: Path | None, what: str, reason: str) -> None:
    """Note who opened sealed values and why, before they are shown. Raises OSError where it cannot be noted."""
    import getpass
    import json
    from datetime import datetime

    try:
        person = getpass.getuser()
    except (KeyError, OSError, ImportError):
        person = ""
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    line = json.dumps({"at": at, "by": person, "what": what, "reason": reason.strip()}, ensure_ascii=False)
    with (home_of(home) / "opened.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
