"""One instrument described for people and programs (``yifa statute 行政处罚法 --on 2021-07-14 --article 64``)."""
from __future__ import annotations

from datetime import date
from typing import Any

from yifa.law.statute_model import KIND_NAMES, Statute, StatuteVersion, status_on, version_on

STATUS_NAMES: dict[str, str] = {
    "in_force": "施行有效", "repealed": "已失效", "not_yet_effective": "尚未施行", "amended": "期间内有新版本施行", "unknown": "未核实",
}
CHANGE_NAMES: dict[str, str] = {"original": "制定", "amended": "修正", "revised": "修订"}
VERIFIED_NAMES: dict[str, str] = {"true": "已核对文本", "partly": "日期来自公开资料", "false": "未核实"}


def describe(
    statute: Statute, day: date, article: int | None = None, article_text: str | None = None
) -> dict[str, Any]:
    """Everything the book knows of an instrument, as JSON-ready values; ``day`` is the day asked about.

    ``successors`` are keys of the book. With ``article`` the result says whether the version of that day has it, and
    carries ``article_text`` if the installation has imported it.
    """
    entry = statute
    version = version_on(entry, day)
    status = status_on(entry, day)
    out: dict[str, Any] = {
        "key": entry.key, "title": entry.title, "kind": entry.kind, "kind_name": KIND_NAMES[entry.kind],
        "aliases": list(entry.aliases), "region": entry.region, "issuer": entry.issuer, "number": entry.number,
        "on": day.isoformat(), "status": status, "status_name": STATUS_NAMES[status],
        "version": _version(version) if version else None, "versions": [_version(v) for v in entry.versions],
        "enacted": [d.isoformat() for d in entry.enacted], "history_complete": entry.history_complete,
        "ended": None, "plan_period": None,
        "successors": list(entry.successors),
        "read_with": [r.model_dump() for r in entry.read_with], "note": entry.note,
    }
    if entry.ended:
        out["ended"] = {
            "from": entry.ended.from_.isoformat(), "by": entry.ended.by.model_dump() if entry.ended.by else None,
            "formal": entry.ended.formal, "note": entry.ended.note, "verified": entry.ended.verified,
        }
    if entry.plan_period:
        out["plan_period"] = {"from": entry.plan_period.from_.isoformat(), "to": entry.plan_period.to.isoformat()}
    if article is not None:
        out["article"] = _article(article, version, article_text)
    return out


def _version(version: StatuteVersion) -> dict[str, Any]:
    return {
        "from": version.from_.isoformat(), "to": version.to.isoformat() if version.to else None,
        "adopted": version.adopted.isoformat() if version.adopted else None,
        "promulgated": version.promulgated.isoformat() if version.promulgated else None,
        "change": version.change, "change_name": CHANGE_NAMES.get(version.change or "", ""), "number": version.number,
        "articles": version.articles, "verified": version.verified,
        "verified_name": VERIFIED_NAMES[str(version.verified).lower()], "note": version.note,
    }


def _article(number: int, version: StatuteVersion | None, text: str | None) -> dict[str, Any]:
    """The article asked for: its text if there is one, else why not."""
    message = ""
    if version is None:
        message = "该日没有登记在册的有效版本"
    elif version.articles is not None and number > version.articles:
        message = f"该版本共{version.articles}条，没有第{number}条"
    elif text is None:
        message = "尚未导入该版本的全文，可用 yifa law import 导入"
    return {"number": number, "text": None if message else text, "message": message}
