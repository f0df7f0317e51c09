"""The structured condition: every form, what it means on empty and unlike values, and how a bad one is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yifa.procedure.condition import Condition, ConditionError, compile_condition, parse_condition

FACTS: dict[str, Any] = {
    "n": 5, "zero": 0, "text": "文字", "day": "2026-03-02", "month": "2026-03", "year": "2026", "yes": True, "no": False,
    "list": ["甲", "乙"], "twice": ["甲", "甲"], "empty": [], "blank": "", "unknown": {"unknown": True}, "sealed": {"sealed": "ab"},
    "same": 5, "other": 6, "none": None, "officer": "甲", "stranger": "丁", "compound": "甲乙",
}  # fmt: skip


class Fake:
    """A view with fixed answers."""

    day = "2026-03-10"

    def fact(self, key: str) -> Any:
        return FACTS.get(key)

    def step_entries(self, key: str) -> list[list[Any]]:
        return {"a": [[1, "2026-03-02", "丙"]], "b": [[2, "2026-03-03", "丙"], [5, "2026-03-09", "丙"]],
                "p": [[3, "2026-03-04", "丙", "1"], [4, "2026-03-05", "丙", "2"]], "q": [[6, "2026-03-09", "丙", "1"]],
                "same": [[8, "2026-03-02", "丙"]], "early": [[7, "2026-01-01", "丙"]]}.get(key, [])  # fmt: skip

    def step_count(self, key: str) -> int:
        return len(self.step_entries(key))

    def clocks(self, limit: str) -> list[dict[str, Any]]:
        met = {"due": "2026-03-05", "met_on": "2026-03-07", "days_late": 2, "state": "late"}
        return {
            "met": [met], "half": [met, {"due": "2026-03-20", "state": "running"}], "in_time": [{**met, "days_late": 0}],
            "over": [{"due": "2026-03-09", "state": "running"}], "today": [{"due": "2026-03-10", "state": "running"}],
            "stopped": [{"due": "2026-03-01", "state": "stopped"}], "undated": [{"due": None, "state": "unknown"}],
        }.get(limit, [])  # fmt: skip

    def threshold(self, key: str) -> tuple[int | None, bool]:
        return {"five": (5, False), "unset_met": (None, True), "unset_unmet": (None, False)}[key]

    def related(self, key: str) -> list[dict[str, Any]]:
        return {"certs": [{"officer": "甲"}, {"officer": "乙"}], "one": [{"officer": "甲"}], "same": [{"list": "甲"}, {"list": "乙"}]}.get(key, [])


HOLDS = [
    {"field": "text", "is": "文字"}, {"field": "yes", "is": True}, {"field": "text", "is_not": "别的"}, {"field": "n", "is": {"field": "same"}},
    {"field": "n", "is_not": {"field": "other"}}, {"field": "text", "in": ["文字", "别的"]}, {"field": "text", "not_in": ["别的"]},
    {"field": "n", "known": True}, {"field": "zero", "known": True}, {"field": "no", "known": True}, {"field": "blank", "known": False},
    {"field": "empty", "known": False}, {"field": "none", "known": False}, {"field": "missing", "known": False}, {"field": "unknown", "known": False},
    {"field": "sealed", "known": True}, {"field": "list", "contains": "甲"}, {"field": "list", "count": {"at_least": 2}}, {"field": "twice", "count": {"at_most": 1}},
    {"field": "missing", "count": {"at_most": 0}}, {"field": "text", "count": {"at_least": 1}},
    {"field": "n", "at_least": 5}, {"field": "n", "at_most": 5}, {"field": "n", "more_than": 4}, {"field": "n", "less_than": 6},
    {"field": "n", "at_least": {"field": "same"}}, {"field": "n", "less_than": {"field": "other"}}, {"field": "n", "at_least": {"limit": "five"}},
    {"field": "n", "at_least": {"limit": "unset_met"}}, {"field": "day", "before": "2026-03-03"}, {"field": "day", "not_before": "2026-03-02"},
    {"field": "day", "not_after": "2026-03-02"}, {"field": "day", "after": "2026-03-01"}, {"field": "month", "before": "2026-03-02"},
    {"field": "month", "not_before": "2026-03-01"}, {"field": "year", "before": "2026-01-02"}, {"field": "year", "not_before": "2026-01-01"},
    {"step": "a", "done": True}, {"step": "zz", "done": False}, {"step": "b", "count": {"at_least": 2}}, {"step": "zz", "count": {"at_most": 0}},
    {"step": "a", "followed_by": ["b"]}, {"step": "zz", "followed_by": ["a"]}, {"step": "p", "followed_by": ["b"]},
    {"step": "p", "followed_by": ["q", "b"]}, {"deadline": "met", "known": True}, {"deadline": "zz", "known": False}, {"deadline": "met", "met": True},
    {"deadline": "half", "met": False}, {"deadline": "zz", "met": False}, {"deadline": "over", "expired": True}, {"deadline": "today", "expired": False},
    {"deadline": "stopped", "expired": False}, {"deadline": "undated", "expired": False}, {"deadline": "met", "expired": False},
    {"deadline": "met", "days_late": {"more_than": 0}}, {"deadline": "in_time", "days_late": {"at_most": 0}}, {"related": "certs", "at_least": 2},
    {"related": "certs", "covers": "list", "by": "officer"}, {"related": "same", "covers": "list"}, {"related": "certs", "covers": "officer"},
    {"step": "a", "followed_by": ["same"]}, {"field": "text", "count": {"at_most": 1}},
    {"not": {"field": "n", "is": 6}}, {"all": [{"field": "n", "is": 5}, {"field": "yes", "is": True}]}, {"any": [{"field": "n", "is": 6}, {"field": "yes", "is": True}]},
]  # fmt: skip

FAILS = [
    {"field": "text", "is": "别的"}, {"field": "missing", "is": 1}, {"field": "missing", "is_not": 1}, {"field": "text", "is_not": "文字"},
    {"field": "n", "is": {"field": "other"}}, {"field": "n", "is_not": {"field": "same"}}, {"field": "missing", "is": {"field": "none"}},
    {"field": "missing", "is_not": {"field": "n"}}, {"field": "n", "is_not": {"field": "missing"}},
    {"field": "missing", "in": ["文字"]}, {"field": "missing", "not_in": ["文字"]}, {"field": "text", "not_in": ["文字"]}, {"field": "list", "in": ["甲"]},
    {"field": "unknown", "known": True}, {"field": "unknown", "is_not": 1}, {"field": "list", "contains": "丙"}, {"field": "missing", "contains": "丙"},
    {"field": "twice", "count": {"at_least": 2}}, {"field": "unknown", "count": {"at_least": 1}}, {"field": "n", "more_than": 5}, {"field": "n", "less_than": 5},
    {"field": "missing", "at_most": 5}, {"field": "missing", "at_least": 0}, {"field": "unknown", "at_least": 0}, {"field": "sealed", "at_least": 0},
    {"field": "text", "at_least": 0}, {"field": "n", "at_most": {"field": "missing"}}, {"field": "missing", "at_least": {"limit": "unset_met"}},
    {"field": "n", "at_least": {"limit": "unset_unmet"}}, {"field": "n", "more_than": {"limit": "five"}}, {"field": "day", "before": "2026-03-02"},
    {"field": "day", "after": "2026-03-02"}, {"field": "month", "after": "2026-03-01"}, {"step": "zz", "done": True}, {"step": "a", "done": False},
    {"step": "a", "count": {"at_least": 2}}, {"step": "a", "followed_by": ["zz"]}, {"step": "a", "followed_by": ["early"]}, {"step": "p", "followed_by": ["q"]},
    {"step": "a", "followed_by": ["a"]}, {"deadline": "zz", "known": True}, {"deadline": "half", "met": True}, {"deadline": "zz", "met": True},
    {"deadline": "today", "expired": True}, {"deadline": "stopped", "expired": True}, {"deadline": "met", "days_late": {"at_most": 1}},
    {"deadline": "over", "days_late": {"at_most": 9}}, {"deadline": "zz", "days_late": {"at_most": 9}}, {"related": "one", "at_least": 2},
    {"related": "one", "covers": "list", "by": "officer"}, {"related": "one", "covers": "stranger", "by": "officer"},
    {"related": "certs", "covers": "compound", "by": "officer"}, {"related": "certs", "covers": "missing", "by": "officer"},
    {"related": "certs", "covers": "unknown", "by": "officer"}, {"related": "certs", "covers": "list"},
    {"not": {"field": "n", "is": 5}}, {"all": [{"field": "n", "is": 5}, {"field": "yes", "is": False}]}, {"any": [{"field": "n", "is": 6}, {"field": "no", "is": True}]},
]  # fmt: skip


@pytest.mark.parametrize("raw", HOLDS, ids=str)
def test_holds(raw: dict[str, Any]) -> None:
    assert compile_condition(parse_condition(raw))(Fake()) is True


@pytest.mark.parametrize("raw", FAILS, ids=str)
def test_does_not_hold(raw: dict[str, Any]) -> None:
    assert compile_condition(parse_condition(raw))(Fake()) is False


@pytest.mark.parametrize("raw", HOLDS + FAILS, ids=str)
def test_written_out_and_read_again_it_is_the_same(raw: dict[str, Any]) -> None:
    c = parse_condition(raw)
    assert c.to_data() == raw
    assert parse_condition(c.to_data()) == c
    assert parse_condition(c) is c


@pytest.mark.parametrize(("raw", "said"), [
    ("n > 5", "映射"), ({}, "映射"), ({"all": []}, "列表"), ({"all": {"field": "n"}}, "列表"), ({"any": [{"field": "n", "is": 1}], "field": "n"}, "列表"),
    ({"not": {"field": "n", "is": 1}, "field": "n"}, "一个条件"), ({"field": "n"}, "一个运算"), ({"field": "n", "is": 1, "in": [1]}, "一个运算"),
    ({"field": "n", "exceeds": 1}, "一个运算"), ({"field": "n", "in": []}, "列表"), ({"field": "n", "in": 5}, "列表"), ({"field": "n", "known": "yes"}, "true"),
    ({"step": "a", "done": 1}, "true"), ({"step": "a", "count": 1}, "at_least"), ({"step": "a", "count": {"is": 1}}, "at_least"),
    ({"step": "a", "count": {"at_least": 1, "at_most": 2}}, "at_least"), ({"deadline": "x", "days_late": {"about": 1}}, "at_least"),
    ({"field": "n", "at_least": {"limit": "a", "field": "b"}}, "常量"), ({"field": "n", "at_least": {"law": "a"}}, "常量"), ({"law": "a", "is": 1}, "开头"),
    ({"step": "a", "followed_by": "b"}, "列表"), ({"field": "n", "is": 1, "because": "x"}, "一个运算"), ({"deadline": "x", "met": "yes"}, "true"),
    ({"deadline": "x", "expired": 1}, "true"), ({"field": "day", "before": {"period": "middle"}}, "常量"), ({"field": "day", "before": {"start": "period"}}, "常量"),
], ids=str)  # fmt: skip
def test_a_bad_condition_is_refused_in_words(raw: Any, said: str) -> None:
    with pytest.raises(ConditionError, match=said):
        parse_condition(raw)


@pytest.mark.parametrize(("op", "edge"), [("before", "start"), ("not_before", "start"), ("after", "end"), ("not_after", "end")])
def test_the_period_is_known_to_indicators_only(op: str, edge: str) -> None:
    """What was accepted before the year and closed in it: the year is the report's, a single record knows of none."""
    raw = {"field": "day", op: {"period": edge}}
    c = parse_condition(raw)
    assert (c.value, c.to_data(), c.fields()) == (("period", edge), raw, {"day"})
    with pytest.raises(ConditionError, match="只用于指标"):
        compile_condition(c)


def test_a_date_of_yaml_is_text() -> None:
    assert parse_condition({"field": "day", "before": date(2026, 3, 2)}).value == "2026-03-02"


def test_fields_read_are_known() -> None:
    c = parse_condition({"all": [{"field": "a", "at_least": {"field": "b"}}, {"related": "r", "covers": "c", "by": "their"},
                                 {"related": "r", "at_least": 1}, {"step": "s", "done": True}, {"not": {"field": "d", "at_least": {"limit": "l"}}}]})  # fmt: skip
    assert c.fields() == {"a", "b", "c", "d"}
    assert {x.op for x in c.walk()} == {"all", "at_least", "covers", "done", "not"}
    assert isinstance(c, Condition)
