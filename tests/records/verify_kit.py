"""A small, sound ledger made by bare SQL, for tests that then change it behind its back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yifa.records.canonical import dumps, sm3
from yifa.records.chain import event_hash, genesis
from yifa.records.files import FileStore
from yifa.records.keys import Keyring
from yifa.records.seal import seal
from yifa.records.triggers import install_triggers, remove_triggers

VERSION = dumps({"key": "dispute", "name": "纠纷"})
AT = "2026-03-02T09:00:00"


@dataclass
class Kit:
    """Builds chains row by row, as the ledger would."""

    connection: Any
    home: Path
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    rseqs: dict[str, int] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keyring = Keyring.create(self.home)
        self.store = FileStore(self.home)
        self.version = sm3(VERSION)
        self._add("yifa_version", self.version, "definition", "dispute", VERSION, AT)

    def _add(self, table: str, *row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def open(self, org: str, uid: str) -> None:
        """Opens a record with one sealed name and one sealed row value."""
        n = self.numbers[org] = self.numbers.get(org, 0) + 1
        self.rseqs[uid] = 0
        self.keys[uid], wrapped = self.keyring.new_record_key(uid)
        number = f"{org}纠〔2026〕{n}号"
        self._add("yifa_record", uid, org, f"/{org}/", "dispute", 1, number, 2026, n, "open", "", "2026-03-02",
                  "2026-03-02", 0, 0, wrapped)  # fmt: skip
        data = {"kind": "邻里", "name": "张三" + uid, "parties": [{"id": "11010119900307" + uid[-4:]}]}
        self.step(org, uid, "accept", data, sealed=("name", "parties/0/id"), number=number, year=2026, n=n)

    def step(
        self,
        org: str,
        uid: str,
        step: str,
        data: dict[str, Any],
        *,
        sealed: tuple[str, ...] = (),
        files: tuple[tuple[str, bytes], ...] = (),
        **more: Any,
    ) -> None:
        """Appends one event of a record, its values sealed and its files stored."""
        rseq = self.rseqs[uid] = self.rseqs[uid] + 1
        data = json.loads(json.dumps(data))
        for path in sealed:
            *outer, last = path.split("/")
            place: Any = data
            for part in outer:
                place = place[int(part)] if part.isdigit() else place[part]
            value = place[last]
            commitment, box = seal(self.keys[uid], uid, path, rseq, value)
            place[last] = {"sealed": commitment}
            self._add("yifa_sealed", uid, rseq, path, commitment, box, self.keyring.digest(path.split('/')[-1], str(value)))
        listed = []
        for name, content in files:
            kept = self.store.put(content, name, uid, self.keys[uid])
            self._add("yifa_file", uid, rseq, kept.digest, kept.stored, name, kept.size)
            listed.append({"digest": kept.digest, "name": name, "size": kept.size})
        cseq, prev = self.heads.get(org, (0, genesis(org)))
        event = {
            "v": 1, "org": org, "cseq": cseq + 1, "prev": prev, "record": uid, "definition": "dispute",
            "def_hash": self.version, "codex": self.version, "calendar": self.version, "rseq": rseq, "kind": "step",
            "step": step, "on": "2026-03-02", "recorded_at": AT, "actor": "李四", "roles": ["clerk"], "data": data,
            "source": None, "late": False, "reason": "", "receipt": {"limits": []}, **({"files": listed} if listed else {}), **more,
        }  # fmt: skip
        body = dumps(event)
        digest = event_hash(prev, body)
        self.heads[org] = (cseq + 1, digest)
        self._add("yifa_event", org, cseq + 1, uid, rseq, digest, body)

    def save(self) -> None:
        """Writes everything, heads and counters last."""
        for org, (cseq, digest) in self.heads.items():
            self._add("yifa_chain_head", org, cseq, digest)
        for org, n in self.numbers.items():
            self._add("yifa_counter", org, "dispute", 2026, n)
        self.flush()
        with self.connection.cursor() as cursor:
            cursor.executemany("UPDATE yifa_record SET rseq = %s WHERE uid = %s", [(n, u) for u, n in self.rseqs.items()])

    def flush(self) -> None:
        """Writes the rows gathered so far."""
        with self.connection.cursor() as cursor:
            for table, rows in self.rows.items():
                columns = _RECORD if table == "yifa_record" else _COLUMNS.get(table, "")
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} {columns} VALUES ({marks})", rows)
        self.rows.clear()


@dataclass
class Place:
    """A ledger to be changed behind its back."""

    connection: Any
    home: Path
    kit: Kit


_RECORD = (
    "(uid, org, org_path, definition, pin, number, year, n, status, stage, opened_on, last_on, rseq, late, wrapped_key)"
)
_COLUMNS = {
    "yifa_event": "(org, cseq, record, rseq, hash, body)",
    "yifa_sealed": "(record, rseq, path, commitment, box, digest)",
    "yifa_file": "(record, rseq, digest, stored, name, size)",
    "yifa_version": "(hash, kind, key, body, loaded_at)",
    "yifa_chain_head": "(org, cseq, hash)",
    "yifa_counter": "(org, definition, year, n)",
}


def small_ledger(connection: Any, home: Path) -> Kit:
    """Two towns, five records, eleven events, ten sealed values, two attachments."""
    kit = Kit(connection, home)
    for uid, org in (("r1", "a"), ("r2", "a"), ("r3", "b"), ("r4", "a"), ("r5", "b")):
        kit.open(org, uid)
    kit.step("a", "r1", "mediate", {"held_on": "2026-03-03"}, files=(("笔录.txt", b"content of r1"),))
    kit.step("b", "r3", "mediate", {"held_on": "2026-03-03"}, files=(("照片.jpg", os.urandom(3000)),))
    kit.step("a", "r2", "mediate", {"held_on": "2026-03-04"})
    kit.step("a", "r1", "close", {"result": "成功"})
    kit.step("b", "r3", "close", {"result": "成功"})
    kit.step("a", "r4", "mediate", {"note": "第四件"})
    kit.save()
    return kit


def behind_its_back(connection: Any, change: Callable[[Any], None]) -> None:
    """Does what an intruder does: takes the triggers off, changes rows, puts the triggers back."""
    remove_triggers(connection)
    with connection.cursor() as cursor:
        change(cursor)
    install_triggers(connection)
