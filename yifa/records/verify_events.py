"""The pass over all chains (逐链核验): every event against its digest, its neighbours, its head and the exported roots."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from yifa.records.canonical import sm3_state
from yifa.records.chain import genesis
from yifa.records.roots import Root
from yifa.records.triggers import EVENT, HEAD, RECORD
from yifa.records.verify_report import Problem, Progress, VerifyReport
from yifa.records.verify_source import Reader, Unreadable

BATCH = 500
OPENED = {
    "org": "机构",
    "definition": "定义",
    "number": "编号",
    "year": "年度",
    "n": "序号",
    "foreign_number": "原编号",
    "restricted": "开放范围",
    "source_system": "来源系统",
    "source_id": "来源编号",
    "batch": "导入批次",
}
"""Columns of a record that its opening event fixes for ever; the last three stand under ``source`` there."""

_TAIL = re.compile(
    rb'"record":"([^"\\]*)","recorded_at":"[^"\\]*"(?:,"restricted":"[^"\\]*")?(?:,"roles":\[[^\[\]{}]*\])?,"rseq":(\d+)'
    rb'(?:,"source":(?:null|\{[^\[\]{}]*\}))?(?:,"step":"[^"\\]*")?(?:,"target":(?:null|\[[0-9,]*\]))?,"v":\d+'
    rb'(?:,"year":\d+)?\}'
)
_RULES = len('"calendar":"","codex":""') + 128


class Multiset:
    """A sum over items that two passes in different order must agree on; keyed afresh, so that no set is made to fit."""

    __slots__ = ("_key", "count", "total")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.total = 0
        self.count = 0

    def add(self, *item: Any) -> None:
        digest = blake2b(repr(item).encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()
        self.total = (self.total + int.from_bytes(digest, "big")) % (1 << 256)
        self.count += 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Multiset) and (self.total, self.count) == (other.total, other.count)

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Tally:
    """What the events say there must be beside them."""

    key: bytes = field(default_factory=lambda: os.urandom(32))
    sealed: Multiset = field(init=False)
    files: Multiset = field(init=False)
    destroys: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sealed, self.files = Multiset(self.key), Multiset(self.key)


def sealed_items(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, commitment) of every sealed value in an event's data; the path joins keys and row numbers by ``/``."""
    if isinstance(data, dict):
        if len(data) == 1 and "sealed" in data:
            yield path, str(data["sealed"])
            return
        for key, value in data.items():
            if isinstance(value, dict | list):
                yield from sealed_items(value, f"{path}/{key}" if path else key)
    elif isinstance(data, list):
        for i, value in enumerate(data):
            if isinstance(value, dict | list):
                yield from sealed_items(value, f"{path}/{i}" if path else str(i))


@dataclass(slots=True)
class _Chain:
    """Where the pass stands in one chain."""

    org: str
    last: int
    hash: str
    sound: bool
    sound_root: int
    marks: list[tuple[int, str, str]]
    shift: int = 0
    first: int | None = None
    mismatch: Problem | None = None


class ChainPass:
    """Streams the events in chain order once. Memory holds one batch, the heads and the roots' marks."""

    def __init__(self, reader: Reader, report: VerifyReport, roots: list[Root], destroyed: set[str]) -> None:
        self.reader = reader
        self.report = report
        self.destroyed = destroyed
        self.tally = Tally()
        self.heads = {str(r[0]): (r[1], r[2]) for r in reader.rows(f"SELECT org, cseq, hash FROM {HEAD}")}
        self.marks: dict[str, list[tuple[int, str, str]]] = {}
        for root in roots:
            for org, (cseq, digest) in root.chains.items():
                marks = self.marks.setdefault(org, [])
                if not marks or marks[-1][:2] != (cseq, digest):
                    marks.append((cseq, digest, root.day))
        for marks in self.marks.values():
            marks.sort(reverse=True)
        self._rules: set[bytes] = set()
        self._openings: list[tuple[str, int, str, dict[str, Any]]] = []
        self._unlike: dict[str, tuple[str, int, int]] = {}
        self._restricted: dict[str, tuple[str, int, int, str | None]] = {}

    def run(self, progress: Progress | None = None) -> Tally:
        """Checks every chain and tells what the events demand beside them."""
        total = int(self.reader.one(f"SELECT COUNT(*) FROM {EVENT}"))
        body = "CAST(body AS BLOB)" if self.reader.vendor == "sqlite" else "body"
        sql = f"SELECT org, cseq, record, rseq, hash, {body} FROM {EVENT} ORDER BY org, cseq"
        chain: _Chain | None = None
        seen: set[str] = set()
        done = 0
        try:
            for row in self.reader.stream(sql):
                if chain is None or row[0] != chain.org:
                    if chain is not None:
                        self._end(chain)
                    chain = self._start(row[0])
                    seen.add(chain.org)
                self._event(chain, *row)
                done += 1
                if done % 10000 == 0 and progress is not None:
                    progress(done, total, "事件")
        except Unreadable as error:
            at = (chain.org, chain.last + 1) if chain else ("", None)
            self.report.add(Problem("database", f"事件读不下去：{error}", at[0], at[1]))
        else:
            if chain is not None:
                self._end(chain)
            for org in sorted((self.heads.keys() | self.marks.keys()) - seen):
                self._end(self._start(org))
                seen.add(org)
        self._flush()
        self._check_restricted()
        self.report.events, self.report.chains = done, len(seen)
        if progress is not None:
            progress(done, total, "事件")
        return self.tally

    def _start(self, org: str) -> _Chain:
        return _Chain(org, 0, genesis(str(org)), True, 0, list(self.marks.get(org, ())))

    def _event(self, chain: _Chain, org: str, cseq: int, record: str, rseq: int, digest: str, body: Any) -> None:
        expected = chain.last + 1
        if cseq != expected:
            self._gap(chain, cseq, record, rseq)
            if type(cseq) is not int or cseq < expected:
                return
        raw = body if type(body) is bytes else str(body).encode("utf-8", "surrogatepass")
        if self._plain(chain, record, rseq, digest, raw):
            chain.last, chain.hash = cseq, digest
            while chain.marks and chain.marks[-1][0] <= cseq:
                self._mark(chain, cseq, record, rseq)
            return
        try:
            event = json.loads(raw.decode("utf-8"))
            previous = event["prev"]
            shift = event["cseq"] - cseq
            fault = self._fault(event, org, cseq, record, rseq)
            if sm3_state(previous.encode("ascii") + b"\n" + raw).hexdigest() != digest:
                fault, shift = "事件内容或摘要被改动，内容与摘要不符", 0
        except (ValueError, KeyError, TypeError, AttributeError):
            event, previous, shift, fault = {}, "", 0, "事件内容被改动，已不是规范文本"
        if fault:
            self._problem(chain, "event_changed", fault, cseq, record, rseq)
        elif shift != chain.shift:
            self._shifted(chain, cseq, shift, record, rseq)
        elif previous != chain.hash and chain.sound:
            self._unjoined(chain, cseq, record, rseq)
        chain.last, chain.hash, chain.sound = cseq, digest, not fault
        while chain.marks and chain.marks[-1][0] <= cseq:
            self._mark(chain, cseq, record, rseq)
        if not fault:
            self._demands(event, org, cseq, record, rseq, b'"sealed":' in raw)

    def _plain(self, chain: _Chain, record: str, rseq: int, digest: str, raw: bytes) -> bool:
        """Whether an event is in order and demands nothing beside it, told without parsing it: a third of the time.

        Its digest over the predecessor's fixes organisation and number; the end of the body, in which no object but the
        outermost is open, fixes record and sequence. Whatever looks otherwise is parsed.
        """
        if not chain.sound or chain.shift or rseq == 1 or b'"sealed":' in raw or b'"files":[{' in raw:
            return False
        tail = _TAIL.fullmatch(raw, raw.rfind(b'"record":"'))
        if tail is None or tail[1] != str(record).encode() or tail[2] != str(rseq).encode():
            return False
        if b'"kind":"destroy"' in raw or b'"kind":"migrate"' in raw or b'"restricted":' in raw or not chain.hash.isascii():
            return False
        rules = raw.find(b'"calendar":"')
        if raw[rules : rules + _RULES] not in self._rules:
            self._rules.add(raw[rules : rules + _RULES])
            return False
        return bool(sm3_state(chain.hash.encode() + b"\n" + raw).hexdigest() == digest)

    @staticmethod
    def _fault(event: dict[str, Any], org: str, cseq: int, record: str, rseq: int) -> str:
        if event["org"] != org:
            return f"事件被挪动过：内容记的是机构 {event['org']} 第 {event['cseq']} 条"
        if event["record"] != record or event["rseq"] != rseq:
            return f"事件被挪动过：内容记的是案卷 {event['record']} 第 {event['rseq']} 条"
        return ""

    def _shifted(self, chain: _Chain, cseq: int, shift: int, record: str, rseq: int) -> None:
        """An event sound in itself stands at another number than it says; those after it, moved as far, are not told."""
        if shift < chain.shift and chain.sound:
            at = max(cseq + shift, 1)
            self._problem(chain, "event_inserted", f"链中被插入事件，其后各条顺移（到第 {cseq} 条为止）", at, "", None)
        else:
            what = f"事件被挪动过：内容记的是第 {cseq + shift} 条"
            self._problem(chain, "event_changed", what, cseq, record, rseq)
        chain.shift = shift

    def _gap(self, chain: _Chain, cseq: Any, record: str, rseq: int) -> None:
        expected = chain.last + 1
        if type(cseq) is not int or cseq < expected:
            self._problem(chain, "event_inserted", "多出的事件：链号不在链上", None, record, rseq)
            return
        upto = f"至第 {cseq - 1} 条" if cseq - 1 > expected else ""
        self._problem(chain, "event_missing", f"事件缺失（第 {expected} 条{upto}）：被删除", expected, "", None)
        chain.sound = False

    def _unjoined(self, chain: _Chain, cseq: int, record: str, rseq: int) -> None:
        if cseq == 1:
            self._problem(chain, "event_changed", "首条事件不接机构的起始值：被换过", 1, record, rseq)
        else:
            what = f"第 {cseq - 1} 条与第 {cseq} 条不相接：前一条被整条改写（连同摘要），或其间的事件被增删"
            self._problem(chain, "chain_broken", what, cseq - 1, "", None)

    def _mark(self, chain: _Chain, cseq: int, record: str, rseq: int) -> None:
        """Compares the chain with what a root says of event ``mark`` (which is this one, or was skipped by a gap)."""
        mark, digest, day = chain.marks.pop()
        if mark == 0:
            return
        if mark == cseq and digest != chain.hash and chain.mismatch is None:
            since = chain.sound_root + 1
            what = f"与 {day} 的根值不符：第 {since} 至 {mark} 条之间有事件被改写、增删，其后的摘要和链头一并重算过"
            chain.mismatch = Problem("root_mismatch", what, chain.org, mark, record, rseq)
        elif mark == cseq and chain.mismatch is None:
            chain.sound_root = mark

    def _end(self, chain: _Chain) -> None:
        head = self.heads.get(chain.org)
        last = chain.last
        tail = last + 1
        cut = False
        if head is None:
            if last:
                self._problem(chain, "head_missing", "链头被删除", last, "", None)
        elif head[0] != last or type(head[0]) is not int:
            if type(head[0]) is int and head[0] > last:
                cut = True
                self._problem(chain, "tail_cut", f"链尾缺失：链头记有 {head[0]} 条，现只有 {last} 条", tail, "", None)
            else:
                what = f"链头被改动：记到第 {head[0]} 条，其后另有事件（被插入，或链头被改小）"
                at = head[0] + 1 if type(head[0]) is int else last
                self._problem(chain, "head_changed", what, at, "", None)
        elif head[1] != chain.hash and chain.sound:
            what = "末条事件与链头不符：末条被整条改写，或链头被改动"
            self._problem(chain, "head_changed", what, last, "", None)
        missing = [m for m in chain.marks if m[0] > last]
        if missing and not cut:
            mark, _, day = missing[-1]
            what = f"链尾缺失：{day} 的根值记有第 {mark} 条，现只有 {last} 条，链头也被改小"
            self._problem(chain, "tail_cut", what, tail, "", None)
        # A rewriting that something else already names is not told twice.
        if chain.mismatch is not None and (chain.first is None or chain.first > (chain.mismatch.cseq or 0)):
            self.report.add(chain.mismatch)

    def _demands(
        self, event: dict[str, Any], org: str, cseq: int, record: str, rseq: int, sealed: bool
    ) -> None:
        tally = self.tally
        for kind in ("def_hash", "codex", "calendar"):
            value = event.get(kind)
            if value:
                tally.versions.add(value)
        if event.get("kind") == "destroy":
            tally.destroys.append((org, cseq, event))
        if rseq == 1:
            self._openings.append((org, cseq, record, event))
            if len(self._openings) >= BATCH:
                self._flush()
        elif "restricted" in event:
            self._restricted[record] = (org, cseq, rseq, event["restricted"] or None)
        if record in self.destroyed:
            return
        if sealed:
            for path, commitment in sealed_items(event.get("data")):
                tally.sealed.add(record, rseq, path, commitment)
        for file in event.get("files") or ():
            tally.files.add(record, rseq, *file_item(file))

    def _flush(self) -> None:
        """Checks that the records opened by a batch of events stand in the table as they were opened."""
        if not self._openings:
            return
        sql = f"SELECT uid, {', '.join(OPENED)} FROM {RECORD} WHERE uid IN ({{among}})"
        rows = {r[0]: r[1:] for r in self.reader.among(sql, [o[2] for o in self._openings])}
        for org, cseq, record, event in self._openings:
            found = rows.get(record)
            if found is None:
                self.report.add(Problem("record_missing", "案卷被删除，事件尚在", org, cseq, record, 1))
                continue
            source = event.get("source") or {}
            opened = [event.get(c) for c in list(OPENED)[:-3]] + [source.get("system"), source.get("id"), source.get("batch")]
            changed = [n for n, a, b in zip(OPENED.values(), opened, found, strict=True) if a != b]
            if OPENED["restricted"] in changed:  # a later event may have changed it: told when all are read
                changed.remove(OPENED["restricted"])
                self._unlike[record] = (org, cseq, 1)
            if changed:
                what = f"案卷的{'、'.join(changed)}被改动，与立案时的事件不符"
                self.report.add(Problem("record_changed", what, org, cseq, record, 1))
        self._openings.clear()

    def _check_restricted(self) -> None:
        """Who may open a record is what its last event that speaks of it says."""
        wrong = {r: at for r, at in self._unlike.items() if r not in self._restricted}
        sql = f"SELECT uid, restricted FROM {RECORD} WHERE uid IN ({{among}})"
        spoken = list(self._restricted)
        for start in range(0, len(spoken), BATCH):
            for record, stored in self.reader.among(sql, spoken[start : start + BATCH]):
                org, cseq, rseq, said = self._restricted[record]
                if stored != said:
                    wrong[record] = (org, cseq, rseq)
        for record, (org, cseq, rseq) in wrong.items():
            self.report.add(Problem("record_changed", f"案卷的{OPENED['restricted']}被改动，与事件不符", org, cseq, record, rseq))

    def _problem(
        self, chain: _Chain, kind: str, what: str, cseq: int | None, record: str, rseq: int | None
    ) -> None:
        if chain.first is None or (cseq or 0) < chain.first:
            chain.first = cseq or 0
        self.report.add(Problem(kind, what, str(chain.org), cseq, str(record), rseq))


def file_item(file: Any) -> tuple[Any, ...]:
    """What an event says of an attachment, in the form in which the file rows are compared with it."""
    return file["digest"], file["name"], file["size"]
