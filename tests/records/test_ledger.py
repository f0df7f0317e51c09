"""Recording: one transaction, judged, numbered, chained, sealed and projected; corrections, voiding, answers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.records.conftest import Home
from tests.records.kit import accept, patrol, step
from yifa.records.acts import (
    IMPORTER,
    Act,
    Attachment,
    BadInput,
    BatchRefused,
    Conflict,
    NotFound,
    Refused,
    StoreFailure,
    new_uid,
)
from yifa.records.batches import BatchInfo, batch, find_batch
from yifa.records.canonical import dumps
from yifa.records.chain import event_hash, genesis
from yifa.records.reading import known_identities
from yifa.records.search import search
from yifa.records.shape import Shape


def rows(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def bodies(record: str) -> list[dict[str, Any]]:
    return [json.loads(r[0]) for r in rows("SELECT body FROM yifa_event WHERE record = %s ORDER BY rseq", record)]


def card(holder: str, on: str = "2026-01-01", until: str | None = "2026-12-31", org: str = "ql") -> Act:
    return Act(org, "card", "enter", on, {"holder": holder, "expires_on": until}, "管理员", ("clerk",))


# -- opening and following --------------------------------------------------------------------------------------------


def test_a_register_entry_is_numbered_and_closed_at_once(home: Home) -> None:
    out = home.ledger().record(patrol())
    assert (out.ok, out.number, out.rseq) == (True, "青龙镇〔2026〕巡查1号", 1)
    assert rows("SELECT status, fold FROM yifa_record WHERE uid = %s", out.record) == [("closed", None)]


def test_a_procedure_runs_through_its_steps(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    assert opened.number == "青龙镇调〔2026〕1号"
    assert [(d["limit"], d["due"]) for d in opened.deadlines] == [("test.mediate", "2026-03-30")]
    ledger.record(step(opened.record, "talk", "2026-03-05", {"talk": "第一次"}))
    ended = ledger.record(step(opened.record, "end", "2026-03-20", {"result": "达成协议"}))
    assert ended.rseq == 3
    assert rows("SELECT status, rseq, last_on FROM yifa_record") == [("closed", 3, "2026-03-20")]
    assert rows("SELECT state, met_on, days_late FROM yifa_deadline") == [("met", "2026-03-20", -10)]


def test_event_bodies_are_canonical_and_chained(home: Home) -> None:
    ledger = home.ledger()
    first = ledger.record(accept(foreign_number="省平台-7", restricted="leader", source={"system": "省平台", "id": "7"}))
    ledger.record(patrol(data={"place": "引号\"反斜线\\换行\n村"}))
    ledger.record(step(first.record, "talk", "2026-03-05", {"talk": "话"}, late=True, reason="当时停电"))
    previous = genesis("ql")
    for cseq, (seq, digest, body) in enumerate(rows("SELECT cseq, hash, body FROM yifa_event WHERE org = 'ql' ORDER BY cseq"), 1):
        assert seq == cseq
        said = json.loads(body)
        assert dumps(said) == body
        assert said["prev"] == previous
        assert event_hash(previous, body) == digest
        previous = digest
    assert rows("SELECT cseq, hash FROM yifa_chain_head WHERE org = 'ql'") == [(3, previous)]
    said = bodies(str(first.record))[0]
    assert said["number"] == first.number
    assert (said["n"], said["year"], said["foreign_number"], said["restricted"]) == (1, 2026, "省平台-7", "leader")


def test_a_late_step_before_others_is_folded_in_its_place(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept(on="2026-03-02"))
    ledger.record(step(opened.record, "end", "2026-03-20", {"result": "达成协议"}))
    out = ledger.record(step(opened.record, "talk", "2026-03-05", {"talk": "漏记的谈话"}, late=True, reason="漏记"))
    assert out.ok
    assert rows("SELECT status, last_on, rseq, late FROM yifa_record") == [("closed", "2026-03-20", 3, 1)]
    assert ledger.rebuild() == []


def test_what_a_late_entry_upsets_is_a_finding_of_the_later_step(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept(on="2026-03-02"))
    ledger.record(step(opened.record, "talk", "2026-03-10", {"talk": "谈"}))
    with pytest.raises(Refused, match="只能办理一次"):
        ledger.record(step(opened.record, "accept", "2026-03-05", {"title": "再次受理", "applicant": "乙"}))
    with pytest.raises(Refused, match="会使第 2 条“谈话”不合规定：本件已办结.*作补录"):
        ledger.record(step(opened.record, "end", "2026-03-08", {"result": "达成协议"}))
    out = ledger.record(step(opened.record, "end", "2026-03-08", {"result": "达成协议"}, late=True, reason="补"))
    assert out.ok
    shown = ledger.show(opened.record)
    assert [(f["key"], f["seq"]) for f in shown.assessment.findings] == [("record_closed", 2)]


# -- refusals ---------------------------------------------------------------------------------------------------------


def untouched() -> list[Any]:
    tables = ("yifa_event", "yifa_record", "yifa_counter", "yifa_sealed", "yifa_deadline", "p_dispute", "yifa_batch")
    return [rows(f"SELECT count(*) FROM {t}")[0][0] for t in tables] + rows("SELECT org, cseq, hash FROM yifa_chain_head ORDER BY org")


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"org": "qn"}, BadInput, "没有“qn”这个机构"),
        ({"definition": "disputes"}, BadInput, "是不是：dispute"),
        ({"step": "open"}, BadInput, "没有“open”这个环节"),
        ({"on": "2026/3/2"}, BadInput, "应写成 2026-01-05"),
        ({"on": "2026-02-30"}, BadInput, "应写成 2026-01-05"),
        ({"on": "2026-07-01"}, Refused, "还没有到"),
        ({"on": "2027"}, Refused, "还没有到"),
        ({"roles": ("leader",)}, Refused, "应由经办人办理"),
        ({"late": True}, BadInput, "写明原因"),
        ({"step": "end", "data": {"result": "达成协议"}}, Refused, "之前须先"),
        ({"record": "0" * 32}, NotFound, "没有找到案卷"),
    ],
)
def test_a_refused_act_leaves_nothing(home: Home, change: dict[str, Any], error: type[Exception], says: str) -> None:
    ledger = home.ledger()
    before = untouched()
    act = accept()
    for key, value in change.items():
        setattr(act, key, value)
    with pytest.raises(error, match=says):
        ledger.record(act)
    assert untouched() == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"amount": 12.5}, "应是整数"),
        ({"amount": "500"}, "应是整数"),
        ({"amount": True}, "应是整数"),
        ({"amount": 2**63}, "太大"),
        ({"title": None}, "纠纷简述必填"),
        ({"applicant": ""}, "申请人必填"),
        ({"talk": "不属于受理"}, "没有“谈话内容”这一栏"),
        ({"nothing": 1}, "没有“nothing”这一栏"),
        ({"parties": [{"role": "丙方"}]}, "没有“丙方”这一项"),
        ({"parties": [{"name": "甲"}]}, "没有“name”这一列"),
        ({"parties": "甲"}, "应是若干行"),
        ({"title": ["一", "二"]}, "应是文字"),
        ({"title": "\ud800"}, "无法保存的字符|残缺的字符"),
    ],
)
def test_data_of_the_wrong_form_is_refused(home: Home, data: dict[str, Any], says: str) -> None:
    ledger = home.ledger()
    before = untouched()
    with pytest.raises(BadInput, match=says):
        ledger.record(accept(data=data))
    assert untouched() == before


def test_required_when_looks_at_the_other_field(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    with pytest.raises(BadInput, match="不成原因必填"):
        ledger.record(step(opened.record, "end", "2026-03-20", {"result": "调解不成"}))
    assert ledger.record(step(opened.record, "end", "2026-03-20", {"result": "调解不成", "reason": "分歧大"})).ok


def test_unknown_counts_as_given_and_is_a_finding(home: Home) -> None:
    out = home.ledger().record(accept(data={"title": {"unknown": True}}))
    assert [f["key"] for f in out.findings] == ["unknown:title"]
    assert rows("SELECT f_title FROM p_dispute") == [(None,)]


def test_an_import_may_take_any_step_as_a_late_entry_from_a_named_source(home: Home) -> None:
    ledger = home.ledger()
    with pytest.raises(Refused, match="应由经办人办理"):
        ledger.record(accept(roles=(IMPORTER,), late=True, reason="导入"))
    assert ledger.record(accept(roles=(IMPORTER,), late=True, reason="导入", source={"system": "旧台账", "id": "1"})).ok


def test_a_stale_writer_is_told_what_was_added(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    ledger.record(step(opened.record, "talk", "2026-03-05", {"talk": "甲说"}, actor="赵六", expect=1))
    with pytest.raises(Conflict, match="赵六") as caught:
        ledger.record(step(opened.record, "end", "2026-03-20", {"result": "达成协议"}, expect=1))
    assert [(a["rseq"], a["name"], a["on"]) for a in caught.value.added] == [(2, "谈话", "2026-03-05")]


# -- related records --------------------------------------------------------------------------------------------------


def test_a_step_needs_its_related_records_valid_on_its_day(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    assign = step(opened.record, "assign", "2026-03-05", {"mediators": ["钱七", "孙八"]})
    with pytest.raises(Refused, match="没有当天有效的证件"):
        ledger.record(assign)
    ledger.record(card("钱七"))
    ledger.record(card("孙八", until="2026-03-04"))
    with pytest.raises(Refused, match="没有当天有效的证件"):
        ledger.record(assign)
    ledger.record(card("孙八", org="bh"))
    with pytest.raises(Refused, match="没有当天有效的证件"):
        ledger.record(assign)
    ledger.record(card("孙八", until=None))
    out = ledger.record(assign)
    related = bodies(out.record)[-1]["receipt"]["related"]["cards"]
    assert sorted(r["holder"] for r in related) == ["孙八", "钱七"]
    assert ledger.rebuild() == []


# -- sealed values ----------------------------------------------------------------------------------------------------


def test_personal_values_are_in_no_event_fold_projection_or_search_row(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(accept())
    for secret in ("李四", "11010519491231002X", "13800000001"):
        for statement in ("SELECT body FROM yifa_event", "SELECT fold FROM yifa_record", "SELECT text FROM yifa_search"):
            assert not any(secret in str(r) or " ".join(secret) in str(r) for r in rows(statement))
        assert not any(secret in str(r) for r in rows("SELECT * FROM p_dispute"))
        assert not any(secret in str(r) for r in rows("SELECT * FROM p_dispute__parties"))
    shown = ledger.show(out.number, open_sealed=True)
    assert shown.facts["applicant"] == "李四"
    assert shown.facts["parties"][1]["phone"] == "13800000002"
    assert set(ledger.show(out.number).facts["applicant"]) == {"sealed"}
    assert [r["uid"] for r in ledger.find_by_personal("1101051949 1231002x", "id_number")] == [out.record]
    assert [r["uid"] for r in ledger.find_by_personal("13800000001")] == [out.record]
    assert ledger.find_by_personal("13800000009") == []


def test_exported_facts_are_those_entered(home: Home) -> None:
    ledger = home.ledger()
    act = patrol(data={"people": {"unknown": True}})
    out = ledger.record(act)
    other = ledger.record(accept(on="2026-03"))
    got = dict(ledger.facts([other.record, out.record], open_sealed=True))
    assert got[out.record] == {**act.data, "patrolled_on": "2026-03-02"}
    assert got[other.record]["accepted_on"] == "2026-03"
    assert got[other.record]["id_number"] == "11010519491231002X"


# -- attachments ------------------------------------------------------------------------------------------------------


def test_an_attachment_is_stored_with_its_event_and_gone_with_a_refusal(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(patrol(files=[Attachment("照片.txt", "现场情况".encode(), "photo")]))
    ((digest, stored, name, size),) = rows("SELECT digest, stored, name, size FROM yifa_file")
    assert (name, size) == ("照片.txt", 12)
    assert rows("SELECT value FROM p_patrol__photo") == [(digest,)]
    assert bodies(out.record)[0]["files"] == [{"digest": digest, "name": "照片.txt", "size": 12}]
    assert list(ledger.files.all_stored()) == [stored]
    with pytest.raises(BadInput):
        ledger.record(patrol(files=[Attachment("照片.txt", b"again", "photo")], data={"place": None}))
    assert list(ledger.files.all_stored()) == [stored]


# -- amending ---------------------------------------------------------------------------------------------------------


def test_a_correction_changes_fold_projection_and_search_but_no_event(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(patrol())
    first = rows("SELECT body FROM yifa_event")
    ledger.correct(out.record, 1, {"place": "新址", "people": 9}, actor="张三", roles=("clerk",), reason="笔误", on="2026-03-01")
    assert rows("SELECT f_place, f_people, f_fine FROM p_patrol") == [("新址", 9, 100)]
    assert str(rows("SELECT f_patrolled_on FROM p_patrol")[0][0]) == "2026-03-01"
    assert rows("SELECT opened_on, rseq FROM yifa_record") == [("2026-03-01", 2)]
    assert rows("SELECT body FROM yifa_event WHERE rseq = 1") == first
    with connection.cursor() as cursor:
        assert [r["record"] for r in search(cursor, "新址")] == [out.record]
        assert search(cursor, "第1村") == []
    assert ledger.rebuild() == []


def test_a_correction_moves_deadlines_and_seals_its_values(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    out = ledger.correct(opened.record, 1, {"applicant": "李思"}, actor="王五", roles=("clerk",), reason="错字", on="2026-03-03")
    assert [d["due"] for d in out.deadlines] == ["2026-03-31"]
    assert rows("SELECT due_on FROM yifa_deadline") == [("2026-03-31",)]
    assert "李思" not in str(bodies(opened.record))
    assert ledger.show(opened.record, open_sealed=True).facts["applicant"] == "李思"
    assert ledger.rebuild() == []


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"reason": " "}, BadInput, "写明理由"),
        ({"target": 7}, BadInput, "没有第 7 条"),
        ({"data": {}}, BadInput, "没有写要更正的内容"),
        ({"data": {"amount": "多"}}, BadInput, "应是整数"),
        ({"data": {"title": None}}, BadInput, "不能更正为空"),
        ({"on": "2026-12-01"}, Refused, "还没有到"),
        ({"roles": ()}, Refused, "应由经办人办理"),
        ({"expect": 5}, Conflict, "新的登记"),
    ],
)
def test_a_bad_correction_is_refused(sqlite_home: Home, arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    ledger = sqlite_home.ledger()
    opened = ledger.record(accept())
    given: dict[str, Any] = {"target": 1, "data": {"title": "新"}, "actor": "王五", "roles": ("clerk",), "reason": "误", **arguments}
    with pytest.raises(error, match=says):
        ledger.correct(opened.record, **given)
    assert len(bodies(opened.record)) == 1


def test_a_step_on_which_others_rest_is_voided_only_with_them(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    ledger.record(step(opened.record, "end", "2026-03-20", {"result": "达成协议"}))
    ledger.record(step(opened.record, "archive", "2026-03-25"))
    with pytest.raises(Refused, match="第 3 条“归档”"):
        ledger.void(opened.record, [2], actor="王五", roles=("clerk",), reason="误登")
    ledger.void(opened.record, [2, 3], actor="王五", roles=("clerk",), reason="误登")
    assert rows("SELECT status, rseq FROM yifa_record") == [("open", 4)]
    assert rows("SELECT state, met_on FROM yifa_deadline") == [("running", None)]
    assert rows("SELECT f_end_on, f_result FROM p_dispute") == [(None, None)]
    with pytest.raises(BadInput, match="已作废"):
        ledger.void(opened.record, [2], actor="王五", roles=("clerk",), reason="误登")
    assert ledger.rebuild() == []


def test_voiding_all_makes_the_record_void_and_keeps_its_number(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(accept())
    ledger.void(out.record, actor="王五", roles=("clerk",), reason="重复登记")
    assert rows("SELECT status, number FROM yifa_record") == [("void", "青龙镇调〔2026〕1号")]
    for table in ("p_dispute", "p_dispute__parties", "yifa_deadline", "yifa_search"):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert ledger.record(accept()).number == "青龙镇调〔2026〕2号"
    with pytest.raises(Refused, match="已作废"):
        ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "话"}))
    assert ledger.rebuild() == []


def test_an_answer_stands_beside_the_finding(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept(on="2026-03-02"))
    ended = ledger.record(step(opened.record, "end", "2026-05-20", {"result": "达成协议"}))
    assert [f["key"] for f in ended.findings] == ["late:test.mediate"]
    ledger.answer(opened.record, "late:test.mediate", 2, "当事人外出，已整改", actor="所长")
    (finding,) = ledger.show(opened.record).assessment.findings
    assert finding["answer"]["text"] == "当事人外出，已整改"
    ledger.record(step(opened.record, "archive", "2026-06-01"))
    assert ledger.show(opened.record).assessment.findings[0]["answer"]["seq"] == 3
    with pytest.raises(BadInput, match="没有第 1 条的问题"):
        ledger.answer(opened.record, "late:test.mediate", 1, "说明", actor="所长")
    assert ledger.rebuild() == []


def test_identity_follows_corrections_of_sealed_fields(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(accept())
    first = {"accepted_on": "2026-03-02", "id_number": "11010519491231002X"}
    second = {"accepted_on": "2026-03-01", "id_number": "110105194912310038"}
    digests = [str(ledger.identity("dispute", "ql", d)) for d in (first, second)]
    assert known_identities(digests) == {digests[0]: (out.record, out.number)}
    ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "话"}))
    assert known_identities(digests) == {digests[0]: (out.record, out.number)}
    ledger.correct(out.record, 1, {"id_number": "110105194912310038"}, on="2026-03-01", actor="王五", roles=("clerk",),
                   reason="证号登错")  # fmt: skip
    assert known_identities(digests) == {digests[1]: (out.record, out.number)}
    assert ledger.identity("dispute", "ql", {"accepted_on": "2026-03-02"}) is None


# -- the database fails -----------------------------------------------------------------------------------------------


def test_a_full_disk_and_a_locked_database_are_said_plainly_and_write_nothing(sqlite_home: Home) -> None:
    ledger = sqlite_home.ledger()
    before = untouched()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        cursor.fetchone()
    with pytest.raises(StoreFailure, match="磁盘已满"):
        ledger.record_many([patrol(n) for n in range(300)])
    assert untouched() == before
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
        cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 20")
    import sqlite3

    other = sqlite3.connect(sqlite_home.path / "yifa.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreFailure, match="被别的程序占用"):
        ledger.record(patrol())
    other.execute("ROLLBACK")
    other.close()
    assert untouched() == before
    assert ledger.record(patrol()).ok


# -- batches ----------------------------------------------------------------------------------------------------------


def case_acts(n: int, **over: Any) -> list[Act]:
    """One dispute as an import makes it: four late events."""
    uid = new_uid()
    more: dict[str, Any] = {"late": True, "reason": "导入历史台账", "source": {"system": "旧台账", "id": str(n)}, "roles": (IMPORTER,)}
    first = accept(data={"title": f"纠纷{n}", **over}, uid=uid, **more)
    return [first, step(uid, "talk", "2026-03-03", {"talk": "谈"}, **more),
            step(uid, "end", "2026-03-20", {"result": "达成协议"}, **more), step(uid, "archive", "2026-03-25", **more)]  # fmt: skip


def test_a_batch_writes_what_single_recording_would(home: Home) -> None:
    acts = [a for n in range(5) for a in [*case_acts(n), patrol(n)]]
    ledger = home.ledger()
    outcomes = ledger.record_many(acts)
    assert all(o.ok for o in outcomes)
    assert [o.rseq for o in outcomes[:5]] == [1, 2, 3, 4, 1]
    columns = "status, stage, rseq, n, last_on, late, fold IS NULL"
    several = rows(f"SELECT {columns} FROM yifa_record WHERE org = 'ql' ORDER BY definition, n")
    for act in acts:
        other = {"uid": act.uid[:-1] + "z" if act.uid else None, "record": act.record[:-1] + "z" if act.record else None}
        ledger.record(Act(**{**{k: getattr(act, k) for k in Act.__slots__}, **other, "org": "bh"}))
    assert rows(f"SELECT {columns} FROM yifa_record WHERE org = 'bh' ORDER BY definition, n") == several
    for table in ("p_dispute", "p_patrol", "p_dispute__talk", "p_dispute__parties", "p_patrol__finds", "yifa_deadline",
                  "yifa_sealed"):  # fmt: skip
        where = "org" if table != "yifa_sealed" else "(SELECT org FROM yifa_record r WHERE r.uid = record)"
        counts = [rows(f"SELECT count(*) FROM {table} WHERE {where} = %s", org)[0][0] for org in ("ql", "bh")]
        assert counts[0] == counts[1] > 0
    assert ledger.rebuild() == []


def test_an_all_or_nothing_batch_with_one_bad_act_writes_nothing_and_tells_of_all(home: Home) -> None:
    ledger = home.ledger()
    before = untouched()
    acts = [*case_acts(1), patrol(data={"place": None}), patrol(2), patrol(3, data={"people": "多"})]
    with pytest.raises(BatchRefused, match="2 条未通过检查") as caught:
        ledger.record_many(acts, BatchInfo("d" * 64, "台账.xlsx", "patrol", "ql", 7))
    assert untouched() == before
    assert [(o.ok, o.skipped, bool(o.problems)) for o in caught.value.outcomes] == [
        (False, True, False)] * 4 + [(False, False, True), (False, True, False), (False, False, True)]  # fmt: skip


def test_otherwise_each_record_stands_or_falls_whole(home: Home) -> None:
    ledger = home.ledger()
    bad = case_acts(2)
    bad[2].data = {"result": "没有这项"}
    dead = case_acts(3, title=None)
    outcomes = ledger.record_many([*case_acts(1), *bad, *dead, patrol(4)], all_or_nothing=False)
    assert [o.ok for o in outcomes] == [True] * 4 + [False] * 8 + [True]
    assert [o.skipped for o in outcomes[4:12]] == [True, True, False, True, False, True, True, True]
    assert rows("SELECT definition, n, rseq FROM yifa_record ORDER BY definition") == [("dispute", 1, 4), ("patrol", 1, 1)]
    assert ledger.rebuild() == []


def test_a_batch_sees_the_related_records_that_it_brings_itself(home: Home) -> None:
    ledger = home.ledger()
    acts = [card("钱七"), *case_acts(1)]
    uid = acts[1].uid
    acts.insert(2, step(str(uid), "assign", "2026-03-02", {"mediators": ["钱七"]}, late=True, reason="导入",
                        source={"system": "旧", "id": "1"}, roles=(IMPORTER,)))  # fmt: skip
    outcomes = ledger.record_many(acts)
    assert [f for o in outcomes for f in o.findings] == []


@pytest.mark.parametrize("size", [1, 3, 4, 7])
def test_chunks_do_not_show_in_what_is_written(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("yifa.records.work.CHUNK", size)
    ledger = sqlite_home.ledger()
    cases = [case_acts(n) for n in range(4)]
    apart = [cases[0][0], cases[1][0], *cases[0][1:], *cases[1][1:]]
    outcomes = ledger.record_many([*apart, patrol(1), *cases[2], patrol(2), *cases[3]])
    assert all(o.ok for o in outcomes)
    assert [o.number for o in outcomes if o.rseq == 1] == [
        *(f"青龙镇调〔2026〕{n}号" for n in (1, 2)), "青龙镇〔2026〕巡查1号", "青龙镇调〔2026〕3号", "青龙镇〔2026〕巡查2号",
        "青龙镇调〔2026〕4号"]  # fmt: skip
    assert rows("SELECT rseq, status FROM yifa_record WHERE definition = 'dispute'") == [(4, "closed")] * 4
    assert ledger.rebuild() == []
    before = untouched()
    with pytest.raises(BatchRefused) as caught:
        ledger.record_many([*case_acts(5), patrol(data={"people": "多"}), *case_acts(6), patrol(data={"people": "多"})])
    assert untouched() == before
    assert [bool(o.problems) for o in caught.value.outcomes] == [False] * 4 + [True] + [False] * 4 + [True]


def test_the_same_file_is_imported_once_and_again_after_undo(home: Home) -> None:
    ledger = home.ledger()
    info = BatchInfo("e" * 64, "巡查.xlsx", "patrol", "ql", 3, "张三")
    ledger.record_many([patrol(n) for n in (1, 2, 3)], info)
    found = find_batch("e" * 64, "patrol", "ql")
    assert found is not None
    assert (found.records, found.events, found.state) == (3, 3, "done")
    with pytest.raises(BadInput, match="导入过"):
        ledger.record_many([patrol(1)], info)
    assert ledger.undo(found.id, actor="张三", roles=("clerk",), reason="导错了") == 3
    assert rows("SELECT DISTINCT status FROM yifa_record") == [("void",)]
    with pytest.raises(BadInput, match="已经撤回"):
        ledger.undo(found.id, actor="张三", roles=("clerk",), reason="导错了")
    outcomes = ledger.record_many([patrol(1)], info)
    assert outcomes[0].number == "青龙镇〔2026〕巡查4号"
    assert batch(found.id).state == "undone"
    assert ledger.rebuild() == []


def test_a_batch_that_was_worked_on_is_not_undone(home: Home) -> None:
    ledger = home.ledger()
    outcomes = ledger.record_many(case_acts(1)[:1], BatchInfo("f" * 64, "纠纷.xlsx", "dispute", "ql"))
    ledger.record(step(outcomes[0].record, "talk", "2026-03-05", {"talk": "话"}))
    with pytest.raises(Refused, match="又办理过"):
        ledger.undo(1, actor="张三", roles=("clerk",), reason="导错了")
    assert rows("SELECT status FROM yifa_record") == [("open",)]


# -- cost -------------------------------------------------------------------------------------------------------------


def statements(act: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def test_recording_takes_at_most_15_statements_begin_and_commit_included(home: Home) -> None:
    ledger = home.ledger()
    ledger.record(card("钱七"))
    ledger.record(accept())
    out = ledger.record(accept())
    counts = {
        "opening": statements(lambda: ledger.record(accept())),
        "register": statements(lambda: ledger.record(patrol())),
        "with look-up": statements(lambda: ledger.record(step(out.record, "assign", "2026-03-03", {"mediators": ["钱七"]}))),
        "repeated step": statements(lambda: ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "话", "amount": 3}))),
        "closing": statements(lambda: ledger.record(step(out.record, "end", "2026-03-20", {"result": "达成协议"}))),
        "correction": statements(lambda: ledger.correct(out.record, 3, {"talk": "更正的话"}, actor="王五", roles=("clerk",), reason="笔误")),
        "voiding": statements(lambda: ledger.void(out.record, [3], actor="王五", roles=("clerk",), reason="错登")),
    }
    assert max(counts.values()) <= 15, counts
    codex = home.codex
    shapes = {key: Shape(codex.plan(key)) for key in codex.definitions}
    assert counts["opening"] <= most_statements(shapes["dispute"], "accept")
    assert counts["with look-up"] <= most_statements(shapes["dispute"], "assign")
    assert counts["repeated step"] <= most_statements(shapes["dispute"], "talk")


def most_statements(shape: Shape, key: str) -> int:
    """What one act of a step costs at most, in order of time and without a list that gets shorter."""
    s, allowed = shape.steps[key], shape.allowed[key]
    opening = not s.after and not s.after_any
    resuming = {p.until for other in shape.steps.values() for p in other.pauses}
    count = 8  # BEGIN, head, counter or record read, event, head, record, projection, COMMIT
    count += len(shape.plan.lookups_by_step.get(key, ()))
    count += sum(f in shape.lists for f in allowed) + (key in shape.step_tables)
    count += bool(s.starts or s.meets or s.resets or s.stops or s.pauses or s.extends or key in resuming)
    count += opening or any(f in shape.search for f in allowed)
    count += shape.seals[key]
    count += any(shape.fields[f].type == "file" for f in allowed if f in shape.fields)
    return count


def test_every_shipped_step_is_recorded_in_at_most_15_statements() -> None:
    from yifa.codex import load

    codex = load()
    shapes = [Shape(codex.plan(key)) for key in codex.definitions]
    costly = {(s.key, step): n for s in shapes for step in s.steps if (n := most_statements(s, step)) > 15}
    assert costly == {}


def test_a_batch_takes_as_many_statements_for_many_records_as_for_some(home: Home) -> None:
    ledger = home.ledger()
    ledger.record_many([patrol(n) for n in range(200)])
    few = statements(lambda: ledger.record_many([patrol(n) for n in range(200)]))
    many = statements(lambda: ledger.record_many([patrol(n) for n in range(800)]))
    assert many == few


def test_the_day_is_handed_in(sqlite_home: Home) -> None:
    ledger = sqlite_home.ledger(today=lambda: date(2026, 1, 1))
    with pytest.raises(Refused, match="今天是 2026-01-01"):
        ledger.record(patrol(on="2026-01-02"))
