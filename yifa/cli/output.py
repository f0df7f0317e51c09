"""How commands speak: tables for people, JSON for programs, and one way to fail.

Exit codes: 0 done; 1 done, and something is wrong (an error-level finding, a broken ledger, a refused row);
2 could not be done (a file cannot be read, the ledger is locked); 64 the command was not understood.

What people read goes to stdout as it is, one line a line, so that it can be searched and copied; only tables are fitted
to the window. With ``--format json`` stdout holds one JSON value and nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    console: Console

OK, WRONG, FAILED, USAGE = 0, 1, 2, 64
_WIDTH_OF_FILES = 200  # a table that goes into a file or a pipe


class Format(str, Enum):
    """What the command prints."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="输出形式：text 供人看，json 供程序用。")]


class Failure(Exception):
    """A command that cannot go on: a message for people and an exit code."""

    def __init__(self, message: str, code: int = FAILED):
        super().__init__(message)
        self.message, self.code = message, code


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Stop with a message that says what happened and what to do."""
    raise Failure(message, code)


def __getattr__(name: str) -> Any:
    """``console``: made when a table is first printed, so that quick commands do not wait for it."""
    if name != "console":
        raise AttributeError(name)
    from rich.console import Console

    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _WIDTH_OF_FILES
    return Console(highlight=False, soft_wrap=False, width=width)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "as_dict"):
        return value.as_dict()
    return str(value)


class _Printed:
    """Whether stdout has its JSON value already; a later failure then goes to stderr alone."""

    json = False


def emit_json(value: Any) -> None:
    """Print JSON: indented, UTF-8, dates as ISO text. Nothing is printed of a value that cannot be written."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    _Printed.json = True
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def begin() -> None:
    """A new command begins: nothing is printed yet."""
    _Printed.json = False


def emit_error(message: str) -> None:
    """The failure as JSON, unless stdout has a JSON value already."""
    if not _Printed.json:
        emit_json({"error": message})


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        sys.stdout.write(line + "\n")


def warn(line: str) -> None:
    """Print a line to stderr: progress and messages, which never mix with results."""
    sys.stdout.flush()
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def show_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Print a table; numbers are right-aligned."""
    from rich.table import Table
    from rich.text import Text

    rows = [list(r) for r in rows]
    table = Table(title=Text(title) if title else None, title_justify="left", header_style="bold", show_edge=False)
    for i, heading in enumerate(headings):
        numeric = bool(rows) and all(isinstance(r[i], int | float | Decimal) or r[i] in ("", None) for r in rows)
        table.add_column(Text(heading), justify="right" if numeric else "left", overflow="fold")
    for r in rows:
        table.add_row(*(Text("" if v is None else str(v)) for v in r))
    __getattr__("console").print(table)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file whole or not at all: a full disk leaves what was there before."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(target)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        error.filename = str(target)
        raise
