"""Statute texts (条文) of one installation: loaded from a folder, kept as JSON files, shown wherever an article is cited."""

from __future__ import annotations

import json
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from yifa.law.statute_text import Problem, StatuteText, match_version, read_folder
from yifa.law.statutes import StatuteBook


class StatuteTexts:
    """The folder of loaded texts. ``index.json`` tells which file holds which statute's version."""

    def __init__(self, folder: Path, create: bool = False):
        self.folder = folder
        if create:
            folder.mkdir(parents=True, exist_ok=True)

    @cached_property
    def _index(self) -> list[dict[str, Any]]:
        path = self.folder / "index.json"
        if not path.is_file():
            return []
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def article(self, statute: str, number: int | str | None, day: date) -> str | None:
        """The article's text in the version in force on ``day``; None where it is not loaded."""
        if number is None or str(number) == "":
            return None
        on = day.isoformat()
        for entry in self._index:
            if entry["statute"] == statute and entry["from"] <= on and (not entry["to"] or on <= entry["to"]):
                text = StatuteText.from_json((self.folder / entry["file"]).read_text(encoding="utf-8"))
                return text.article(int(number)) if str(number).isdigit() else None
        return None

    def load_folder(self, source: Path, book: StatuteBook) -> dict[str, Any]:
        """Load every text of ``source``; gives counts, what is not in the book, and what could not be read.

        Loading again replaces: the same file name is the same text. The index is written last, at once."""
        entries = {e["file"]: e for e in self._index}
        problems: list[str] = []
        unmatched: list[str] = []
        notes: list[str] = []
        loaded = articles = 0
        for item in read_folder(source):
            if isinstance(item, Problem):
                problems.append(f"{item.path}：{item.message}")
                continue
            name = f"{item.title}({item.adopted_on or '不详'}).json"
            _write(self.folder / name, item.to_json())
            statute, version, note = match_version(item, book)
            if statute is None:
                unmatched.append(item.title)
            elif note:
                notes.append(note)
            entries[name] = {"file": name, "statute": statute.key if statute else item.title,
                             "from": version.from_.isoformat() if version and version.from_ else "0001-01-01",
                             "to": version.to.isoformat() if version and version.to else None}  # fmt: skip
            loaded += 1
            articles += len(item.articles)
        _write(self.folder / "index.json", json.dumps(list(entries.values()), ensure_ascii=False, indent=1))
        self.__dict__.pop("_index", None)
        return {"loaded": loaded, "articles": articles, "unmatched": unmatched, "notes": notes,
                "problems": problems}  # fmt: skip


def _write(path: Path, text: str) -> None:
    """Write whole or not at all."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
