"""A small codex and helpers for the store's tests: one register, one procedure with clocks, rows, sealed values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from yifa.codex import Codex
from yifa.indicators.model import Indicator
from yifa.law.calendar import default_calendar
from yifa.law.limits import load_limits
from yifa.law.statutes import StatuteBook
from yifa.procedure.definition import Definition
from yifa.records.acts import Act

BASIS = {"document": "测试用规定", "verified": False}

PATROL: dict[str, Any] = {
    "key": "patrol", "name": "巡查", "kind": "register", "version": {"from": "2020-01-01"},
    "identity": ["patrolled_on", "place"],
    "fields": [
        {"key": "patrolled_on", "name": "巡查日期", "type": "date", "required": True, "milestone": True},
        {"key": "place", "name": "地点", "type": "text", "required": True},
        {"key": "people", "name": "人次", "type": "count"},
        {"key": "fine", "name": "罚款", "type": "money"},
        {"key": "share", "name": "比例", "type": "decimal"},
        {"key": "form", "name": "形式", "type": "choice", "of": ["日常", "专项"]},
        {"key": "night", "name": "夜间", "type": "boolean"},
        {"key": "noted_at", "name": "记录时间", "type": "datetime"},
        {"key": "statutes", "name": "依据", "type": "statute", "many": True},
        {"key": "finds", "name": "发现问题", "type": "rows", "fields": [
            {"key": "what", "name": "问题", "type": "text", "required": True},
            {"key": "count", "name": "数量", "type": "count"},
            {"key": "phone", "name": "电话", "type": "text", "sensitive": True},
        ]},
        {"key": "photo", "name": "照片", "type": "file", "many": True},
        {"key": "remark", "name": "备注", "type": "longtext"},
    ],
}  # fmt: skip

CARD: dict[str, Any] = {
    "key": "card", "name": "执法证", "kind": "register", "version": {"from": "2020-01-01"},
    "fields": [
        {"key": "issued_on", "name": "发证日期", "type": "date", "required": True, "milestone": True},
        {"key": "expires_on", "name": "有效期至", "type": "date"},
        {"key": "holder", "name": "持证人", "type": "person", "required": True},
        {"key": "card_no", "name": "证号", "type": "text"},
    ],
}  # fmt: skip

DISPUTE: dict[str, Any] = {
    "key": "dispute", "name": "矛盾纠纷", "kind": "procedure", "version": {"from": "2020-01-01"},
    "number": "{org}调〔{year}〕{n}号", "identity": ["accepted_on", "id_number"],
    "fields": [
        {"key": "title", "name": "纠纷简述", "type": "text", "required": True},
        {"key": "applicant", "name": "申请人", "type": "text", "personal": True, "required": True},
        {"key": "id_number", "name": "身份证号", "type": "text", "sensitive": True, "format": "id_number"},
        {"key": "amount", "name": "涉及金额", "type": "money"},
        {"key": "mediators", "name": "调解员", "type": "person", "many": True},
        {"key": "parties", "name": "当事人", "type": "rows", "fields": [
            {"key": "role", "name": "身份", "type": "choice", "of": ["甲方", "乙方"]},
            {"key": "phone", "name": "电话", "type": "text", "sensitive": True},
        ]},
        {"key": "talk", "name": "谈话内容", "type": "longtext"},
        {"key": "result", "name": "结果", "type": "choice", "of": ["达成协议", "调解不成"]},
        {"key": "reason", "name": "不成原因", "type": "text",
         "required_when": {"field": "result", "is": "调解不成"}},
    ],
    "steps": [
        {"key": "accept", "name": "受理", "by": ["clerk"], "on": "accepted_on",
         "fields": ["title", "applicant", "id_number", "amount", "parties"], "starts": ["test.mediate"]},
        {"key": "assign", "name": "指派", "after": ["accept"], "at_most": 1, "fields": ["mediators"],
         "guards": [{"key": "card_needed", "require": {"related": "cards", "covers": "mediators", "by": "holder"},
                     "message": "调解员没有当天有效的证件。"}]},
        {"key": "talk", "name": "谈话", "after": ["accept"], "at_most": None, "fields": ["talk", "amount"]},
        {"key": "end", "name": "办结", "by": ["clerk"], "after": ["accept"], "fields": ["result", "reason"],
         "meets": ["test.mediate"], "to": "closed"},
        {"key": "archive", "name": "归档", "after": ["end"]},
    ],
    "lookups": [{"key": "cards", "of": "card", "match": {"holder": "mediators"}, "valid_from": "issued_on",
                 "valid_to": "expires_on"}],
}  # fmt: skip

LIMITS: list[dict[str, Any]] = [
    {"key": "test.mediate", "name": "调解期限", "kind": "duty", "strength": "warn", "law_of": "clock_start",
     "versions": [{"quantity": 20, "unit": "working_day", "from": "2011-01-01", "to": None, "basis": BASIS}]},
]  # fmt: skip

INDICATORS: list[dict[str, Any]] = [
    {"key": "patrols", "name": "巡查次数", "unit": "次", "flow": {"of": "patrol", "on": "patrolled_on"}},
    {"key": "accepted", "name": "受理纠纷", "unit": "件", "flow": {"of": "dispute", "on": "accepted_on"}},
]


def make_codex(definitions: Iterable[dict[str, Any]] = (PATROL, CARD, DISPUTE),
               limits: Iterable[dict[str, Any]] = LIMITS) -> Codex:  # fmt: skip
    """A codex of the given definitions."""
    definitions = list(definitions)
    book, thresholds = load_limits(limits)
    digest = hashlib.sha256(repr((definitions, list(limits))).encode()).hexdigest()
    made = {d["key"]: Definition.model_validate(d) for d in definitions}
    indicators = {i["key"]: Indicator.model_validate(i) for i in INDICATORS}
    return Codex(digest, StatuteBook([]), book, thresholds, default_calendar(), made, indicators, [], {}, {}, {})


TODAY = date(2026, 6, 30)


def patrol(n: int = 1, org: str = "ql", **over: Any) -> Act:
    """One patrol entry."""
    data: dict[str, Any] = {"place": f"第{n}村", "people": n, "fine": 100 * n, "share": 9250, "form": "日常", "night": True,
                            "noted_at": "2026-03-01T08:30", "statutes": ["行政处罚法", "森林法"],
                            "finds": [{"what": "占道", "count": 2, "phone": "13900000000"}], "remark": "例行巡查"}  # fmt: skip
    on = over.pop("on", "2026-03-02")
    data.update(over.pop("data", {}))
    return Act(org, "patrol", "enter", on, data, over.pop("actor", "张三"), ("clerk",), **over)


def accept(org: str = "ql", on: str = "2026-03-02", **over: Any) -> Act:
    """Opening a dispute."""
    data = {"title": "邻里排水纠纷", "applicant": "李四", "id_number": "11010519491231002X", "amount": 500000,
            "parties": [{"role": "甲方", "phone": "13800000001"}, {"role": "乙方", "phone": "13800000002"}]}  # fmt: skip
    data.update(over.pop("data", {}))
    return Act(org, "dispute", "accept", on, data, over.pop("actor", "王五"), over.pop("roles", ("clerk",)), **over)


def step(record: str, key: str, on: str, data: dict[str, Any] | None = None, org: str = "ql", **over: Any) -> Act:
    """A following step of a dispute."""
    return Act(org, "dispute", key, on, data or {}, over.pop("actor", "王五"), over.pop("roles", ("clerk",)), record=record,
               **over)  # fmt: skip
