"""The files of a codex: the shipped folder and the overlays (a province's, a county's), and their compiled form.

Reading YAML is what takes time. A codex that was read and checked once is therefore kept as one JSON file, found by a
fingerprint of the files' names, sizes and times; a changed file means reading and checking anew. The models still
validate what comes out of it. Without a folder to keep it in, or with a damaged one, everything works as before, slower.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yifa import __version__
from yifa.codex.loader import CodexError, read_yaml

SHIPPED = Path(__file__).parent
FOLDERS = ("statutes", "limits", "procedures", "registers", "duties", "indicators", "reports", "documents", "general",
           "calendar", "profiles")  # fmt: skip
_FORMAT = 1
_KEPT = 8  # compiled files of other states that are kept


@dataclass(frozen=True, slots=True)
class Source:
    """One file of entries. ``overlay`` tells that it is not one of the shipped ones."""

    path: Path
    folder: str
    overlay: bool
    entries: list[dict[str, Any]]


@dataclass(slots=True)
class Sources:
    """All files of a codex. ``checked`` is the codex hash if they were found whole before, and ``calendar`` its calendar."""

    files: list[Source]
    problems: list[str] = field(default_factory=list)
    checked: str = ""
    calendar: dict[str, Any] | None = None

    def of(self, *folders: str) -> Iterator[Source]:
        """The files of some folders, the shipped ones first."""
        return (f for folder in folders for f in self.files if f.folder == folder)


def roots_of(*overlays: Path | str) -> tuple[Path, ...]:
    """The shipped folder, those of YIFA_OVERLAYS (separated like PATH), and ``overlays``. Raises CodexError."""
    extra = [Path(p) for p in os.environ.get("YIFA_OVERLAYS", "").split(os.pathsep) if p]
    roots = (SHIPPED, *extra, *(Path(p) for p in overlays))
    missing = [f"{r}: 应是文件夹，里面再分 statutes、limits 等文件夹" if r.exists() else f"{r}: 没有这个文件夹"
               for r in roots if not r.is_dir()]  # fmt: skip
    if missing:
        raise CodexError(missing)
    return roots


def fingerprint(roots: Sequence[Path]) -> str:
    """What the compiled form rests on: names, sizes and times of the files and of the code that reads them."""
    seen = [f"{_FORMAT} {__version__} {sys.version_info[:2]}"]
    for root in roots:
        seen.append(str(root.resolve()))
        folders = [root / f for f in FOLDERS] if root == SHIPPED else [root, *(p for p in sorted(root.rglob("*")) if p.is_dir())]
        for folder in folders:
            seen += _marks(folder, (".yaml", ".yml"))
    for part in ("codex", "law", "procedure", "indicators", "reports"):
        seen += _marks(SHIPPED.parent / part, (".py",))
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def _marks(folder: Path, endings: tuple[str, ...]) -> list[str]:
    try:
        with os.scandir(folder) as found:
            files = [(e.name, e.stat()) for e in found if e.name.endswith(endings)]
    except OSError:
        return []
    return [f"{folder.name}/{name}|{s.st_size}|{s.st_mtime_ns}" for name, s in sorted(files)]


def read_sources(roots: Sequence[Path]) -> Sources:
    """Read every file; what cannot be read, and what nobody would read, stands in ``problems``."""
    found = Sources([])
    for root in roots:
        for folder in FOLDERS:
            if folder == "calendar":
                continue
            for path in sorted((root / folder).glob("*.yaml")):
                try:
                    found.files.append(Source(path, folder, root != roots[0], read_yaml(path)))
                except CodexError as e:
                    found.problems += e.problems
        if root != roots[0]:
            found.problems += _unread(root)
    return found


def _unread(root: Path) -> list[str]:
    """Files of an overlay that lie where nothing is read: a mistyped folder must not pass for a rule in force."""
    files = (p for p in sorted(root.rglob("*")) if p.suffix.lower() in (".yaml", ".yml") and p.is_file())
    return [f"{p}:1: 不会被读取：文件应放在 {'、'.join(FOLDERS)} 之一里，名称以 .yaml 结尾" for p in files
            if p.parent.parent != root or p.parent.name not in FOLDERS or p.suffix != ".yaml"]  # fmt: skip


def cache_folder() -> Path:
    """Where compiled forms are kept: YIFA_CACHE, else the user's own cache folder."""
    if given := os.environ.get("YIFA_CACHE"):
        return Path(given)
    base = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "yifa"


def read_compiled(mark: str) -> Sources | None:
    """The compiled form under a fingerprint; None where there is none or it is damaged."""
    try:
        total, _, body = (cache_folder() / _name(mark)).read_text(encoding="utf-8").partition("\n")
        if total != _sum(mark, body):
            return None
        data = json.loads(body)
        files = [Source(Path(p), folder, overlay, entries) for p, folder, overlay, entries in data["files"]]
        return Sources(files, checked=str(data["hash"]), calendar=data["calendar"])
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None


def write_compiled(mark: str, sources: Sources, codex_hash: str, calendar: dict[str, Any]) -> None:
    """Keep sources that were found whole. Written beside and moved, so that no reader meets half a file."""
    files = [[str(f.path), f.folder, f.overlay, f.entries] for f in sources.files]
    body = json.dumps({"hash": codex_hash, "calendar": calendar, "files": files}, ensure_ascii=False, default=str)
    with suppress(OSError, RuntimeError):
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(suffix=".tmp", dir=folder)
        written = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(f"{_sum(mark, body)}\n{body}")
            written.replace(folder / _name(mark))
        except OSError:
            written.unlink(missing_ok=True)
            raise
        _forget_old(folder)


def _name(mark: str) -> str:
    return f"codex-{mark[:32]}.json"


def _sum(mark: str, body: str) -> str:
    return hashlib.sha256(f"{mark}\n{body}".encode()).hexdigest()


def _forget_old(folder: Path) -> None:
    kept = sorted(folder.glob("codex-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for p in kept[_KEPT:]:
        with suppress(OSError):
            p.unlink()
