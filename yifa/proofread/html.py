"""A self-contained page: the report with every finding marked in place, and all its figures (校对结果网页).

No script, nothing loaded from elsewhere; the one style sheet stands in the page and its hash can be put into a content
security policy. Styles keep to what browsers of Chromium 86's age know.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from itertools import pairwise

from .model import Finding, Report
from .table import SEVERITIES, STATUSES, citation_rows, figure_rows, part_rows

STYLE = (
    "body{font:16px/1.75 'Noto Sans SC','Microsoft YaHei',sans-serif;margin:0 auto;max-width:72rem;padding:1rem;color:#1c2430}"
    "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "th,td{border:1px solid #c8d0da;padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:#eef2f6}"
    ".text{white-space:pre-wrap;border:1px solid #c8d0da;padding:1rem;word-break:break-word}"
    "mark{padding:0 .1em;border-bottom:2px solid;background:none}"
    "mark.error{background:#fde4e1;border-color:#b42318}mark.warning{background:#fff3d6;border-color:#b54708}"
    "mark.info{background:#e6f0fb;border-color:#175cd3}mark sup a{text-decoration:none;font-weight:bold;color:inherit}"
    ".note{border-left:4px solid #c8d0da;padding:.2rem .8rem;margin:.6rem 0}.note.error{border-color:#b42318}"
    ".note.warning{border-color:#b54708}.note.info{border-color:#175cd3}.note p{margin:.1rem 0}.small{color:#5a6675;font-size:.88rem}"
    ".figure{border-bottom:1px dotted #067647}@media print{body{max-width:none}}"
)


def style_hash() -> str:
    """The style sheet's hash as a content security policy wants it (style-src 'sha256-…')."""
    return "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def report_page(report: Report, names: dict[str, str] | None = None) -> str:
    """The whole page. ``names``: indicator key -> name, to show figures by the names of the codex."""
    title = report.title or report.organization or report.file or "报告"
    counts = "，".join(f"{word}{sum(1 for item in report.findings if item.severity == key)}处" for key, word in SEVERITIES.items())
    policy = f"default-src 'none'; style-src '{style_hash()}'"
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>校对：{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>校对：{escape(title)}</h1>"
        f'<p class="small">文件：{escape(report.file or "—")}　单位：{escape(report.organization or "—")}　'
        f"年度：{report.year or '—'}　数据{len(report.figures)}个　引用{len(report.citations)}处　{counts}</p>"
        f"<h2>问题</h2>{_notes(report)}"
        f'<h2>正文</h2><div class="text">{marked_text(report)}</div>'
        f"<h2>全部数据</h2>{_table(figure_rows(report, names), 'figure', [item.start for item in report.figures])}"
        f"<h2>法定部分</h2>{_table(part_rows(report))}"
        f"<h2>法规引用</h2>{_table(citation_rows(report))}"
        "</body></html>\n"
    )


def marked_text(report: Report) -> str:
    """The text with a mark and a number for every finding and an anchor for every figure; marks never cross."""
    opens: dict[int, list[str]] = {}
    cuts: set[int] = {0, len(report.text)}
    cuts.update(place for item in report.findings for place in (item.start, item.end))
    cuts.update(item.start for item in report.figures)
    for place, figure in enumerate(report.figures, 1):
        opens.setdefault(figure.start, []).append(f'<span class="figure" id="figure-{place}"></span>')
    for number, finding in enumerate(report.findings, 1):
        opens.setdefault(finding.start, []).append(
            f'<sup class="{finding.severity}"><a id="mark-{number}" href="#note-{number}" title="{escape(finding.message)}">{number}</a></sup>')
    points = sorted(cuts)
    out: list[str] = []
    active: list[Finding] = []
    waiting = sorted(report.findings, key=lambda item: item.start)
    cursor = 0
    for start, end in pairwise(points):
        while cursor < len(waiting) and waiting[cursor].start <= start:
            active.append(waiting[cursor])
            cursor += 1
        active = [item for item in active if item.end > start]
        out.extend(opens.get(start, ()))
        piece = escape(report.text[start:end])
        if active:
            worst = min(active, key=lambda item: list(SEVERITIES).index(item.severity))
            out.append(f'<mark class="{worst.severity}" title="{escape(worst.message)}">{piece}</mark>')
        else:
            out.append(piece)
    return "".join(out)


def _notes(report: Report) -> str:
    if not report.findings:
        return "<p>没有发现问题。</p>"
    notes = []
    for number, item in enumerate(report.findings, 1):
        notes.append(
            f'<div class="note {item.severity}" id="note-{number}"><p><a href="#mark-{number}">{number}</a>　'
            f"<strong>{SEVERITIES[item.severity]}</strong>　第{item.line}行　{escape(item.message)}</p>"
            f'<p class="small">原文：{escape(item.text[:120])}</p>'
            + (f'<p class="small">建议：{escape(item.suggestion)}</p>' if item.suggestion else "")
            + (f'<p class="small">依据：{escape(item.basis)}</p>' if item.basis else "") + "</div>")
    return "".join(notes)


def _table(rows: list[tuple[str, ...]], anchor: str = "", places: list[int] | None = None) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = []
    for number, row in enumerate(rows[1:], 1):
        cells = [escape(cell) for cell in row]
        if anchor and places is not None:
            cells[0] = f'<a href="#{anchor}-{number}">{cells[0]}</a>'
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


__all__ = ["STATUSES", "STYLE", "marked_text", "report_page", "style_hash"]
