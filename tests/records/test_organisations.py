"""Organisations: a dated tree by explicit parent, found by code or name, merged with a successor."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.records.conftest import Home
from tests.records.kit import patrol
from yifa.records.acts import BadInput
from yifa.records.chain import genesis
from yifa.records.organisations import add_organisation, close_organisation, organisation, short_name, subtree


def test_path_follows_the_parents_and_a_chain_begins(home: Home) -> None:
    made = add_organisation("sfs", "青龙镇司法所", "office", "ql", led_by="county")
    assert (made.path, made.short, made.led_by) == ("/county/ql/sfs/", "青龙镇司法所", "county")
    assert organisation("sfs") == made
    with connection.cursor() as cursor:
        cursor.execute("SELECT cseq, hash FROM yifa_chain_head WHERE org = 'sfs'")
        assert cursor.fetchall() == [(0, genesis("sfs"))]


def test_subtree_is_all_below_and_itself(home: Home) -> None:
    add_organisation("ql_1", "青龙村", "village", "ql")
    add_organisation("qlx", "青龙湖景区", "office", "county")
    assert [o.code for o in subtree("ql")] == ["ql", "ql_1"]
    assert [o.code for o in subtree("county")] == ["county", "bh", "ql", "ql_1", "qlx"]
    assert len(subtree()) == 5


def test_found_by_code_name_or_short_name(home: Home) -> None:
    assert {organisation(x).code for x in ("ql", "青龙镇人民政府", "青龙镇")} == {"ql"}


@pytest.mark.parametrize("given", ["青龙乡", "青龙", "qll"])
def test_an_unknown_name_is_answered_with_near_ones(home: Home, given: str) -> None:
    with pytest.raises(BadInput, match=r"是不是：.*青龙镇人民政府（ql）"):
        organisation(given)


def test_a_name_of_two_organisations_asks_for_the_code(home: Home) -> None:
    add_organisation("bh2", "白鹤镇人民政府", "town", "county")
    with pytest.raises(BadInput, match=r"有几个机构叫.*bh2"):
        organisation("白鹤镇")


@pytest.mark.parametrize(
    ("code", "name", "parent", "says"),
    [
        ("ql", "又一个", None, "已经有了"),
        ("QL", "又一个", None, "已经有了"),
        ("a-b", "横线", None, "只能用字母"),
        ("", "空", None, "只能用字母"),
        ("x", " ", None, "名称必填"),
        ("x", "孤儿", "nowhere", "没有“nowhere”"),
    ],
)
def test_what_cannot_be_added(home: Home, code: str, name: str, parent: str | None, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        add_organisation(code, name, "town", parent)
    assert len(subtree()) == 3


@pytest.mark.parametrize(
    ("name", "short"),
    [("青龙镇人民政府", "青龙镇"), ("城东街道办事处", "城东街道"), ("清溪县司法局", "清溪县司法局"), ("人民政府", "人民政府")],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_merged_town_keeps_its_past_and_takes_nothing_new(home: Home) -> None:
    ledger = home.ledger()
    close_organisation("bh", "2026-03-31", successor="ql")
    assert ledger.record(patrol(org="bh", on="2026-03-31")).ok
    with pytest.raises(BadInput, match="已于 2026-03-31 撤并，现由 ql 承接"):
        ledger.record(patrol(org="bh", on="2026-04-01"))


def test_nothing_is_recorded_before_an_organisation_was_there(home: Home) -> None:
    add_organisation("new", "新设镇人民政府", "town", "county", valid_from="2026-02-01")
    with pytest.raises(BadInput, match="自 2026-02-01 起才有"):
        home.ledger().record(patrol(org="new", on="2026-01-31"))
    assert home.ledger().record(patrol(org="new", on="2026-02")).ok
