"""A small codex with an outline over the tiny ledger, and figures made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.indicators.tiny import TinyCodex, codex
from yifa.indicators.evaluate import Figure
from yifa.reports.outline import Outline

OUTLINE: dict[str, Any] = {
    "key": "small", "name": "小报告", "title": "{town}关于{year}年法治政府建设情况的报告", "from": 2021, "to": 2025,
    "preface": [{"text": "现将{town}{year}年的情况报告如下，统计截止日为{cutoff}。"}],
    "parts": [
        {"key": "achievements", "heading": "{year}年主要举措和成效", "sections": [
            {"key": "disputes", "heading": "化解矛盾纠纷", "sentences": [
                {"clauses": ["受理矛盾纠纷{accepted}", "办结{closed}", "办结率{rate}（办结数与受理数之比）"]},
                {"text": "纠纷涉及金额{amount}", "paragraph": True}]},
            {"key": "people", "heading": "建强队伍", "sentences": [{"text": "现有调解员{mediators}"}]}]},
        {"key": "problems", "heading": "存在的不足和原因", "free": True, "prompts": ["写明原因。"]},
        {"key": "other", "heading": "其他需要报告的情况", "free": True, "empty": "无。"}],
}  # fmt: skip
ENTRIES: list[dict[str, Any]] = [
    {"key": "accepted", "name": "受理矛盾纠纷", "flow": {"of": "case", "on": "accepted_on"}},
    {"key": "closed", "name": "矛盾纠纷办结", "flow": {"of": "case", "on": "closed_on"}},
    {"key": "rate", "name": "办结率", "unit": "%", "ratio": {"of": "closed", "to": "accepted", "decimals": 1}},
    {"key": "amount", "name": "涉及金额", "unit": "元", "scale": 100,
     "flow": {"of": "case", "on": "accepted_on", "sum": "amount"}},
    {"key": "mediators", "name": "调解员", "unit": "名", "stock": {"of": "mediator", "from": "appointed_on", "to": "left_on"}},
]  # fmt: skip


@dataclass
class ReportCodex(TinyCodex):
    """A tiny codex with outlines."""

    outlines: dict[str, Outline] = field(default_factory=lambda: {"small": Outline.model_validate(OUTLINE)})


def report_codex(entries: list[dict[str, Any]] = ENTRIES) -> ReportCodex:
    return ReportCodex(codex(*entries).indicators)


def figure(key: str, value: int | Decimal | None, unit: str = "件", **more: Any) -> Figure:
    return Figure(key, key, unit, value, **more)


def figures(**values: int | str | None) -> dict[str, Figure]:
    """Figures of the small outline; 0 unless given."""
    found = {k: figure(k, 0, u) for k, u in (("accepted", "件"), ("closed", "件"), ("amount", "元"), ("mediators", "名"))}
    found["rate"] = figure("rate", None, "%", denominator=0)
    for key, value in values.items():
        number = Decimal(value) if isinstance(value, str) else value
        more = {"numerator": 49, "denominator": 53} if key == "rate" else {}
        found[key] = figure(key, number, found[key].unit, **more)
    return found
