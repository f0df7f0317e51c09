"""Common steps written once and hooked to many procedures."""

from __future__ import annotations

from typing import Any

import pytest

from yifa.codex.hooks import HookError, merge_hooks
from yifa.procedure.definition import Definition

SERVICE: list[dict[str, Any]] = [{
    "fields": [{"key": "served_by", "name": "送达方式", "type": "text"}],
    "steps": [{"key": "serve_@host", "name": "送达（@host_name）", "on": "@host_served_on", "fields": ["served_by"]}],
    "guards": [{"key": "@host_named", "require": {"field": "party", "known": True}, "message": "先写明当事人"}],
}]  # fmt: skip


def procedure(*hooks: str, include: list[str] | None = None) -> Definition:
    return Definition.model_validate({
        "key": "case", "name": "案件", "kind": "procedure", "version": {"from": "2024-01-01"}, "include": include or [],
        "fields": [{"key": "party", "name": "当事人", "type": "text"}],
        "steps": [{"key": "open", "name": "立案", "fields": ["party"]},
                  {"key": "decide", "name": "决定", "after": ["open"], "hooks": list(hooks)},
                  {"key": "close", "name": "结案", "after": ["decide"]}]})  # fmt: skip


def test_a_hook_puts_its_steps_after_its_host_and_its_guards_on_it() -> None:
    d = merge_hooks(procedure("service"), {"service": SERVICE})
    assert [s.key for s in d.steps] == ["open", "decide", "serve_decide", "close"]
    served = d.steps[2]
    assert (served.name, served.on, served.after) == ("送达（决定）", "decide_served_on", ["decide"])
    assert [g.key for g in d.steps[1].guards] == ["decide_named"]
    assert [f.key for f in d.fields] == ["party", "served_by"]


def test_an_included_part_stands_at_the_end_without_an_order() -> None:
    part: list[dict[str, Any]] = [{"steps": [{"key": "recuse", "name": "回避"}]}]
    d = merge_hooks(procedure(include=["recusal"]), {"recusal": part})
    assert [s.key for s in d.steps] == ["open", "decide", "close", "recuse"]
    assert d.steps[-1].after == []


def test_what_the_definition_writes_itself_stays() -> None:
    part: list[dict[str, Any]] = [{"steps": [{"key": "close", "name": "另一种结案"}]}]
    d = merge_hooks(procedure("x"), {"x": part})
    assert [s.name for s in d.steps] == ["立案", "决定", "结案"]


def test_hooking_does_not_change_the_shared_part() -> None:
    before = repr(SERVICE)
    merge_hooks(procedure("service"), {"service": SERVICE})
    assert repr(SERVICE) == before


def test_an_unknown_hook_is_named() -> None:
    with pytest.raises(HookError, match="servce") as caught:
        merge_hooks(procedure("servce"), {"service": SERVICE})
    assert caught.value.hook == "servce"


def test_a_part_that_does_not_fit_is_refused() -> None:
    part: list[dict[str, Any]] = [{"steps": [{"key": "x", "nmae": "甲"}]}]
    with pytest.raises(HookError, match="合并后不成立"):
        merge_hooks(procedure("x"), {"x": part})
