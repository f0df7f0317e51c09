"""How commands speak: tables for people, JSON for programs, and one way to fail.

Exit codes: 0 done; 1 done, and something is wrong (an error-level finding, a broken ledger, a refused row);
2 could not be done (a file cannot be read, the ledger is locked); 64 the command was not understood.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

OK, WRONG, FAILED, USAGE = 0, 1, 2, 64


class Format(str, Enum):
    """What the command prints."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="输出形式：text 供人看，json 供程序用。")]
console = Console(highlight=False, soft_wrap=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Failure(Exception):
    """A command that cannot go on: a message for people and an exit code."""

    def __init__(self, message: str, code: int = FAILED):
        super().__init__(message)
        self.message, self.code = message, code


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Stop with a message that says what happened and what to do."""
    raise Failure(message, code)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "as_dict"):
        return value.as_dict()
    return str(value)


def emit_json(value: Any) -> None:
    """Print JSON: indented, UTF-8, dates as ISO text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")
    sys.stdout.flush()


def say(*lines: str) -> None:
    """Print lines as they are (no markup: brackets in records stay brackets)."""
    for line in lines:
        console.print(Text(line))


def warn(line: str) -> None:
    errors.print(Text(line))


def show_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Print a table; numbers are right-aligned."""
    rows = [list(r) for r in rows]
    table = Table(title=Text(title) if title else None, title_justify="left", header_style="bold", show_edge=False)
    for i, heading in enumerate(headings):
        numeric = bool(rows) and all(isinstance(r[i], int | float | Decimal) or r[i] in ("", None) for r in rows)
        table.add_column(Text(heading), justify="right" if numeric else "left", overflow="fold")
    for r in rows:
        table.add_row(*(Text("" if v is None else str(v)) for v in r))
    console.print(table)
