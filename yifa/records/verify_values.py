"""What lies beside the events: record keys, sealed boxes and attachments, each against what the events say of it."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

from yifa.records.canonical import loads
from yifa.records.files import FileBroken, FileStore
from yifa.records.keys import Keyring, KeyWrong
from yifa.records.seal import SealBroken, open_box
from yifa.records.triggers import EVENT, FILE, RECORD, SEALED
from yifa.records.verify_events import Multiset, Tally, file_item, sealed_items
from yifa.records.verify_report import Problem, Progress, VerifyReport
from yifa.records.verify_source import Reader

CACHED_KEYS = 20000


def field_of(path: str) -> str:
    """The field whose search digest a value at ``path`` has: its last part that is no row number."""
    return next((p for p in reversed(path.split("/")) if not p.isdigit()), path)


class ValuePass:
    """Checks record keys, boxes and files. Without the installation key only presence and digests can be checked."""

    def __init__(
        self, reader: Reader, report: VerifyReport, home: Path, keyring: Keyring | None, destroyed: set[str]
    ) -> None:
        self.reader = reader
        self.report = report
        self.store = FileStore(home)
        self.keyring = keyring
        self.destroyed = destroyed
        self._cache: OrderedDict[str, bytes | None] = OrderedDict()

    def run(self, tally: Tally, progress: Progress | None = None) -> None:
        """Checks everything that ``tally`` says must be there, and that nothing else is."""
        self._keys()
        if self._boxes(tally, progress) != tally.sealed:
            self._find_boxes()
        if self._files(tally, progress) != tally.files:
            self._find_files()

    # -- keys ---------------------------------------------------------------------------------------------------------

    def _keys(self) -> None:
        if self.keyring is None:
            return
        wrong: list[Problem] = []
        wrapped_keys = 0
        for record, wrapped in self.reader.stream(f"SELECT uid, wrapped_key FROM {RECORD} WHERE wrapped_key IS NOT NULL"):
            wrapped_keys += 1
            if record in self.destroyed:
                self._problem("destroyed_left", "已销毁案卷的密钥仍在", record)
                continue
            try:
                self.keyring.unwrap(record, wrapped)
            except KeyWrong as error:
                if len(wrong) < 1000:
                    wrong.append(Problem("key_changed", str(error), record=record))
            except SealBroken as error:
                self._problem("key_changed", f"案卷密钥被改动：{error}", record)
        if wrong and len(wrong) == min(wrapped_keys, 1000):
            self.report.add(Problem("key_wrong", wrong[0].what.replace("档案密钥是", "各案卷的密钥都是")))
            self.keyring = None
            return
        for problem in wrong:
            self.report.add(problem)

    def _key(self, record: str, wrapped: Any) -> bytes | None:
        if self.keyring is None:
            return None
        if record in self._cache:
            self._cache.move_to_end(record)
            return self._cache[record]
        try:
            key = self.keyring.unwrap(record, wrapped) if wrapped is not None else None
        except (SealBroken, KeyWrong):
            key = None  # told by _keys
        self._cache[record] = key
        if len(self._cache) > CACHED_KEYS:
            self._cache.popitem(last=False)
        return key

    # -- boxes --------------------------------------------------------------------------------------------------------

    def _boxes(self, tally: Tally, progress: Progress | None) -> Multiset:
        found = Multiset(tally.key)
        # The optimiser must not sort: the rows come as they lie, which is nearly the order of recording.
        sql = (
            f"SELECT s.record, s.rseq, s.path, s.commitment, s.box, s.digest, r.wrapped_key FROM {SEALED} s"
            f" LEFT JOIN {RECORD} r ON r.uid = s.record"
        )
        total = tally.sealed.count
        for done, (record, rseq, path, commitment, box, digest, wrapped) in enumerate(self.reader.stream(sql), 1):
            if record in self.destroyed:
                self._problem("destroyed_left", f"已销毁案卷的加密值仍在（{path}）", record, rseq)
                continue
            found.add(record, rseq, path, commitment)
            if self.keyring is not None:
                self._box(record, rseq, path, commitment, box, digest, wrapped)
            if done % 10000 == 0 and progress is not None:
                progress(done, total, "加密值")
        self.report.sealed = found.count
        return found

    def _box(self, record: str, rseq: int, path: str, commitment: str, box: Any, digest: Any, wrapped: Any) -> None:
        key = self._key(record, wrapped)
        if key is None:
            if wrapped is None:
                self._problem("key_missing", f"案卷密钥缺失，加密值打不开（{path}）", record, rseq)
            return
        assert self.keyring is not None
        try:
            value = open_box(key, record, path, rseq, box, commitment)
        except (SealBroken, TypeError) as error:
            self._problem("sealed_changed", f"加密值被改动（{path}）：{error}", record, rseq)
            return
        wanted = self.keyring.digest(field_of(path), str(value)) if isinstance(value, str | int) else None
        if digest != wanted:
            self._problem("search_changed", f"加密值的检索摘要被改动（{path}）：精确检索会漏掉或错认", record, rseq)

    def _find_boxes(self) -> None:
        """The sums differ: go through the events again, batch by batch, and name what is missing or too many."""
        self._compare(
            f"SELECT record, rseq, path, commitment FROM {SEALED} WHERE record IN ({{among}})",
            f"SELECT s.record, s.rseq FROM {SEALED} s WHERE NOT EXISTS"
            f" (SELECT 1 FROM {EVENT} e WHERE e.record = s.record AND e.rseq = s.rseq)",
            lambda event: list(sealed_items(event.get("data"))),
            ("sealed_missing", "加密值缺失或承诺值被改动"),
            ("sealed_extra", "多出的加密值，事件中没有"),
        )

    # -- files --------------------------------------------------------------------------------------------------------

    def _files(self, tally: Tally, progress: Progress | None) -> Multiset:
        found = Multiset(tally.key)
        sql = (
            f"SELECT f.record, f.rseq, f.digest, f.stored, f.name, f.size, r.wrapped_key FROM {FILE} f"
            f" LEFT JOIN {RECORD} r ON r.uid = f.record"
        )
        total = tally.files.count
        known: set[bytes] = set()
        for done, (record, rseq, digest, stored, name, size, wrapped) in enumerate(self.reader.stream(sql), 1):
            if record in self.destroyed:
                self._problem("destroyed_left", f"已销毁案卷的附件登记仍在（{name}）", record, rseq)
                continue
            found.add(record, rseq, *file_item({"digest": digest, "name": name, "size": size}))
            known.add(str(stored).encode())
            try:
                self.store.check(stored, digest, size, record, self._key(record, wrapped))
            except FileBroken as error:
                self._problem("file_changed", f"附件《{name}》：{error}", record, rseq)
            if done % 100 == 0 and progress is not None:
                progress(done, total, "附件")
        self.report.files = found.count
        strays = sum(1 for stored in self.store.all_stored() if stored.encode() not in known)
        if strays:
            self.report.warnings.append(f"附件文件夹里有 {strays} 个没有登记的文件（登记中断或销毁后留下的），可以删去")
        return found

    def _find_files(self) -> None:
        self._compare(
            f"SELECT record, rseq, digest, name, size FROM {FILE} WHERE record IN ({{among}})",
            f"SELECT f.record, f.rseq FROM {FILE} f WHERE NOT EXISTS"
            f" (SELECT 1 FROM {EVENT} e WHERE e.record = f.record AND e.rseq = f.rseq)",
            lambda event: [file_item(f) for f in event.get("files") or ()],
            ("file_missing", "附件登记缺失或被改动"),
            ("file_extra", "多出的附件登记，事件中没有"),
        )

    # -- finding what the sums only told of ---------------------------------------------------------------------------

    def _compare(
        self, rows_sql: str, orphans_sql: str, wanted_of: Any, missing: tuple[str, str], extra: tuple[str, str]
    ) -> None:
        batch: list[tuple[str, int, str, int, Any]] = []

        def flush() -> None:
            there: dict[tuple[str, int], list[Any]] = {}
            for row in self.reader.among(rows_sql, sorted({b[2] for b in batch})):
                there.setdefault((row[0], row[1]), []).append(self._item(row))
            for org, cseq, record, rseq, wanted in batch:
                have, want = sorted(there.get((record, rseq), [])), sorted(wanted)
                kind, what = missing if any(w not in have for w in want) else extra
                if have != want:
                    self.report.add(Problem(kind, what, org, cseq, record, rseq))
            batch.clear()

        for org, cseq, record, rseq, body in self.reader.stream(
            f"SELECT org, cseq, record, rseq, body FROM {EVENT} ORDER BY org, cseq"
        ):
            if record in self.destroyed:
                continue
            try:
                wanted = wanted_of(loads(body))
            except (ValueError, AttributeError, KeyError, TypeError):
                continue  # told by the pass over the chains
            batch.append((org, cseq, record, rseq, [tuple(w) for w in wanted]))
            if len(batch) >= 400:
                flush()
        if batch:
            flush()
        for record, rseq in self.reader.rows(orphans_sql + " LIMIT 1000"):
            if record not in self.destroyed:
                self._problem(extra[0], extra[1], record, rseq)

    @staticmethod
    def _item(row: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(row) == 4:
            return tuple(row[2:])
        return file_item({"digest": row[2], "name": row[3], "size": row[4]})

    def _problem(self, kind: str, what: str, record: str, rseq: int | None = None) -> None:
        self.report.add(Problem(kind, what, record=record, rseq=rseq))
