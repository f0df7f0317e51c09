"""Posts (岗位): every one that a definition names has a Chinese name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from yifa.codex import Codex, load
from yifa.codex.check import cross_check
from yifa.procedure.definition import Definition
from yifa.procedure.roles import ROLES, role_names


@pytest.fixture(scope="module")
def codex() -> Codex:
    return load()


def test_names_are_chinese_and_different() -> None:
    assert len(set(ROLES.values())) == len(ROLES)
    assert not [n for n in ROLES.values() if n.isascii()]
    assert role_names(["leader", "clerk", "gone"]) == "本机关负责人、经办人、gone"
    assert role_names([]) == "（无）"


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"entered_by": ["nobody"]}, ("step",)),
        ({"read_by": ["nobody"]}, ("read_by",)),
        ({"step": {"key": "enter", "name": "登记", "approved_by": "nobody"}}, ("step",)),
        ({"restricts": [{"when": {"field": "place", "known": True}, "to": ["nobody"]}]}, ("restricts",)),
    ],
)
def test_an_unknown_role_is_a_fault_with_its_place(codex: Codex, change: dict[str, Any], at: tuple[str, ...]) -> None:
    made = Definition.model_validate({
        "key": "walk", "name": "走访", "kind": "register", "version": {"from": "2020-01-01"}, **change,
        "fields": [{"key": "held_on", "name": "日期", "type": "date", "milestone": True},
                   {"key": "place", "name": "地点", "type": "text"}]})  # fmt: skip
    faults = cross_check(replace(codex, definitions={**codex.definitions, "walk": made}, _plans={}))
    assert ("walk", at, "没有岗位“nobody”") in [(f.key, f.at, f.reason) for f in faults]
    assert {f.key for f in faults} == {"walk"}


def test_a_restriction_may_only_read_what_the_record_has(codex: Codex) -> None:
    made = codex.definitions["petition"].model_copy(update={"restricts": Definition.model_validate({
        "key": "x", "name": "x", "kind": "register", "version": {"from": "2020-01-01"},
        "fields": [{"key": "on", "name": "日期", "type": "date", "milestone": True}],
        "restricts": [{"when": {"field": "colour", "is": "红"}, "to": ["leader"]}]}).restricts})  # fmt: skip
    faults = cross_check(replace(codex, definitions={**codex.definitions, "petition": made}, _plans={}))
    assert [f.reason for f in faults if f.key == "petition"] == ["没有（条件里的）字段“colour”"]
