"""Freezes a report's figures (定稿) and finds out later which of them no longer hold.

The frozen file stands next to the report: for every printed figure its definition's version, its value, the number of
records behind it and their digest (each record with the hash of its last event). The ledger may grow afterwards, e.g. by
late entries; the frozen file says what it was.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from yifa.indicators.evaluate import Figure, evaluate
from yifa.indicators.measure import CodexLike
from yifa.indicators.numbers import number_text
from yifa.indicators.provenance import digests
from yifa.reports.build import ReportError
from yifa.reports.document import ReportDoc

FORMAT = "yifa-report/1"


@dataclass(frozen=True, slots=True)
class Stale:
    """A figure that no longer holds. ``kind``: value, records (same value, other or corrected records), definition, gone."""

    key: str
    name: str
    kind: str
    frozen: str
    now: str
    message: str


def _plain(value: int | Decimal | None) -> str | None:
    return None if value is None else number_text(value)


def freeze(
    connection: Any, codex: CodexLike, doc: ReportDoc, orgs: Sequence[str], frozen_at: str = ""
) -> dict[str, Any]:
    """The frozen figures of a report as JSON-able data. ``frozen_at``: a time stamp given by the caller."""
    period = (doc.period_from, doc.cutoff)
    found = digests(connection, codex, list(doc.figures), orgs, period)
    return {
        "format": FORMAT,
        "outline": doc.outline,
        "title": doc.title,
        "town": doc.town,
        "year": doc.year,
        "organizations": list(orgs),
        "period": {"from": doc.period_from.isoformat(), "to": doc.cutoff.isoformat()},
        "codex": codex.hash,
        "frozen_at": frozen_at,
        "figures": [_figure(f, *found[k]) for k, f in doc.figures.items()],
    }


def _figure(f: Figure, records: int, digest: str) -> dict[str, Any]:
    return {
        "key": f.key,
        "name": f.name,
        "unit": f.unit,
        "value": _plain(f.value),
        "numerator": _plain(f.numerator),
        "denominator": _plain(f.denominator),
        "summary": _plain(f.summary),
        "definition_version": f.definition_version,
        "records": records,
        "digest": digest,
    }


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Writes files whole, all or none: beside their places first, then renamed. Raises OSError as the system gives it."""
    mark = uuid.uuid4().hex[:8]
    beside = {path: path.with_name(f".{path.name}.{mark}") for path in contents}
    try:
        for path, content in contents.items():
            beside[path].write_bytes(content)
        for path, temporary in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)


def frozen_bytes(frozen: dict[str, Any]) -> bytes:
    """The frozen file, UTF-8 JSON."""
    return (json.dumps(frozen, ensure_ascii=False, indent=1) + "\n").encode()


def read_frozen(path: Path) -> dict[str, Any]:
    """Reads a frozen file. Raises ReportError for a file that is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as e:
        raise ReportError(f"{path}: 没有这个文件。定稿数据是与报告同名的 .json 文件") from e
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as e:
        raise ReportError(f"{path}: 读不出定稿数据，文件可能损坏；请用原文件或重新出报告") from e
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ReportError(f"{path}: 不是报告的定稿数据（应含 format: {FORMAT}）")
    needed = {"key", "value", "records", "digest", "definition_version", "name", "unit"}
    if not all(isinstance(f, dict) and needed <= f.keys() for f in data.get("figures", [])) or "period" not in data:
        raise ReportError(f"{path}: 定稿数据不完整，可能被改动过；请用原文件或重新出报告")
    return data


def check(frozen: dict[str, Any], connection: Any, codex: CodexLike) -> list[Stale]:
    """The figures of a frozen report that no longer hold against the ledger of today; empty when all do."""
    period = (date.fromisoformat(frozen["period"]["from"]), date.fromisoformat(frozen["period"]["to"]))
    orgs = frozen["organizations"]
    known = [f["key"] for f in frozen["figures"] if f["key"] in codex.indicators]
    now = evaluate(connection, codex, orgs, *period, keys=known) if known else {}
    proofs = digests(connection, codex, known, orgs, period) if known else {}
    found = []
    for f in frozen["figures"]:
        stale = _compare(f, now.get(f["key"]), proofs.get(f["key"]))
        if stale is not None:
            found.append(stale)
    return found


def _compare(f: dict[str, Any], now: Figure | None, proof: tuple[int, str] | None) -> Stale | None:
    key, name, unit = f["key"], f["name"], f["unit"]
    then = f"{f['value'] if f['value'] is not None else '—'}{unit}"
    if now is None or proof is None:
        return Stale(key, name, "gone", then, "", f"“{name}”定稿时为{then}，现在法典里已没有这个指标")
    if _plain(now.value) != f["value"]:
        why = "（指标口径也已改变）" if now.definition_version != f["definition_version"] else ""
        return Stale(key, name, "value", then, now.text, f"“{name}”定稿时为{then}，现在为{now.text}{why}")
    if now.definition_version != f["definition_version"]:
        return Stale(key, name, "definition", then, now.text, f"“{name}”数值未变（{then}），但指标口径已改变")
    if proof != (f["records"], f["digest"]):
        more = f"，记录由{f['records']}条变为{proof[0]}条" if proof[0] != f["records"] else "，其中有记录后来更正或续办"
        return Stale(key, name, "records", then, now.text, f"“{name}”数值未变（{then}）{more}")
    return None
