"""Verification names the first broken event after every change made behind the ledger's back, on both databases."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.records.verify_kit import Kit, Place, behind_its_back
from yifa.records.canonical import dumps
from yifa.records.chain import event_hash, genesis
from yifa.records.roots import export_root
from yifa.records.verify import verify
from yifa.records.verify_events import ChainPass
from yifa.records.verify_report import VerifyReport


def sound(place: Place) -> VerifyReport:
    return verify(place.connection, place.home)


def test_an_untouched_ledger_holds(place: Place) -> None:
    report = sound(place)
    assert report.ok, report.lines()
    assert (report.chains, report.events, report.records, report.sealed, report.files) == (2, 11, 5, 10, 2)
    assert report.relied_on is not None
    assert (report.relied_on.day, report.relied_on.events) == ("2026-03-02", 11)
    assert not report.warnings
    json.dumps(report.as_dict())


def test_the_quick_look_at_plain_events_sees_what_the_full_reading_sees(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, looks = ChainPass._plain, []

    def watched(*arguments: Any) -> bool:
        looks.append(quick(*arguments))
        return looks[-1]

    monkeypatch.setattr(ChainPass, "_plain", watched)
    seen = sound(place).as_dict()
    assert 0 < sum(looks) < len(looks) == 11
    monkeypatch.setattr(ChainPass, "_plain", lambda *_: False)
    assert sound(place).as_dict() == seen


# -- the chain --------------------------------------------------------------------------------------------------------

Change = Callable[[Any], None]


def sql(*statements: str) -> Change:
    def change(cursor: Any) -> None:
        for statement in statements:
            cursor.execute(statement)

    return change


def events(cursor: Any, org: str) -> list[tuple[Any, ...]]:
    cursor.execute("SELECT cseq, record, rseq, hash, body FROM yifa_event WHERE org = %s ORDER BY cseq", [org])
    return list(cursor.fetchall())


def write(cursor: Any, org: str, bodies: list[dict[str, Any]], *, head: bool) -> None:
    """Lays a chain anew from the bodies: numbers, digests and predecessors all made to fit."""
    cursor.execute("DELETE FROM yifa_event WHERE org = %s", [org])
    last = genesis(org)
    for cseq, event in enumerate(bodies, 1):
        body = dumps({**event, "cseq": cseq, "prev": last})
        last = event_hash(last, body)
        values = [org, cseq, event["record"], event["rseq"], last, body]
        cursor.execute(f"INSERT INTO yifa_event (org, cseq, record, rseq, hash, body) VALUES ({_six()})", values)
    if head:
        cursor.execute("UPDATE yifa_chain_head SET cseq = %s, hash = %s WHERE org = %s", [len(bodies), last, org])


def _six() -> str:
    return ", ".join(["%s"] * 6)


def reorder(cursor: Any) -> None:
    cursor.execute("UPDATE yifa_event SET cseq = 99 WHERE org = 'a' AND cseq = 3")
    cursor.execute("UPDATE yifa_event SET cseq = 3 WHERE org = 'a' AND cseq = 4")
    cursor.execute("UPDATE yifa_event SET cseq = 4 WHERE org = 'a' AND cseq = 99")


def insert_in_between(cursor: Any) -> None:
    for cseq in range(7, 3, -1):
        cursor.execute("UPDATE yifa_event SET cseq = %s WHERE org = 'a' AND cseq = %s", [cseq + 1, cseq])
    rows = events(cursor, "a")
    body = dumps({**json.loads(rows[-1][4]), "cseq": 4, "prev": rows[2][3], "record": "r4", "rseq": 3})
    values = ["a", 4, "r4", 3, event_hash(rows[2][3], body), body]
    cursor.execute(f"INSERT INTO yifa_event (org, cseq, record, rseq, hash, body) VALUES ({_six()})", values)
    cursor.execute("UPDATE yifa_record SET rseq = 3 WHERE uid = 'r4'")


def append_beside_the_head(cursor: Any) -> None:
    last = events(cursor, "a")[-1]
    body = dumps({**json.loads(last[4]), "cseq": 8, "prev": last[3], "record": "r4", "rseq": 3})
    values = ["a", 8, "r4", 3, event_hash(last[3], body), body]
    cursor.execute(f"INSERT INTO yifa_event (org, cseq, record, rseq, hash, body) VALUES ({_six()})", values)
    cursor.execute("UPDATE yifa_record SET rseq = 3 WHERE uid = 'r4'")


def rewrite_one(cursor: Any) -> None:
    """One event changed with its own digest made to fit."""
    text = events(cursor, "a")[3][4]
    event = json.loads(text)
    body = dumps({**event, "data": {**event["data"], "held_on": "2026-03-09"}})
    cursor.execute("UPDATE yifa_event SET hash = %s, body = %s WHERE org = 'a' AND cseq = 4",
                   [event_hash(event["prev"], body), body])  # fmt: skip


def rewrite_last(cursor: Any) -> None:
    text = events(cursor, "a")[-1][4]
    event = json.loads(text)
    body = dumps({**event, "data": {"note": "改过"}})
    cursor.execute("UPDATE yifa_event SET hash = %s, body = %s WHERE org = 'a' AND cseq = 7",
                   [event_hash(event["prev"], body), body])  # fmt: skip


def rewrite_all(cursor: Any) -> None:
    bodies = [json.loads(r[4]) for r in events(cursor, "a")]
    bodies[3] = {**bodies[3], "data": {"held_on": "2026-03-09"}}
    write(cursor, "a", bodies, head=True)


def drop_one_and_close_up(cursor: Any) -> None:
    bodies = [json.loads(r[4]) for r in events(cursor, "a")][:-1]
    write(cursor, "a", bodies, head=True)
    cursor.execute("UPDATE yifa_record SET rseq = 1 WHERE uid = 'r4'")


def swap_records(cursor: Any) -> None:
    cursor.execute("UPDATE yifa_event SET record = 'rx' WHERE record = 'r1' AND rseq = 2")
    cursor.execute("UPDATE yifa_event SET record = 'r1' WHERE record = 'r2' AND rseq = 2")
    cursor.execute("UPDATE yifa_event SET record = 'r2' WHERE record = 'rx'")


BODY = "UPDATE yifa_event SET body = replace(body, {}) WHERE org = 'a' AND cseq = {}"
CHAIN: dict[str, tuple[Change, str, str, int | None]] = {
    "a byte of a body": (sql(BODY.format("'2026-03-03', '2026-03-13'", 4)), "event_changed", "a", 4),
    "a body that is no JSON any more": (sql("UPDATE yifa_event SET body = '{' WHERE org = 'b' AND cseq = 2"),
                                        "event_changed", "b", 2),
    "a body emptied": (sql("UPDATE yifa_event SET body = '' WHERE org = 'a' AND cseq = 1"), "event_changed", "a", 1),
    "blanks in a body": (sql(BODY.format("':', ': '", 2)), "event_changed", "a", 2),
    "a digest": (sql(f"UPDATE yifa_event SET hash = '{'0' * 64}' WHERE org = 'a' AND cseq = 5"), "event_changed", "a", 5),
    "the record column": (sql("UPDATE yifa_event SET record = 'r5' WHERE org = 'a' AND cseq = 4"), "event_changed", "a", 4),
    "record columns exchanged": (swap_records, "event_changed", "a", 4),
    "the rseq column": (sql("UPDATE yifa_event SET rseq = 9 WHERE org = 'a' AND cseq = 4"), "event_changed", "a", 4),
    "the organisation column": (sql("UPDATE yifa_event SET org = 'c' WHERE org = 'a' AND cseq = 4"),
                                "event_missing", "a", 4),
    "an event deleted": (sql("DELETE FROM yifa_event WHERE org = 'a' AND cseq = 4"), "event_missing", "a", 4),
    "the first event deleted": (sql("DELETE FROM yifa_event WHERE org = 'a' AND cseq = 1"), "event_missing", "a", 1),
    "a run of events deleted": (sql("DELETE FROM yifa_event WHERE org = 'a' AND cseq BETWEEN 2 AND 5"),
                                "event_missing", "a", 2),
    "the last event deleted": (sql("DELETE FROM yifa_event WHERE org = 'a' AND cseq = 7"), "tail_cut", "a", 7),
    "a deleted event closed up by its columns": (
        sql("DELETE FROM yifa_event WHERE org = 'a' AND cseq = 7", "UPDATE yifa_chain_head SET cseq = 6 WHERE org = 'a'"),
        "head_changed", "a", 6),
    "two events exchanged": (reorder, "event_changed", "a", 3),
    "an event put in between": (insert_in_between, "event_inserted", "a", 4),
    "an event put after the head": (append_beside_the_head, "head_changed", "a", 8),
    "an event rewritten with its digest": (rewrite_one, "chain_broken", "a", 4),
    "the last event rewritten with its digest": (rewrite_last, "head_changed", "a", 7),
    "an event with a number before the chain": (sql("UPDATE yifa_event SET cseq = 0 WHERE org = 'a' AND cseq = 7"),
                                                "event_inserted", "a", 0),
    "a head lowered": (sql("UPDATE yifa_chain_head SET cseq = 5 WHERE org = 'a'"), "head_changed", "a", 6),
    "a head raised": (sql("UPDATE yifa_chain_head SET cseq = 9 WHERE org = 'a'"), "tail_cut", "a", 8),
    "the digest of a head": (sql(f"UPDATE yifa_chain_head SET hash = '{'1' * 64}' WHERE org = 'b'"),
                             "head_changed", "b", 4),
    "a head deleted": (sql("DELETE FROM yifa_chain_head WHERE org = 'b'"), "head_missing", "b", 4),
    "all events of a chain deleted": (sql("DELETE FROM yifa_event WHERE org = 'b'"), "tail_cut", "b", 1),
}  # fmt: skip


@pytest.mark.parametrize("change", CHAIN)
def test_a_change_of_the_chain_is_named(place: Place, change: str) -> None:
    act, kind, org, cseq = CHAIN[change]
    behind_its_back(place.connection, act)
    report = sound(place)
    first = report.first
    assert first is not None
    assert (first.kind, first.org, first.cseq) == (kind, org, cseq), report.lines()
    assert not report.ok


# -- what only a root shows -------------------------------------------------------------------------------------------

BY_ROOT: dict[str, tuple[Change, str, int]] = {
    "rewritten with all after it and the head": (rewrite_all, "root_mismatch", 7),
    "cut tail with a head made to fit": (drop_one_and_close_up, "tail_cut", 7),
    "a whole chain with its head": (
        sql("DELETE FROM yifa_event WHERE org = 'a'", "DELETE FROM yifa_chain_head WHERE org = 'a'",
            "DELETE FROM yifa_sealed WHERE record IN ('r1', 'r2', 'r4')", "DELETE FROM yifa_file WHERE record = 'r1'",
            "DELETE FROM yifa_record WHERE org = 'a'", "DELETE FROM yifa_counter WHERE org = 'a'"),
        "tail_cut", 1),
}  # fmt: skip


@pytest.mark.parametrize("change", BY_ROOT)
def test_a_chain_made_to_fit_is_shown_by_a_root_and_by_nothing_else(place: Place, change: str) -> None:
    act, kind, cseq = BY_ROOT[change]
    behind_its_back(place.connection, act)
    report = sound(place)
    assert [(p.kind, p.org, p.cseq) for p in report.problems] == [(kind, "a", cseq)], report.lines()
    assert "2026-03-02" in report.problems[0].what
    assert report.relied_on is not None
    assert not report.relied_on.given

    elsewhere = place.home.parent / "kept elsewhere.json"
    (place.home / "roots" / "2026-03-02.json").rename(elsewhere)
    shutil.rmtree(place.home / "roots")
    blind = sound(place)
    assert blind.ok
    assert blind.relied_on is None
    assert any("根值" in w for w in blind.warnings)

    report = verify(place.connection, place.home, elsewhere)
    assert [(p.kind, p.cseq) for p in report.problems] == [(kind, cseq)]
    assert report.relied_on is not None
    assert report.relied_on.given


def test_older_roots_narrow_down_where_a_chain_was_rewritten(place: Place) -> None:
    kit = place.kit
    kit.heads = {"a": _head(place, "a"), "b": _head(place, "b")}
    kit.step("a", "r4", "note", {"n": 1})
    kit.step("a", "r4", "note", {"n": 2})
    _advance(kit)
    export_root(place.connection, place.home, "2026-03-03")

    def rewrite(cursor: Any) -> None:
        bodies = [json.loads(r[4]) for r in events(cursor, "a")]
        bodies[8]["data"]["n"] = 3
        write(cursor, "a", bodies, head=True)

    behind_its_back(place.connection, rewrite)
    report = sound(place)
    assert [(p.kind, p.cseq) for p in report.problems] == [("root_mismatch", 9)]
    assert "第 8 至 9 条" in report.problems[0].what


def _head(place: Place, org: str) -> tuple[int, str]:
    with place.connection.cursor() as cursor:
        cursor.execute("SELECT cseq, hash FROM yifa_chain_head WHERE org = %s", [org])
        row = cursor.fetchone()
    return int(row[0]), str(row[1])


def _advance(kit: Kit) -> None:
    kit.flush()
    with kit.connection.cursor() as cursor:
        for uid, n in kit.rseqs.items():
            cursor.execute("UPDATE yifa_record SET rseq = %s WHERE uid = %s", [n, uid])
        cseq, digest = kit.heads["a"]
        cursor.execute("UPDATE yifa_chain_head SET cseq = %s, hash = %s WHERE org = 'a'", [cseq, digest])


# -- records, numbers, versions, destruction --------------------------------------------------------------------------

ROWS: dict[str, tuple[Change, str, str, int | None]] = {
    "a record deleted": (sql("DELETE FROM yifa_record WHERE uid = 'r2'"), "record_missing", "r2", 2),
    "a record put in": (
        sql("INSERT INTO yifa_record (uid, org, org_path, definition, pin, number, year, n, status, stage, opened_on,"
            " last_on, rseq, late) VALUES ('r9','a','/a/','dispute',1,'x',2026,4,'open','','2026-03-02','2026-03-02',1,0)"),
        "record_extra", "r9", None),
    "a number": (sql("UPDATE yifa_record SET number = '改过' WHERE uid = 'r1'"), "record_changed", "r1", 1),
    "the organisation of a record": (sql("UPDATE yifa_record SET org = 'b', n = 9 WHERE uid = 'r1'"),
                                     "record_changed", "r1", 1),
    "the definition of a record": (sql("UPDATE yifa_record SET definition = 'x' WHERE uid = 'r3'"),
                                   "record_changed", "r3", 1),
    "the restriction of a record": (sql("UPDATE yifa_record SET restricted = 'nobody' WHERE uid = 'r3'"),
                                    "record_changed", "r3", 1),
    "the source of a record": (sql("UPDATE yifa_record SET source_id = '7' WHERE uid = 'r3'"), "record_changed", "r3", 1),
    "the uid of a record": (sql("UPDATE yifa_record SET uid = 'rz' WHERE uid = 'r5'"), "record_missing", "r5", 2),
    "the sequence of a record": (sql("UPDATE yifa_record SET rseq = 5 WHERE uid = 'r1'"), "sequence", "r1", None),
    "a number skipped": (sql("UPDATE yifa_record SET n = 7 WHERE uid = 'r4'"), "record_changed", "r4", 3),
    "a counter": (sql("UPDATE yifa_counter SET n = 5 WHERE org = 'a'"), "number_gap", "", None),
    "a counter deleted": (sql("DELETE FROM yifa_counter WHERE org = 'b'"), "number_gap", "", None),
    "a counter put in": (sql("INSERT INTO yifa_counter (org, definition, year, n) VALUES ('a','dispute',2025,1)"),
                         "number_gap", "", None),
    "the text of a version": (sql("UPDATE yifa_version SET body = '{}'"), "version_changed", "", None),
    "a version deleted": (sql("DELETE FROM yifa_version"), "version_missing", "", None),
    "a destruction that no event proves": (
        sql("INSERT INTO yifa_destroyed (record, org, definition, number, rseq, destroyed_at, actor, basis)"
            " VALUES ('r1','a','dispute','n',3,'2026','x','y')",
            "DELETE FROM yifa_sealed WHERE record = 'r1'"),
        "destroyed_unproven", "r1", None),
}  # fmt: skip


@pytest.mark.parametrize("change", ROWS)
def test_a_change_of_the_tables_around_the_chain_is_named(place: Place, change: str) -> None:
    act, kind, record, cseq = ROWS[change]
    behind_its_back(place.connection, act)
    report = sound(place)
    assert (kind, record, cseq) in [(p.kind, p.record, p.cseq) for p in report.problems], report.lines()
    assert report.first is not None
    assert cseq is None or report.first.cseq == cseq
