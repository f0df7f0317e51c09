"""The report as one self-contained HTML page: every figure is a link to the records behind it. No script.

A figure's panel is shown by the :target selector, so a click opens it beside the text and 返回正文 closes it. Printed, the
page is the report with its annex.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import Any

from yifa.indicators.describe import describe
from yifa.indicators.details import Details
from yifa.indicators.evaluate import Figure
from yifa.indicators.measure import CodexLike
from yifa.indicators.numbers import number_text
from yifa.indicators.tables import Column
from yifa.proofread.annex import HEADS, NAME
from yifa.reports.compose import counts_text, figure_text
from yifa.reports.document import Paragraph, ReportDoc, chinese_day, title_lines
from yifa.reports.render.style import CSS

MAX_ROWS = 2000
_NUMBERS = ("序号", "数值", "记录数")
_QUARTERS = {3: "季度", 1: "月", 6: "半年"}


def anchor(key: str) -> str:
    """The id of a figure's panel."""
    return "d-" + key.replace(".", "-").replace("_", "-")


class _Page:
    """One page in the making; remembers where each figure first stands."""

    def __init__(self, doc: ReportDoc, codex: CodexLike, frozen: dict[str, Any], details: Mapping[str, Details]):
        self.doc, self.codex, self.details = doc, codex, details
        self.frozen = {f["key"]: f for f in frozen["figures"]}
        self.frozen_at = frozen.get("frozen_at", "")
        self.first: dict[str, str] = {}
        self.count = 0

    def paragraph(self, p: Paragraph) -> str:
        inner = "".join(self._figure(r.figure, r.text) if r.figure else escape(r.text) for r in p.runs)
        css = f' class="{p.kind}"' if p.kind in ("todo", "prompt") else ""
        return f"<p{css}>{inner}</p>"

    def _figure(self, key: str, text: str) -> str:
        self.count += 1
        here = f"f{self.count}"
        self.first.setdefault(key, here)
        n = self.frozen[key]["records"]
        title = f"{self.doc.figures[key].name}：点开看 {n} 条记录"
        return f'<a class="fig" id="{here}" href="#{anchor(key)}" title="{escape(title)}">{escape(text)}</a>'

    def article(self) -> str:
        doc = self.doc
        out = [f"<h1>{'<br>'.join(escape(x) for x in title_lines(doc.title))}</h1>",
               f'<p class="period" style="text-indent:0">统计截止日：{chinese_day(doc.cutoff)}</p>']  # fmt: skip
        if doc.meta.addressee:
            out.append(f'<p class="addressee">{escape(doc.meta.addressee)}：</p>')
        out += [self.paragraph(p) for p in doc.preface]
        for i, part in enumerate(doc.parts, 1):
            out.append(f'<h2 id="p{i}">{escape(part.heading)}</h2>')
            out += [self.paragraph(p) for p in part.paragraphs]
            for j, s in enumerate(part.sections, 1):
                out.append(f'<h3 id="p{i}-{j}">{escape(s.heading)}</h3>')
                out += [self.paragraph(p) for p in s.paragraphs]
        out.append(f'<p class="end">{escape(doc.meta.signature or doc.town)}</p>')
        if doc.meta.dated:
            out.append(f'<p class="end">{chinese_day(doc.meta.dated)}</p>')
        return "\n".join(out)

    def contents(self) -> str:
        items = []
        for i, part in enumerate(self.doc.parts, 1):
            inner = "".join(f'<li><a href="#p{i}-{j}">{escape(s.heading)}</a></li>'
                            for j, s in enumerate(part.sections, 1))  # fmt: skip
            items.append(f'<li><a href="#p{i}">{escape(part.heading)}</a>{f"<ol>{inner}</ol>" if inner else ""}</li>')
        return f"<h2>目录</h2><ol>{''.join(items)}</ol>"

    def annex(self) -> str:
        rows = []
        for n, key in enumerate(self.doc.figures, 1):
            f, frozen = self.doc.figures[key], self.frozen[key]
            rows.append(
                f'<tr><td class="n">{n}</td><td class="k"><a href="#{anchor(key)}">{escape(f.name)}</a></td>'
                f'<td class="n">{escape(figure_text(f))}{_counts(f)}</td><td>{escape(describe(self.codex, self.codex.indicators[key]))}</td>'
                f'<td class="n">{frozen["records"]}</td><td><code>{frozen["digest"]}</code></td></tr>'
            )
        heads = "".join(f'<th class="n">{h}</th>' if h in _NUMBERS else f"<th>{h}</th>" for h in HEADS)
        return (f'<section class="annex" id="annex"><h2>附件：{NAME}</h2><p>统计期：{chinese_day(self.doc.period_from)}至'
                f"{chinese_day(self.doc.cutoff)}。记录摘要由全部记录及其最近一次办理的校验值算出；台账此后如有补录、更正，"
                "用 yifa report --check 可查出哪些数字已不成立。</p>"
                f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></section>")  # fmt: skip

    def panel(self, key: str) -> str:
        f = self.doc.figures[key]
        d = self.details.get(key)
        back = f'<a class="close" href="#{self.first[key]}">× 返回正文</a>'
        says = escape(describe(self.codex, self.codex.indicators[key]))
        says += f"，{counts}" if (counts := counts_text(f)) else ""
        body = self._details(d) if d is not None else "<p>本页没有附上这个数字的记录，请在系统中查看。</p>"
        return (f'<section class="panel" id="{anchor(key)}">{back}<h2>{escape(f.name)} <b>{escape(figure_text(f))}</b></h2>'
                f"<p>{says}</p>{body}</section>")  # fmt: skip

    def _details(self, d: Details) -> str:
        if d.parts:
            return "".join(self._part(p) for p in d.parts)
        out = [f"<dl>{self._facts(d)}</dl>"]
        if d.sub_periods:
            out.append(self._sub_periods(d))
        if d.rows:
            out.append(self._table(d))
        if d.visible_rows > MAX_ROWS:
            out.append(
                f'<p class="hidden">本页只列前 {MAX_ROWS} 条，另有 {d.visible_rows - MAX_ROWS} 条请在系统中查看。</p>'
            )
        if d.hidden_rows:
            out.append(f'<p class="hidden">另有 {d.hidden_rows} 条限定岗位查看，计入数字，不在此列出。</p>')
        for e in d.entries:
            out.append(f'<p class="hidden">汇总录入 {escape(e.number)}：{chinese_day(e.first)}至{chinese_day(e.last)}，'
                       f"{number_text(e.value)}{escape(d.unit)}，仅有汇总、无明细。</p>")  # fmt: skip
        return "".join(out)

    def _part(self, d: Details) -> str:
        """A part of a rate or total: a link where the text prints it too, else its records here."""
        if d.key in self.first:
            return (f'<h3><a href="#{anchor(d.key)}">{escape(d.name)} {self._value(d)}</a></h3>'
                    f"<p>由 {d.total_rows} 条记录得出，点开查看。</p>")  # fmt: skip
        return f"<h3>{escape(d.name)} {self._value(d)}</h3>{self._details(d)}"

    def _facts(self, d: Details) -> str:
        """What adds up to the figure: the rows that the reader may open, those kept for certain posts, stated totals."""
        facts = [("可查看", f"{d.visible_rows} 条")]
        if d.hidden_rows:
            facts.append(("限定岗位查看", f"{d.hidden_rows} 条"))
        if d.summary:
            facts.append(("汇总录入", f"{number_text(d.summary)}{escape(d.unit)}"))
        return "".join(f"<div><dt>{a}</dt><dd>{b}</dd></div>" for a, b in facts)

    def _value(self, d: Details) -> str:
        return f"{number_text(d.value)}{escape(d.unit)}"

    def _sub_periods(self, d: Details) -> str:
        heads, cells = [], []
        for a, b, n in d.sub_periods:
            months = (b.year - a.year) * 12 + b.month - a.month
            heads.append(f'<th class="n">第{(a.month - 1) // months + 1}{_QUARTERS.get(months, "期")}</th>')
            cells.append(f'<td class="n">{n}</td>')
        return f"<table><tr>{''.join(heads)}</tr><tr>{''.join(cells)}</tr></table><p></p>"

    def _table(self, d: Details) -> str:
        added = not d.sub_periods and any(r.contribution != 1 for r in d.rows)
        heads = ["<th>编号</th><th>日期</th>", *(f"<th{_css(c)}>{escape(c.label)}</th>" for c in d.columns)]
        if added:
            heads.append(f'<th class="n">计入（{escape(d.unit)}）</th>')
        rows = []
        for r in d.rows[:MAX_ROWS]:
            late = '<span class="late">补录</span>' if r.late else ""
            cells = [f'<td class="k">{escape(r.number or r.record)}{late}</td><td class="d">{r.day.isoformat()}</td>']
            cells += [f"<td{_css(c)}>{escape(shown(c, r.values.get(c.name)))}</td>" for c in d.columns]
            if added:
                cells.append(f'<td class="n">{number_text(r.contribution)}</td>')
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return f'<div class="wide"><table><thead><tr>{"".join(heads)}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _counts(f: Figure) -> str:
    counts = counts_text(f)
    return f'<br><span class="soft">{counts}</span>' if counts else ""


def _css(c: Column) -> str:
    return ' class="n"' if c.kind == "number" else ' class="d"' if c.kind == "date" else ""


def shown(c: Column, value: Any) -> str:
    """A value of a projection column for people: money in 元, decimals at their scale, 是/否, nothing for an empty one."""
    if value is None:
        return ""
    if c.kind == "boolean":
        return "是" if value else "否"
    if c.kind == "number" and c.decimals:
        return f"{Decimal(int(value)).scaleb(-c.decimals):.{c.decimals}f}"
    return str(value)


def render_html(doc: ReportDoc, codex: CodexLike, frozen: dict[str, Any], details: Mapping[str, Details]) -> str:
    """The page of a report with its frozen figures and the records behind each (as far as the reader may open them)."""
    page = _Page(doc, codex, frozen, details)
    article = page.article()
    banner = ""
    if doc.draft:
        left = f"还有 {len(doc.unwritten)} 个部分待撰写。" if doc.unwritten else "文字已齐，尚未定稿。"
        banner = f'<aside class="draft">草稿。{left}</aside>'
    panels = "\n".join(page.panel(k) for k in doc.figures)
    made = f"，生成于 {escape(page.frozen_at)}" if page.frozen_at else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(doc.title)}</title><style>{CSS}</style></head>
<body>
<header class="bar"><strong>{escape(doc.title)}</strong><span>统计截止日 {doc.cutoff.isoformat()}</span>
<span>{len(doc.figures)} 个数字，点开即见记录</span>{'<nav><a href="#annex">附件：' + NAME + '</a></nav>' if doc.figures else ''}</header>
{banner}
<main class="page"><article>
{article}
</article><aside><div>{page.contents()}<h2>怎样核对</h2>正文里的每个数字都能点开，看到它数的是哪些记录。可查看的、限定岗位查看的和汇总录入的加起来，等于这个数字。</div></aside></main>
{page.annex() if doc.figures else ""}
<p class="foot">正式文本以 docx 为准，本页供核对数字{made}。法典 {escape(codex.hash[:16])}。</p>
{panels}
</body></html>
"""
