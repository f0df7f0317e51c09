"""Projections: typed tables made from the definitions, rebuilt from the events without a difference."""

from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.conftest import Home, make_home
from tests.records.kit import CARD, DISPUTE, LIMITS, PATROL, accept, make_codex, patrol, step
from yifa.law.calendar import Holiday, default_calendar
from yifa.records.acts import Attachment, LedgerError
from yifa.records.projection_schema import SchemaConflict
from yifa.records.search import search
from yifa.records.shape import Shape
from yifa.records.versions import limits_text, read_definition


def rows(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [tuple(v.isoformat() if isinstance(v, date) else v for v in r) for r in cursor.fetchall()]


def columns(table: str) -> dict[str, str]:
    """Column -> declared type."""
    if connection.vendor == "sqlite":
        return {r[1]: r[2].lower() for r in rows(f"PRAGMA table_info({table})")}
    found = rows("SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s", table)
    names = {"int8": "bigint", "int2": "smallint"}
    return {c: names.get(t, t) for c, t in found}


# -- tables -----------------------------------------------------------------------------------------------------------


def test_every_plain_field_and_milestone_has_a_typed_column(home: Home) -> None:
    key, code, text, day = (("varchar(32)", "varchar(64)", "text", "text") if home.vendor == "sqlite" else
                            ("varchar", "varchar", "text", "date"))  # fmt: skip
    assert columns("p_patrol") == {
        "record": key, "org": code, "org_path": text, "number": text, "status": text, "stage": text,
        "opened_on": day, "late": "smallint", "restricted": text, "f_patrolled_on": day, "f_place": text,
        "f_people": "bigint", "f_fine": "bigint", "f_share": "bigint", "f_form": text,
        "f_night": "smallint", "f_noted_at": day, "f_remark": text,
    }  # fmt: skip
    dispute = columns("p_dispute")
    assert "f_applicant" not in dispute
    assert "f_id_number" not in dispute
    assert {"n_talk", "f_accepted_on", "f_end_on", "f_archive_on"} <= dispute.keys()
    assert set(columns("p_dispute__talk")) == {"record", "org", "i", "f_talk_on", "f_talk", "f_amount"}
    assert set(columns("p_dispute__parties")) == {"record", "org", "i", "f_role"}
    assert set(columns("p_patrol__statutes")) == {"record", "org", "i", "value"}


def test_values_are_stored_as_typed(home: Home) -> None:
    out = home.ledger().record(patrol(on="2026-03", restricted="leader,clerk"))
    got = rows("SELECT record, org, org_path, number, status, opened_on, late, restricted, f_patrolled_on, f_people, f_fine, "
               "f_share, f_night, f_noted_at FROM p_patrol")  # fmt: skip
    assert got == [(out.record, "ql", "/county/ql/", out.number, "closed", "2026-03-01", 0, "leader,clerk", "2026-03-01", 1,
                    100, 9250, 1, "2026-03-01")]  # fmt: skip
    assert rows("SELECT i, value FROM p_patrol__statutes ORDER BY i") == [(0, "行政处罚法"), (1, "森林法")]
    assert rows("SELECT i, f_what, f_count FROM p_patrol__finds") == [(0, "占道", 2)]


def test_repeated_steps_have_a_row_each_and_are_counted(home: Home) -> None:
    ledger = home.ledger()
    opened = ledger.record(accept())
    for day in ("2026-03-05", "2026-03-09"):
        ledger.record(step(opened.record, "talk", day, {"talk": f"{day} 的谈话"}))
    ledger.record(step(opened.record, "talk", "2026-03-07", {"talk": "补记", "amount": 7}, late=True, reason="漏记"))
    assert rows("SELECT n_talk, f_talk, f_talk_on, f_amount FROM p_dispute") == [(3, "2026-03-09 的谈话", "2026-03-09", 7)]
    assert rows("SELECT i, f_talk_on, f_amount FROM p_dispute__talk ORDER BY i") == [
        (2, "2026-03-05", None), (3, "2026-03-09", None), (4, "2026-03-07", 7)]  # fmt: skip
    ledger.correct(opened.record, 3, {"talk": "更正后"}, on="2026-03-08", actor="王五", reason="记错")
    assert rows("SELECT i, f_talk_on, f_talk FROM p_dispute__talk WHERE i = 3") == [(3, "2026-03-08", "更正后")]


def test_indicator_dates_are_indexed_with_the_organisation(home: Home) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "p_dispute")
    assert ["org", "f_accepted_on"] in [c["columns"] for c in found.values() if c["index"] and not c["primary_key"]]


# -- changed definitions ----------------------------------------------------------------------------------------------


def changed(definition: dict[str, Any], change: Any) -> dict[str, Any]:
    made = copy.deepcopy(definition)
    change(made)
    return made


def test_a_new_field_is_a_new_column_and_old_records_keep_their_version(home: Home) -> None:
    old = home.ledger().record(accept())
    before = rows("SELECT pin FROM yifa_record")
    dispute = changed(DISPUTE, lambda d: d["fields"].append({"key": "street", "name": "街道", "type": "text"}))
    dispute["steps"][0]["fields"].append("street")
    ledger = home.ledger(codex=make_codex([PATROL, CARD, dispute]))
    assert "f_street" in columns("p_dispute")
    new = ledger.record(accept(data={"street": "人民路"}))
    ledger.record(step(old.record, "talk", "2026-03-05", {"talk": "话"}))
    with pytest.raises(LedgerError, match="没有“street”这一栏"):
        ledger.correct(old.record, 1, {"street": "人民路"}, actor="王五", roles=("clerk",), reason="补")
    assert rows("SELECT record, f_street FROM p_dispute ORDER BY number") == [(old.record, None), (new.record, "人民路")]
    assert rows("SELECT pin FROM yifa_record WHERE uid = %s", old.record) == before
    assert ledger.rebuild() == []
    assert ledger.rebuild(check_only=False) == []
    assert rows("SELECT record, f_street FROM p_dispute ORDER BY number") == [(old.record, None), (new.record, "人民路")]


def test_a_field_keeps_its_type_for_ever(home: Home) -> None:
    def to_text(d: dict[str, Any]) -> None:
        d["fields"][2]["type"] = "text"

    before = columns("p_patrol")
    with pytest.raises(SchemaConflict, match="people 原来的类型是 int，现在成了 text"):
        home.ledger(codex=make_codex([changed(PATROL, to_text), CARD, DISPUTE]))
    assert columns("p_patrol") == before
    assert home.ledger().record(patrol()).ok


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["fields"].append({"key": "talk2", "name": "谈", "type": "text", "many": True})
         or d["steps"].append({"key": "talk2", "name": "谈", "at_most": 5}), "同名"),
        (lambda d: d["fields"].append({"key": "x" * 62, "name": "长", "type": "text"}), "太长"),
    ],
)  # fmt: skip
def test_names_that_the_database_cannot_hold_are_refused(sqlite_home: Home, change: Any, says: str) -> None:
    with pytest.raises(SchemaConflict, match=says):
        sqlite_home.ledger(codex=make_codex([PATROL, CARD, changed(DISPUTE, change)]))


def test_stored_versions_read_back_as_they_were() -> None:
    codex = make_codex()
    for d in codex.definitions.values():
        from yifa.codex.bundle import definition_text

        assert read_definition(definition_text(d)) == d
        assert definition_text(read_definition(definition_text(d))) == definition_text(d)


def test_every_shipped_definition_and_limit_reads_back_and_has_tables() -> None:
    import json

    from yifa.codex import load
    from yifa.codex.bundle import definition_text
    from yifa.law.limits import load_limits

    codex = load()
    names: list[str] = []
    for key, d in codex.definitions.items():
        assert read_definition(definition_text(d)) == d, key
        names += [t.name for t in Shape(codex.plan(key)).tables]
    assert len(names) == len(set(names))
    limits, thresholds = load_limits(json.loads(limits_text(codex)))
    assert limits == codex.limits
    assert thresholds == codex.thresholds


# -- a newer calendar -------------------------------------------------------------------------------------------------


def with_holiday(day: str) -> Any:
    """The test codex under a notice that makes one more day of 2026 a holiday."""
    notices = {n.year: n for n in default_calendar().notices}
    extra = Holiday("测试假日", date.fromisoformat(day), date.fromisoformat(day))
    made = replace(notices[2026], holidays=(*notices[2026].holidays, extra))
    codex = make_codex()
    return codex.with_calendar(codex.calendar.with_notice(made))


def test_a_new_notice_moves_running_cases_and_lists_them(home: Home) -> None:
    ledger = home.ledger()
    running, closed = ledger.record(accept()), ledger.record(accept())
    ledger.record(step(closed.record, "end", "2026-03-20", {"result": "达成协议"}))
    newer = home.ledger(codex=with_holiday("2026-03-10"))
    assert newer.rebuild() == []
    moved = newer.recompute()
    assert [(m.record, m.limit, m.old_due, m.new_due) for m in moved] == [
        (running.record, "test.mediate", "2026-03-30", "2026-03-31")]  # fmt: skip
    assert newer.recompute() == []
    assert newer.rebuild() == []
    assert rows("SELECT due_on FROM yifa_deadline ORDER BY due_on") == [("2026-03-30",), ("2026-03-31",)]


def test_the_next_step_is_judged_by_the_newer_calendar(home: Home) -> None:
    opened = home.ledger().record(accept())
    newer = home.ledger(codex=with_holiday("2026-03-10"))
    out = newer.record(step(opened.record, "end", "2026-03-31", {"result": "达成协议"}))
    assert out.findings == []
    assert newer.rebuild() == []


# -- rebuild ----------------------------------------------------------------------------------------------------------


def filled(home: Home) -> Any:
    ledger = home.ledger()
    opened = ledger.record(accept())
    ledger.record(step(opened.record, "talk", "2026-03-05", {"talk": "话"}))
    ledger.record(patrol())
    ledger.record(patrol(files=[Attachment("a.txt", b"x", "photo")]))
    void = ledger.record(accept())
    ledger.void(void.record, actor="王五", roles=("clerk",), reason="误")
    return ledger


@pytest.mark.parametrize(
    ("change", "table", "what"),
    [
        ("UPDATE p_patrol SET f_people = 99", "p_patrol", "changed"),
        ("DELETE FROM p_dispute", "p_dispute", "missing"),
        ("DELETE FROM p_dispute__talk", "p_dispute__talk", "missing"),
        ("INSERT INTO p_patrol__finds (record, org, i) SELECT uid, org, 7 FROM yifa_record WHERE definition = 'patrol'",
         "p_patrol__finds", "extra"),
        ("INSERT INTO p_patrol (record, org) VALUES ('0', 'ql')", "p_patrol", "extra"),
        ("UPDATE yifa_deadline SET due_on = '2030-01-01'", "yifa_deadline", "changed"),
        ("DELETE FROM yifa_search", "yifa_search", "missing"),
        ("UPDATE yifa_record SET status = 'open'", "yifa_record", "changed"),
        ("UPDATE yifa_record SET number = '一号'", "yifa_record", "changed"),
        ("UPDATE yifa_record SET fold = replace(fold, '话', '画')", "yifa_record", "changed"),
    ],
)  # fmt: skip
def test_rebuild_finds_what_is_not_as_the_events_say(home: Home, change: str, table: str, what: str) -> None:
    ledger = filled(home)
    assert ledger.rebuild() == []
    with connection.cursor() as cursor:
        cursor.execute(change)
    found = ledger.rebuild()
    assert {(d.table, d.what) for d in found} == {(table, what)}
    assert all(str(d).startswith(table) for d in found)


def test_rebuild_writes_everything_anew(home: Home) -> None:
    ledger = filled(home)
    with connection.cursor() as cursor:
        for table in ("p_patrol", "p_dispute", "p_dispute__parties", "yifa_deadline", "yifa_search"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("UPDATE yifa_record SET status = 'odd', number = '一号', fold = NULL WHERE definition = 'dispute'")
    assert ledger.rebuild(check_only=False) != []
    assert ledger.rebuild() == []
    with connection.cursor() as cursor:
        assert len(search(cursor, "邻里排水")) == 1
        found = connection.introspection.get_constraints(cursor, "p_dispute")
    assert ["org", "f_accepted_on"] in [c["columns"] for c in found.values() if c["index"]]
    assert ledger.rebuild(check_only=False) == []
    assert ledger.record(patrol()).ok


# -- search -----------------------------------------------------------------------------------------------------------


def test_words_of_two_characters_are_found_newest_first_within_a_subtree(home: Home) -> None:
    ledger = home.ledger()
    texts = ["河道清淤，联合执法2026", "清 河道路", "联合执法行动"]
    made = [ledger.record(patrol(org=org, data={"place": t, "remark": ""}))
            for org, t in itertools.product(("ql", "bh"), texts)]  # fmt: skip
    with connection.cursor() as cursor:
        def found(text: str, **narrow: Any) -> list[int]:
            uids = [m.record for m in made]
            return [uids.index(r["record"]) for r in search(cursor, text, **narrow)]

        assert found("河道") == [4, 3, 1, 0]
        assert found("河道 联合") == [3, 0]
        assert found("执法2026") == [3, 0]
        assert found("联合执法", subtree="bh") == [5, 3]
        assert found("联合执法", subtree="county", most=2) == [5, 3]
        last = search(cursor, "联合执法", most=2)[-1]["id"]
        assert found("联合执法", before=last) == [2, 0]
        assert found("联合执法", definition="dispute") == []
        assert found("青龙镇〔2026〕巡查3号") == [2]
        assert found("!!!") == []
        assert found('清" OR 河') == []


def test_restricted_records_are_found_by_their_roles_only(home: Home) -> None:
    ledger = home.ledger()
    ledger.record(patrol(restricted="leader,inspector"))
    with connection.cursor() as cursor:
        assert len(search(cursor, "例行")) == 1
        assert len(search(cursor, "例行", roles=("inspector",))) == 1
        assert search(cursor, "例行", roles=("clerk",)) == []


# -- property: whatever happens, the stored rows are those that the events give -----------------------------------------


DAYS = st.sampled_from(["2026-03-02", "2026-03-05", "2026-03", "2026-04-09", "2026-02-10", "2026-05-20"])
MOVES = st.one_of(
    st.tuples(st.just("talk"), DAYS, st.sampled_from(["甲说", "乙说"]), st.booleans()),
    st.tuples(st.just("end"), DAYS, st.sampled_from(["达成协议", "调解不成"]), st.booleans()),
    st.tuples(st.just("archive"), DAYS, st.just(""), st.booleans()),
    st.tuples(st.just("accept"), DAYS, st.just("另题"), st.just(True)),
    st.tuples(st.just("correct"), DAYS, st.just("更正"), st.integers(1, 6)),
    st.tuples(st.just("void"), DAYS, st.just(""), st.integers(1, 6)),
    st.tuples(st.just("answer"), DAYS, st.just("说明"), st.integers(0, 3)),
)


def make_move(ledger: Any, record: str, move: tuple[Any, ...]) -> None:
    kind, day, text, extra = move
    who: dict[str, Any] = {"actor": "王五", "roles": ("clerk",)}
    data = {"talk": {"talk": text}, "end": {"result": text, "reason": "分歧"}, "accept": {"title": text, "applicant": "丙"}}
    if kind == "correct":
        ledger.correct(record, extra, {}, on=day, reason=text, **who)
    elif kind == "void":
        ledger.void(record, [extra], reason="误登", **who)
    elif kind == "answer":
        finding = ledger.show(record).assessment.findings[extra]
        ledger.answer(record, finding["key"], finding["seq"], text, **who)
    else:
        ledger.record(step(record, kind, day, data.get(kind), late=extra, reason="补录" if extra else ""))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], scope="module")
def shared_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    address = None
    if request.param == "postgresql":
        import psycopg

        server = request.getfixturevalue("postgres_server")
        with psycopg.connect(server.format(name="postgres"), autocommit=True) as conn:
            conn.execute("CREATE DATABASE yifa_property")
        address = server.format(name="yifa_property")
    made = make_home(tmp_path_factory.mktemp("property") / "home", address)
    yield made
    made.connection.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=st.lists(MOVES, max_size=7), opening=DAYS)
def test_whatever_happens_a_rebuild_finds_no_difference(shared_home: Home, moves: list[Any], opening: str) -> None:
    ledger = shared_home.ledger()
    opened = ledger.record(accept(on=opening))
    for move in moves:
        before = rows("SELECT count(*) FROM yifa_event")
        try:
            make_move(ledger, opened.record, move)
        except (LedgerError, IndexError):
            assert rows("SELECT count(*) FROM yifa_event") == before
    assert ledger.rebuild() == []


def test_limits_kept_for_the_fold_are_those_of_the_day_it_was_made(home: Home) -> None:
    """A changed limit moves running cases when recomputed, and not before."""
    opened = home.ledger().record(accept())
    limits = copy.deepcopy(LIMITS)
    limits[0]["versions"][0]["quantity"] = 5
    newer = home.ledger(codex=make_codex(limits=limits))
    assert newer.rebuild() == []
    assert [(m.record, m.new_due) for m in newer.recompute()] == [(opened.record, "2026-03-09")]
    assert newer.rebuild() == []
