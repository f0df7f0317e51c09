"""Lawful destruction: what personal stood beside the events is gone, the chain holds, and verify tells who and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.records.conftest import Home
from tests.records.kit import CARD, DISPUTE, PATROL, accept, make_codex, patrol, step
from tests.records.verify_kit import behind_its_back
from yifa.records.acts import Attachment, BadInput, Refused
from yifa.records.destroy import Order, destroy, destroyed_rows, hold, release
from yifa.records.roots import export_root
from yifa.records.verify import verify

ROLES = ("security_admin",)


def order(*records: str, **over: Any) -> Order:
    made = Order(records, "erasure", "删除请求〔2026〕1号", "甲", "乙", "丙", ROLES)
    return replace(made, **over)


@pytest.fixture
def filled(home: Home) -> tuple[Home, Any, str, str]:
    """Two disputes, the first with an attachment, and a patrol entry."""
    ledger = home.ledger()
    first = ledger.record(accept(files=[Attachment("申请书.txt", b"the application of somebody")]))
    second = ledger.record(accept(on="2026-03-05", data={"applicant": "赵六", "id_number": "110105194912310046"}))
    ledger.record(patrol())
    assert first.record
    assert second.record
    return home, ledger, first.record, second.record


def rows(home: Home, statement: str, *values: Any) -> list[Any]:
    with home.connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def files_of(home: Home) -> list[Path]:
    return [p for p in (home.path / "files").rglob("*") if p.is_file()]


def test_a_destroyed_record_leaves_no_key_value_file_or_projection_and_verifies(filled: Any) -> None:
    home, ledger, first, second = filled
    assert len(files_of(home)) == 1
    assert rows(home, "SELECT 1 FROM yifa_sealed WHERE record = %s", first)
    (digest,) = rows(home, "SELECT digest FROM yifa_sealed WHERE record = %s AND path = 'id_number'", first)[0]
    number = destroy(ledger, order(first))[0].number
    for table in ("yifa_sealed", "yifa_file", "yifa_deadline", "p_dispute", "p_dispute__parties"):
        assert rows(home, f"SELECT 1 FROM {table} WHERE record = %s", first) == [], table
    assert rows(home, "SELECT 1 FROM yifa_sealed WHERE digest = %s", digest) == []
    assert rows(home, "SELECT wrapped_key, identity, status FROM yifa_record WHERE uid = %s", first) == [
        (None, None, "destroyed")
    ]
    assert files_of(home) == []
    assert rows(home, "SELECT COUNT(*) FROM yifa_event WHERE record = %s", first) == [(2,)]
    assert rows(home, "SELECT 1 FROM p_dispute WHERE record = %s", second)

    report = verify(home.connection, home.path)
    assert report.ok, report.lines()
    assert len(report.destroyed) == 1
    told = report.destroyed[0]
    assert (told.record, told.number, told.actor, told.approver, told.basis) == (
        first, number, "丙", "乙", "删除请求〔2026〕1号")  # fmt: skip
    assert told.cseq == 4
    assert any("已依法销毁" in line and str(number) in line for line in report.lines())
    with home.connection.cursor() as cursor:
        assert [d["record"] for d in destroyed_rows(cursor)] == [first]
    with pytest.raises(Refused):
        ledger.record(step(first, "talk", "2026-03-06", {"talk": "x"}))
    ledger.record(step(second, "talk", "2026-03-06", {"talk": "x"}))
    assert verify(home.connection, home.path).ok


def test_the_old_key_is_not_left_in_the_database_files(filled: Any) -> None:
    home, ledger, first, _ = filled
    if home.vendor != "sqlite":
        return  # PostgreSQL's pages are not ours to read; see the note in `destroy`
    wrapped = bytes(rows(home, "SELECT wrapped_key FROM yifa_record WHERE uid = %s", first)[0][0])
    box = bytes(rows(home, "SELECT box FROM yifa_sealed WHERE record = %s AND path = 'id_number'", first)[0][0])
    destroy(ledger, order(first))
    home.connection.close()
    for path in home.path.glob("yifa.sqlite3*"):
        assert wrapped not in path.read_bytes()
        assert box not in path.read_bytes()


def test_a_root_of_before_still_holds_after_destruction(filled: Any) -> None:
    home, ledger, first, _ = filled
    export_root(home.connection, home.path, "2026-06-29")
    destroy(ledger, order(first))
    export_root(home.connection, home.path, "2026-06-30")
    report = verify(home.connection, home.path, home.path / "roots" / "2026-06-29.json")
    assert report.ok, report.lines()


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"basis": " "}, "依据必填"),
        ({"requester": ""}, "申请人必填"),
        ({"approver": ""}, "批准人必填"),
        ({"approver": "甲"}, "另一人批准"),
        ({"approver": "丙"}, "另一人批准"),
        ({"records": ()}, "哪些案卷"),
        ({"records": ("nothing",)}, "没有找到案卷"),
        ({"ground": "whim"}, "销毁事由"),
    ],
)
def test_an_order_that_lacks_something_is_refused(filled: Any, over: dict[str, Any], words: str) -> None:
    home, ledger, first, _ = filled
    with pytest.raises(BadInput, match=words):
        destroy(ledger, order(first, **over))
    assert rows(home, "SELECT COUNT(*) FROM yifa_event") == [(3,)]


def test_only_the_security_administrator_destroys_and_holds(filled: Any) -> None:
    _, ledger, first, _ = filled
    with pytest.raises(Refused, match="安全管理员"):
        destroy(ledger, order(first, roles=("clerk",)))
    with pytest.raises(Refused, match="安全管理员"):
        hold(ledger, first, actor="甲", roles=("clerk",), reason="诉讼")


def test_a_record_on_hold_is_not_destroyed_and_the_order_does_nothing_at_all(filled: Any) -> None:
    home, ledger, first, second = filled
    hold(ledger, second, actor="丙", roles=ROLES, reason="行政诉讼应诉通知书")
    with pytest.raises(BadInput, match="已经暂停销毁"):
        hold(ledger, second, actor="丙", roles=ROLES, reason="再次")
    with pytest.raises(Refused, match="行政诉讼应诉通知书"):
        destroy(ledger, order(first, second))
    assert rows(home, "SELECT 1 FROM yifa_destroyed") == []
    assert len(files_of(home)) == 1
    assert rows(home, "SELECT COUNT(*) FROM p_dispute") == [(2,)]
    release(ledger, second, actor="丙", roles=ROLES, reason="判决生效")
    with pytest.raises(BadInput, match="没有暂停销毁"):
        release(ledger, second, actor="丙", roles=ROLES, reason="再次")
    assert len(destroy(ledger, order(first, second))) == 2
    report = verify(home.connection, home.path)
    assert report.ok, report.lines()
    assert {d.record for d in report.destroyed} == {first, second}
    with pytest.raises(BadInput, match="已经销毁"):
        destroy(ledger, order(first))
    with pytest.raises(BadInput, match="已经销毁"):
        hold(ledger, first, actor="丙", roles=ROLES, reason="晚了")


def _with_retention(period: str | None) -> Any:
    return make_codex([PATROL, CARD, {**DISPUTE, **({"retention": {"period": period}} if period else {})}])


@pytest.mark.parametrize(
    ("period", "year", "words"),
    [
        (None, 2040, "没有定"),
        ("Y", 2090, "永久"),
        ("D10", 2036, "2036 年底"),
        ("D30", 2056, "2056 年底"),
        ("D10", 2037, ""),
        ("D30", 2057, ""),
    ],
)
def test_retention_runs_full_years_from_the_january_after_closing(
    home: Home, period: str | None, year: int, words: str
) -> None:
    codex = _with_retention(period)
    ledger = home.ledger(codex=codex)
    record = ledger.record(accept()).record
    later = home.ledger(codex=codex, today=lambda: date(year, 6, 1))
    with pytest.raises(Refused, match="尚未办结"):
        destroy(later, order(record, ground="retention"))
    ledger.record(step(record, "end", "2026-04-01", {"result": "达成协议"}))
    if words:
        with pytest.raises(Refused, match=words):
            destroy(later, order(record, ground="retention"))
    else:
        assert destroy(later, order(record, ground="retention"))[0].ok
        assert verify(home.connection, home.path).ok


CHANGES = {
    "the basis in the list": ("UPDATE yifa_destroyed SET basis = 'x'", "destroyed_changed"),
    "who destroyed it": ("UPDATE yifa_destroyed SET actor = 'x'", "destroyed_changed"),
    "when": ("UPDATE yifa_destroyed SET destroyed_at = 'x'", "destroyed_changed"),
    "the number in the list": ("UPDATE yifa_destroyed SET number = 'x'", "destroyed_changed"),
    "the row of the list": ("DELETE FROM yifa_destroyed", "destroyed_missing"),
    "a key put back": ("UPDATE yifa_record SET wrapped_key = '1' WHERE status = 'destroyed'", "destroyed_left"),
    "the destroyed record": ("DELETE FROM yifa_record WHERE status = 'destroyed'", "record_missing"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_list_of_destruction_is_named(filled: Any, change: str) -> None:
    home, ledger, first, _ = filled
    destroy(ledger, order(first))
    statement, kind = CHANGES[change]
    behind_its_back(home.connection, lambda cursor: cursor.execute(statement))
    report = verify(home.connection, home.path)
    assert kind in [p.kind for p in report.problems], report.lines()


def test_values_left_over_after_destruction_are_named(filled: Any) -> None:
    home, ledger, first, _ = filled
    saved = rows(home, "SELECT record, rseq, path, commitment, box FROM yifa_sealed WHERE record = %s", first)[0]
    destroy(ledger, order(first))

    def put_back(cursor: Any) -> None:
        cursor.execute("INSERT INTO yifa_sealed (record, rseq, path, commitment, box) VALUES (%s, %s, %s, %s, %s)",
                       [bytes(v) if isinstance(v, memoryview) else v for v in saved])  # fmt: skip

    behind_its_back(home.connection, put_back)
    assert "destroyed_left" in [p.kind for p in verify(home.connection, home.path).problems]
