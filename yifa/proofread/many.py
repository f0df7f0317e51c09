"""Proofreading files and folders (文件与文件夹的校对)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .model import ProofCodex, Report
from .read import SUFFIXES, UnreadableFile, read_document
from .reader import proofread


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and why (in Chinese)."""

    file: str
    reason: str


def proofread_path(path: str | Path, codex: ProofCodex, *, year: int | None = None,
                   organization: str | None = None) -> Report:
    """Proofread one file. Raises :class:`UnreadableFile` when it cannot be read."""
    document = read_document(path)
    return proofread(document, codex=codex, file=str(path), year=year, organization=organization)


def report_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files that ``paths`` name: files as they are, folders with all reports below them, in order of name.

    Files that begin with ``.`` or ``~$`` (lock files of word processors) are left out of folders.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found.extend(item for item in sorted(path.rglob("*")) if item.is_file() and item.suffix.lower() in SUFFIXES
                         and not item.name.startswith((".", "~$")))
        else:
            found.append(path)
    return found


def proofread_many(paths: Iterable[str | Path], codex: ProofCodex) -> Iterator[Report | Unread]:
    """Proofread files and folders one after another; a file that cannot be read gives an :class:`Unread`."""
    for path in report_files(paths):
        try:
            yield proofread_path(path, codex)
        except UnreadableFile as error:
            yield Unread(str(path), str(error))
