"""Loading the statute book from the codex (yifa/codex/statutes/*.yaml). Reads files, nothing else."""
from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from yifa.law.statutes import Statute, StatuteBook

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StatuteDataError(ValueError):
    """An entry of the statute book is wrong; the message names file, entry, field and reason in Chinese."""


def parse_entries(entries: Any, source: str) -> list[Statute]:
    """Entries of one YAML file as statutes. Raises :class:`StatuteDataError` for the first bad one."""
    if not isinstance(entries, list):
        raise StatuteDataError(f"{source}：应当是一个列表，每项以“- key:”开头")
    out = []
    for number, entry in enumerate(entries, 1):
        name = entry.get("key", f"第 {number} 项") if isinstance(entry, dict) else f"第 {number} 项"
        try:
            out.append(Statute.model_validate(entry))
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(str(part) for part in problem["loc"]) or "整项"
            raise StatuteDataError(f"{source}：“{name}”的 {where} 有误：{problem['msg']}") from error
    return out


def load_statutes(folder: Path) -> list[Statute]:
    """All statutes of the YAML files in ``folder``. Raises :class:`StatuteDataError` for bad YAML or a bad entry."""
    statutes: list[Statute] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise StatuteDataError(f"{path.name}：不是有效的 UTF-8 YAML 文件：{error}") from error
        statutes += parse_entries(entries, path.name)
    return statutes


def make_book(statutes: Iterable[Statute]) -> StatuteBook:
    """A book of these statutes; contradictions between entries raise :class:`StatuteDataError`."""
    try:
        return StatuteBook(statutes)
    except ValueError as error:
        raise StatuteDataError(str(error)) from error


@lru_cache(maxsize=1)
def shipped_book() -> StatuteBook:
    """The statute book that comes with Yifa (随附法规库), loaded once."""
    with resources.as_file(resources.files("yifa") / "codex" / "statutes") as folder:
        return make_book(load_statutes(Path(folder)))
