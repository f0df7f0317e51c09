"""One record as people read it: names for keys, words for states, sealed values masked."""

from __future__ import annotations

from typing import Any

from yifa.exchange.export import display
from yifa.procedure.definition import Definition, FieldDef
from yifa.records.ledger import Ledger
from yifa.records.organisations import subtree
from yifa.records.reading import Shown

STATUS = {"open": "办理中", "suspended": "已中止", "closed": "已办结", "terminated": "已终止", "void": "作废", "destroyed": "已销毁"}
STATE = {"running": "进行中", "paused": "中止计算", "met": "按期办理", "late": "逾期办理", "overdue": "逾期", "lapsed": "期满",
         "stopped": "已停止", "unknown": "无法计算"}  # fmt: skip
STEP = {"done": "已办", "available": "可办", "blocked": "不能办", "not_required": "不需要"}
SEVERITY = {"error": "错误", "warning": "提醒", "info": "提示"}
KIND = {"step": "", "correct": "更正", "void": "作废", "answer": "说明", "destroy": "销毁", "migrate": "换版", "hold": "暂缓销毁", "release": "解除暂缓"}


def basis_text(basis: dict[str, Any] | None) -> str:
    """《行政处罚法》第64条 — as a clerk cites it."""
    if not basis:
        return ""
    name = basis.get("statute") or basis.get("document") or ""
    article = f"第{basis['article']}条" if basis.get("article") else ""
    mark = "" if basis.get("verified", True) is True else "（未核对原文）"
    return f"《{name}》{article}{mark}"


def page(ledger: Ledger, shown: Shown) -> dict[str, Any]:
    """The record with every key named; the same data for the table and for JSON."""
    record = shown.record
    d = ledger.codex.definitions.get(record["definition"])
    orgs = {o.code: o.name for o in subtree(None)}
    steps = {s.key: s for s in d.all_steps} if d else {}
    return {
        "record": record["uid"], "number": record["number"], "definition": record["definition"],
        "definition_name": shown.definition_name, "organization": record["org"],
        "organization_name": orgs.get(record["org"], record["org"]), "status": shown.assessment.status,
        "status_name": STATUS.get(shown.assessment.status, shown.assessment.status), "stage": shown.assessment.stage,
        "foreign_number": record.get("foreign_number"),
        "facts": [_fact(d, steps, key, value, shown, orgs) for key, value in shown.facts.items()],
        "deadlines": [{"id": x.id, "limit": x.limit, "name": x.name, "party": x.party, "starts": x.starts, "due": x.due,
                       "state": x.state, "met_on": x.met_on, "days_late": x.days_late, "excluded": x.excluded,
                       "extension": x.extension, "provisional": x.provisional, "basis": x.basis,
                       "basis_text": basis_text(x.basis)} for x in shown.assessment.deadlines],
        "steps": [{"key": s.key, "name": s.name, "state": s.state, "count": s.count,
                   "reasons": [r.message for r in s.reasons]} for s in shown.assessment.steps],
        "findings": [{**f, "basis_text": basis_text(f.get("basis"))} for f in shown.assessment.findings],
        "history": [_event(b, steps) for b in shown.events],
        "files": shown.files,
    }  # fmt: skip


def _fact(d: Definition | None, steps: dict[str, Any], key: str, value: Any, shown: Shown, orgs: dict[str, str]) -> dict[str, Any]:
    f = d.field(key) if d else None
    step = next((s for s in steps.values() if s.milestone == key), None)
    name = f.name if f else (step.on_name or f"{step.name}日期") if step else key
    seq = shown.assessment.sources.get(key, 0)
    taken = next((b.get("step", "") for b in shown.events if b["rseq"] == seq), "")
    text = display(f or FieldDef(key="x", name=name, type="text"), value, orgs)
    return {"key": key, "name": name, "value": value, "text": "" if text is None else str(text), "rseq": seq,
            "step": steps[taken].name if taken in steps else taken}  # fmt: skip


def _event(body: dict[str, Any], steps: dict[str, Any]) -> dict[str, Any]:
    step = body.get("step", "")
    name = steps[step].name if step in steps else step
    kind = KIND.get(body["kind"], body["kind"])
    return {"rseq": body["rseq"], "cseq": body["cseq"], "kind": body["kind"], "step": step,
            "name": f"{kind}：{name}" if kind and name else kind or name, "on": body.get("on", ""),
            "recorded_at": body["recorded_at"], "actor": body.get("actor", ""), "late": bool(body.get("late")),
            "reason": body.get("reason", ""), "target": body.get("target", []), "data": body.get("data", {}),
            "hash": body["hash"]}  # fmt: skip
