"""Daily roots (每日根值): the ends of all chains on a day, written to a file that is copied out of the machine's reach.

A chain rewritten whole, with its head, is sound in itself; only a root noted before shows it. ``home/roots/<day>.json``
names every chain's end; ``home/roots/roots.log`` has one line per export, each with the digest of the line before, short
enough to be copied onto paper: number, day, root, digest of the previous line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yifa.records.canonical import NotCanonical, dumps, loads, sm3
from yifa.records.files import fsync_folder
from yifa.records.triggers import DESTROYED, FILE, HEAD, VERSION, Connection

LOG = "roots.log"


class RootBroken(Exception):
    """A root file cannot be read or was changed; the message names it."""


@dataclass(frozen=True)
class Root:
    """One exported root: ``chains`` maps an organisation to (number, digest) of its last event on ``day``,
    ``versions`` the digest of every rule version in use to the SM3 of its kept text."""

    day: str
    chains: dict[str, tuple[int, str]]
    files: int
    destroyed: int
    versions: dict[str, str]
    digest: str
    path: Path | None = None

    @property
    def events(self) -> int:
        """How many events stood in all chains."""
        return sum(cseq for cseq, _ in self.chains.values())


def _content(
    day: str, chains: Iterable[tuple[str, int, str]], files: int, destroyed: int, versions: dict[str, str]
) -> dict[str, Any]:
    return {
        "what": "yifa root",
        "version": 1,
        "day": day,
        "chains": [{"org": org, "cseq": cseq, "hash": digest} for org, cseq, digest in sorted(chains)],
        "files": files,
        "destroyed": destroyed,
        "versions": versions,
    }


def root_folder(home: Path) -> Path:
    """Where the roots of a home folder lie."""
    return Path(home) / "roots"


def export_root(connection: Connection, home: Path, day: date | str) -> Root:
    """Writes the root of ``day`` (the reader's clock is the caller's) and its line in the log.

    Exporting a day again replaces its file; the log keeps both lines. Raises OSError when it cannot be written, with
    the old file left as it was.
    """
    with connection.cursor() as cursor:
        # One statement, so that heads, files and destructions are of one moment.
        cursor.execute(
            f"SELECT org, cseq, hash, (SELECT COUNT(*) FROM {FILE}), (SELECT COUNT(*) FROM {DESTROYED}) FROM {HEAD}"
        )
        rows = cursor.fetchall()
        cursor.execute(f"SELECT hash, body FROM {VERSION}")
        versions = {str(digest): sm3(str(body)) for digest, body in cursor.fetchall()}
    files, destroyed = (int(rows[0][3]), int(rows[0][4])) if rows else (0, 0)
    content = _content(str(day), ((str(r[0]), int(r[1]), str(r[2])) for r in rows), files, destroyed, versions)
    digest = sm3(dumps(content))
    folder = root_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day}.json"
    _write(path, dumps({**content, "root": digest}) + "\n")
    _log(folder, str(day), digest)
    return read_root(path)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    fsync_folder(path.parent)


def _log(folder: Path, day: str, digest: str) -> None:
    log = folder / LOG
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    if lines and lines[-1].split("\t")[1:3] == [day, digest]:
        return
    line = "\t".join([str(len(lines) + 1), day, digest, sm3(lines[-1]) if lines else "-"])
    with log.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_root(path: Path) -> Root:
    """Reads an exported root. Raises :class:`RootBroken` when it is unreadable or its own digest does not hold."""
    try:
        stored = loads(Path(path).read_text(encoding="utf-8"))
        chains = {str(c["org"]): (int(c["cseq"]), str(c["hash"])) for c in stored["chains"]}
        digest = str(stored.pop("root"))
        versions = {str(k): str(v) for k, v in stored["versions"].items()}
        ends = ((o, *c) for o, c in chains.items())
        content = _content(stored["day"], ends, stored["files"], stored["destroyed"], versions)
        sound = sm3(dumps(stored)) == digest and content == stored
    except FileNotFoundError:
        raise RootBroken(f"找不到根值文件 {path}") from None
    except (OSError, UnicodeDecodeError, NotCanonical, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RootBroken(f"根值文件 {path} 读不出来：{error}") from None
    if not sound:
        raise RootBroken(f"根值文件 {path} 被改动：内容与其根值不符")
    counts = int(stored["files"]), int(stored["destroyed"])
    return Root(str(stored["day"]), chains, *counts, versions, digest, Path(path))


def all_roots(home: Path) -> tuple[list[Root], list[str]]:
    """The sound roots of a home folder, oldest first, and what is wrong with the others or with the log."""
    folder, roots, problems = root_folder(home), [], []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            root = read_root(path)
        except RootBroken as error:
            problems.append(str(error))
            continue
        if path.stem == root.day:
            roots.append(root)
        else:
            problems.append(f"根值文件 {path} 的日期与文件名不符")
    return roots, problems + _check_log(folder, {r.day: r.digest for r in roots})


def _check_log(folder: Path, found: dict[str, str]) -> list[str]:
    log, problems, last = folder / LOG, [], {}
    try:
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        return [f"根值日志 {log} 读不出来：{error}"]
    for i, line in enumerate(lines):
        parts = line.split("\t")
        if len(parts) != 4 or parts[0] != str(i + 1) or parts[3] != (sm3(lines[i - 1]) if i else "-"):
            problems.append(f"根值日志 {log} 第 {i + 1} 行与前文不相接")
            break
        last[parts[1]] = parts[2]
    else:
        for day in sorted(last.keys() | found.keys()):
            if last.get(day) != found.get(day):
                problems.append(f"{day} 的根值文件与根值日志不一致（缺失、多出或被换过）")
    return problems


def latest_root(home: Path) -> Root | None:
    """The youngest sound root of a home folder."""
    roots, _ = all_roots(home)
    return roots[-1] if roots else None
