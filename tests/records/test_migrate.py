"""换版: a record moves to another version of its definition, and back; logged, refused where it cannot be."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.records.conftest import Home
from tests.records.kit import CARD, DISPUTE, LIMITS, PATROL, accept, make_codex, patrol, step
from tests.records.test_ledger import bodies, rows
from tests.records.verify_kit import behind_its_back
from yifa.codex.bundle import definition_text
from yifa.records.acts import BadInput, Conflict, Refused
from yifa.records.canonical import sm3
from yifa.records.destroy import Order
from yifa.records.roots import export_root
from yifa.records.verify import verify

ADMIN: dict[str, Any] = {"actor": "管理员", "roles": ("system_admin",), "reason": "新版定义启用"}
WHO: dict[str, Any] = {"actor": "王五", "roles": ("clerk",)}


def new_codex() -> Any:
    """Disputes with a street, without a list of parties, talks once only, no clock, and a step more."""
    d = copy.deepcopy(DISPUTE)
    d["fields"] = [f for f in d["fields"] if f["key"] != "parties"]
    d["fields"].append({"key": "street", "name": "街道", "type": "text"})
    d["identity"] = ["accepted_on", "title"]
    d["steps"][0].update(fields=["title", "applicant", "id_number", "amount", "street"], starts=[])
    d["steps"][2]["at_most"] = 1
    d["steps"][3]["meets"] = []
    d["steps"].append({"key": "visit", "name": "回访", "at_most": None})
    return make_codex([PATROL, CARD, d], LIMITS)


def hash_of(codex: Any) -> str:
    return sm3(definition_text(codex.definitions["dispute"]))


def projected(uid: str) -> dict[str, Any]:
    """Everything outside the events that follows from the record's definition."""
    tables = ("p_dispute", "p_dispute__parties", "p_dispute__talk", "yifa_deadline", "yifa_search")
    found: dict[str, Any] = {t: sorted(map(repr, rows(f"SELECT * FROM {t} WHERE record = %s", uid))) for t in tables}
    return found | {"identity": rows("SELECT identity FROM yifa_record WHERE uid = %s", uid)}


@pytest.fixture
def moved(home: Home) -> tuple[Home, Any, Any, str]:
    """A dispute with a talk, opened under the old version; ledgers under the old and the new one."""
    old = home.ledger()
    out = old.record(accept())
    old.record(step(out.record, "talk", "2026-03-05", {"talk": "话"}))
    return home, old, home.ledger(codex=new_codex()), str(out.record)


def sound(home: Home, *ledgers: Any) -> bool:
    return all(ledger.rebuild() == [] for ledger in ledgers) and verify(home.connection, home.path).ok


def test_the_record_is_judged_and_projected_by_the_new_version(moved: tuple[Home, Any, Any, str]) -> None:
    home, _, ledger, uid = moved
    with pytest.raises(BadInput, match="没有“visit”这个环节"):
        ledger.record(step(uid, "visit", "2026-03-20"))
    out = ledger.migrate(uid, **ADMIN)
    assert (out.ok, out.rseq) == (True, 3)
    event = bodies(uid)[-1]
    assert (event["kind"], event["def_hash"], event["reason"]) == ("migrate", hash_of(new_codex()), "新版定义启用")
    assert event["data"] == {"from": bodies(uid)[0]["def_hash"], "to": hash_of(new_codex())}
    assert ledger.show(uid).record["def_hash"] == hash_of(new_codex())
    left = projected(uid)
    assert (len(left["p_dispute"]), left["p_dispute__parties"], left["yifa_deadline"]) == (1, [], [])
    assert left["p_dispute__talk"] == []
    ledger.record(step(uid, "visit", "2026-03-20"))
    with pytest.raises(Refused, match="“谈话”只能办理一次"):
        ledger.record(step(uid, "talk", "2026-03-21", {"talk": "再谈"}))
    ledger.correct(uid, 1, {"street": "人民路"}, reason="补", **WHO)
    assert rows("SELECT f_street FROM p_dispute") == [("人民路",)]
    assert sound(home, ledger)
    assert ledger.rebuild(check_only=False) == []
    assert sound(home, ledger)


def test_it_goes_back_to_what_it_was(moved: tuple[Home, Any, Any, str]) -> None:
    home, _, ledger, uid = moved
    before = projected(uid)
    old = bodies(uid)[0]["def_hash"]
    ledger.migrate(uid, **ADMIN)
    assert projected(uid) != before
    ledger.migrate(uid, to=old, **ADMIN)
    assert projected(uid) == before
    assert [b["kind"] for b in bodies(uid)] == ["step", "step", "migrate", "migrate"]
    assert sound(home, ledger)


def test_a_ledger_that_never_saw_the_new_version_still_reads_it(moved: tuple[Home, Any, Any, str]) -> None:
    home, _, ledger, uid = moved
    ledger.migrate(uid, **ADMIN)
    ledger.record(step(uid, "visit", "2026-03-20"))
    fresh = home.ledger()
    assert fresh.record(step(uid, "visit", "2026-03-22")).ok
    assert sound(home, fresh)


def test_a_step_that_the_other_version_lacks_forbids_it_unless_voided(moved: tuple[Home, Any, Any, str]) -> None:
    home, _, ledger, uid = moved
    old = bodies(uid)[0]["def_hash"]
    ledger.migrate(uid, **ADMIN)
    ledger.record(step(uid, "visit", "2026-03-20"))
    with pytest.raises(Refused, match="已办理“回访”，要换到的版本没有这一环节"):
        ledger.migrate(uid, to=old, **ADMIN)
    ledger.void(uid, [4], reason="误登", **WHO)
    assert ledger.migrate(uid, to=old, **ADMIN).ok
    assert sound(home, ledger)


@pytest.mark.parametrize(
    ("over", "error", "says"),
    [
        ({"roles": ("clerk",)}, Refused, "换版只能由系统管理员办理；管理员的岗位是经办人"),
        ({"reason": " "}, BadInput, "换版要写明理由"),
        ({"to": "0" * 64}, BadInput, "没有版本 000.*现存的版本：[0-9a-f]{12}"),
        ({"expect": 1}, Conflict, "谈话"),
    ],
)
def test_what_cannot_be_moved(moved: tuple[Home, Any, Any, str], over: dict[str, Any], error: type[Exception], says: str) -> None:
    _, _, ledger, uid = moved
    with pytest.raises(error, match=says):
        ledger.migrate(uid, **{**ADMIN, **over})
    assert len(bodies(uid)) == 2


def test_neither_to_its_own_version_nor_to_another_definition_s(moved: tuple[Home, Any, Any, str]) -> None:
    _, old, ledger, uid = moved
    with pytest.raises(BadInput, match="已经是这一版"):
        old.migrate(uid, **ADMIN)
    with pytest.raises(BadInput, match="“dispute”没有版本"):
        ledger.migrate(uid, to=sm3(definition_text(old.codex.definitions["patrol"])), **ADMIN)


def test_a_destroyed_record_is_not_moved_and_a_void_one_stays_void(moved: tuple[Home, Any, Any, str]) -> None:
    home, old, ledger, uid = moved
    void = old.record(accept())
    old.void(void.record, reason="误登", **WHO)
    ledger.migrate(void.record, **ADMIN)
    assert rows("SELECT count(*) FROM p_dispute WHERE record = %s", void.record) == [(0,)]
    ledger.destroy(Order([uid], "erasure", "删除请求1号", "甲", "乙", "丙", ("security_admin",)))
    with pytest.raises(Refused, match="已经销毁"):
        ledger.migrate(uid, **ADMIN)
    assert sound(home, ledger)


def test_a_register_entry_moves_too(home: Home) -> None:
    uid = home.ledger().record(patrol()).record
    changed = copy.deepcopy(PATROL)
    changed["fields"] = [f for f in changed["fields"] if f["key"] not in ("statutes", "people")]
    ledger = home.ledger(codex=make_codex([changed, CARD, DISPUTE]))
    ledger.migrate(uid, **ADMIN)
    assert rows("SELECT count(*) FROM p_patrol__statutes") == [(0,)]
    assert rows("SELECT f_people FROM p_patrol") == [(None,)]
    assert sound(home, ledger)


def test_rebuild_and_verify_show_what_does_not_fit_the_move(moved: tuple[Home, Any, Any, str]) -> None:
    home, _, ledger, uid = moved
    (was,) = rows("SELECT pin FROM yifa_record WHERE uid = %s", uid)
    ledger.migrate(uid, **ADMIN)
    export_root(home.connection, home.path, "2026-06-29")
    behind_its_back(home.connection, lambda c: c.execute("UPDATE yifa_record SET pin = %s WHERE uid = %s", (was[0], uid)))
    changed = [d for d in ledger.rebuild() if d.table == "yifa_record"]
    assert [d.columns[0] for d in changed] == ["pin"]
    ledger.rebuild(check_only=False)
    assert sound(home, ledger)
