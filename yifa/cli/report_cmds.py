"""`yifa figures` and `yifa report`: every figure from records, and the annual report made of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yifa.cli.law_cmds import parse_date
from yifa.cli.output import USAGE, WRONG, Format, FormatOption, emit_json, fail, say, show_table
from yifa.cli.place import HomeOption, open_ledger, today

if TYPE_CHECKING:
    from yifa.codex.bundle import Codex
    from yifa.indicators.details import Details
    from yifa.records.ledger import Ledger

OrgOption = Annotated[str, typer.Option("--org", help="单位：代码或名称。")]


def _period(year: int | None, first: str, last: str) -> tuple[date, date]:
    """The period meant: a year, or from and to. The cut-off of a running year is today."""
    if first or last:
        if not (first and last):
            fail("--from 和 --to 要一起写。", USAGE)
        begin, end = parse_date(first), parse_date(last)
        if begin > end:
            fail(f"--from（{begin}）晚于 --to（{end}），请对调。", USAGE)
        return begin, end
    if year is None:
        fail("请写 --year 年度，或 --from 起 --to 止。", USAGE)
    if not 1949 <= year <= 2200:
        fail(f"“{year}”不是有效的年度。", USAGE)
    end = date(year, 12, 31)
    if year > today().year:
        fail(f"{year} 年还没有到，没有数字。", USAGE)
    return date(year, 1, 1), min(end, today()) if today().year == year else end


def figures(
    key: Annotated[str, typer.Argument(metavar="指标", help="指标的键或名称；写了就列出它背后的记录。")] = "",
    org: OrgOption = "",
    year: Annotated[int | None, typer.Option("--year", help="年度。")] = None,
    first: Annotated[str, typer.Option("--from", help="期间起。")] = "",
    last: Annotated[str, typer.Option("--to", help="期间止（统计截止日）。")] = "",
    below: Annotated[bool, typer.Option("--below", help="包括下级单位。")] = False,
    all_: Annotated[bool, typer.Option("--all", help="连同为零的也列出。")] = False,
    page: Annotated[int, typer.Option("--page", help="记录的第几页。")] = 1,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """算出指标；写明一个指标则列出它背后的每件记录。

    例：yifa figures --org 青石镇 --year 2025
        yifa figures mediation.accepted --org 青石镇 --year 2025
    """
    from yifa.indicators.details import details
    from yifa.indicators.evaluate import evaluate
    from yifa.indicators.relations import check_relations
    from yifa.records.organisations import organisation, subtree

    if not org:
        fail("请写 --org 单位。", USAGE)
    begin, end = _period(year, first, last)
    if page < 1:
        fail(f"没有第 {page} 页。页码从 1 起。", USAGE)
    ledger = open_ledger(home)
    town = organisation(org)
    orgs = [o.code for o in subtree(town.code)] if below else [town.code]
    codex = ledger.codex
    if key:
        known = key if key in codex.indicators else next(
            (i.key for i in codex.indicators.values() if key in (i.name, *i.alias)), "")  # fmt: skip
        if not known:
            from difflib import get_close_matches

            names = {n: i for i in codex.indicators.values() for n in (i.key, i.name, *i.alias)}
            close = [n for n in names if key in n] + get_close_matches(key, names, 6, 0.5)
            near = list(dict.fromkeys(f"{names[n].key}（{names[n].name}）" for n in close))[:6]
            fail(f"没有指标“{key}”。{'相近的有：' + '、'.join(near) if near else '用 yifa codex list indicators 查看。'}", USAGE)
        found = details(ledger.connection, codex, known, orgs, (begin, end), page=page)
        if page > max(found.pages, 1) and not found.parts:
            fail(f"没有第 {page} 页，一共 {found.pages} 页。", USAGE)
        if format is Format.json:
            emit_json(_details_dict(found))
            return
        _show_details(found)
        return
    values = evaluate(ledger.connection, codex, orgs, begin, end)
    breaches = [b.message for b in check_relations(values, codex.relations)]
    if format is Format.json:
        emit_json({"org": town.code, "from": begin.isoformat(), "to": end.isoformat(), "figures": [
            {"key": f.key, "name": f.name, "value": f.value, "unit": f.unit, "numerator": f.numerator,
             "denominator": f.denominator, "records": f.detail_count, "summary_only": f.summary_only}
            for f in values.values()], "findings": breaches})  # fmt: skip
        return
    rows = [(f.key, f.name, f.value if f.value is not None else "—", f.unit,
             f"{f.numerator}/{f.denominator}" if f.denominator is not None else "",
             "仅有汇总、无明细" if f.summary_only else "") for f in values.values() if all_ or not f.empty]  # fmt: skip
    show_table(["键", "指标", "数值", "单位", "分子/分母", ""], rows, f"{town.name}　{begin} 至 {end}")
    say(*(f"不一致：{b}" for b in breaches))


def _details_dict(d: Details) -> dict[str, Any]:
    return {"key": d.key, "name": d.name, "unit": d.unit, "definition": d.definition, "value": d.value,
            "visible": d.visible, "hidden": d.hidden, "summary": d.summary, "visible_rows": d.visible_rows,
            "hidden_rows": d.hidden_rows, "page": d.page, "pages": d.pages,
            "columns": [{"key": c.name, "name": c.label or c.name, "unit": c.unit} for c in d.columns],
            "rows": [{"record": r.record, "number": r.number, "org": r.org, "day": r.day, "late": r.late,
                      "contribution": r.contribution, "values": r.values} for r in d.rows],
            "entries": [asdict(e) for e in d.entries],
            "sub_periods": [{"from": first, "to": after - timedelta(days=1), "value": n} for first, after, n in d.sub_periods],
            "parts": [_details_dict(p) for p in d.parts]}  # fmt: skip


def _show_details(d: Details) -> None:
    say(f"{d.name}：{d.value if d.value is not None else '—'}{d.unit}")
    for first, after, n in d.sub_periods:
        say(f"  {first} 至 {after - timedelta(days=1)}：{n}{d.unit}")
    for part in d.parts:
        _show_details(part)
    if d.rows:
        columns = d.columns[:5]
        show_table(["编号", "日期", *[c.label or c.name for c in columns], "计", ""], [
            (r.number, r.day, *(r.values.get(c.name, "") for c in columns), r.contribution, "补录" if r.late else "")
            for r in d.rows])  # fmt: skip
    for e in d.entries:
        say(f"汇总录入（仅有汇总、无明细）：{e.number}　{e.first} 至 {e.last}　{e.value}{d.unit}")
    if d.hidden_rows:
        say(f"另有 {d.hidden_rows} 件不在您的查看范围内。")
    if d.pages > 1:
        say(f"第 {d.page}/{d.pages} 页，用 --page 翻页。")


def report(
    target: Annotated[Path | None, typer.Argument(metavar="文件夹", help="写到哪个文件夹；--check 时为已定稿的 .json。")] = None,
    org: OrgOption = "",
    year: Annotated[int | None, typer.Option("--year", help="报告年度。")] = None,
    cutoff: Annotated[str, typer.Option("--cutoff", help="统计截止日，默认 12 月 31 日，当年的为今天。")] = "",
    texts: Annotated[Path | None, typer.Option("--texts", help="人写的部分（YAML：部分的键 -> 段落列表）。")] = None,
    addressee: Annotated[str, typer.Option("--to", help="主送机关，如：云河县人民政府。")] = "",
    number: Annotated[str, typer.Option("--number", help="发文字号，如：青政〔2026〕3号。")] = "",
    dated: Annotated[str, typer.Option("--dated", help="成文日期。")] = "",
    final: Annotated[bool, typer.Option("--final", help="定稿：不留“待撰写”的提示。")] = False,
    check: Annotated[bool, typer.Option("--check", help="查看已定稿报告里哪些数字不再成立。")] = False,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """由台账生成法治政府建设年度报告（docx、网页、定稿数据）；或检查定稿之后哪些数字变了。

    例：yifa report 报告 --org 青石镇 --year 2025
        yifa report --check 报告/青石镇2025年法治政府建设年度报告.json
    """
    if check:
        if target is None:
            fail("请写已定稿的 .json 文件。例：yifa report --check 报告/青石镇2025年法治政府建设年度报告.json", USAGE)
        _check(open_ledger(home), target, format)
        return
    from datetime import datetime

    from yifa.records.organisations import organisation
    from yifa.reports.document import Meta
    from yifa.reports.render.produce import produce

    if not org or year is None:
        fail("请写 --org 单位 和 --year 年度。", USAGE)
    begin, end = _period(year, "", "")
    last = parse_date(cutoff) if cutoff else end
    if not begin <= last <= date(year, 12, 31):
        fail(f"统计截止日 {last} 不在 {year} 年内。", USAGE)
    ledger = open_ledger(home)
    meta = Meta(addressee=addressee.strip().rstrip("：:"), number=number.strip(), dated=parse_date(dated) if dated else None)
    written = _read_texts(texts, ledger.codex, year) if texts else {}
    town = organisation(org)
    made = produce(ledger.connection, ledger.codex, [town.code], town.short, year, target or Path("报告"),
                   cutoff=last, texts=written, draft=not final, meta=replace(meta, signature=town.name),
                   frozen_at=datetime.now().isoformat(timespec="seconds"))  # fmt: skip
    if format is Format.json:
        emit_json({"docx": str(made.docx), "html": str(made.html), "frozen": str(made.frozen),
                   "figures": len(made.doc.figures), "findings": [f.message for f in made.findings]})  # fmt: skip
        return
    say(f"已生成《{made.doc.title}》，数字 {len(made.doc.figures)} 个。", f"  公文：{made.docx}", f"  网页：{made.html}（点数字看记录）",
        f"  定稿数据：{made.frozen}")  # fmt: skip
    for f in made.findings:
        say(f"不一致：{f.message}")


def _read_texts(path: Path, codex: Codex, year: int) -> dict[str, list[str]]:
    """The parts that people wrote. Stops for a part that the outline of the year does not have."""
    from yifa.codex.loader import read_yaml
    from yifa.reports.build import outline_for, outline_of

    outline = outline_of(codex, outline_for(codex, year), year)
    parts = {p.key: p.heading.replace("{year}", str(year)).replace("{next_year}", str(year + 1)) for p in outline.parts}
    known = {"preface", *parts, *(s.key for p in outline.parts for s in p.sections)}
    found: dict[str, list[str]] = {}
    for entry in read_yaml(path):
        for key, value in entry.items():
            if key not in known:
                listed = "、".join(f"{k}（{heading}）" for k, heading in parts.items())
                fail(f"{path}：报告没有“{key}”这一部分。可写：{listed}，以及各节的键。")
            paragraphs = value if isinstance(value, list) else [value]
            if any(isinstance(v, dict | list) or v is None for v in paragraphs):
                fail(f"{path}：“{key}”下面应是一段文字，或以“- ”开头的几段文字。")
            found[key] = [str(v) for v in paragraphs]
    return found


def _check(ledger: Ledger, target: Path, format: Format) -> None:
    from yifa.reports.freeze import check as run_check
    from yifa.reports.freeze import read_frozen

    stale = run_check(read_frozen(target), ledger.connection, ledger.codex)
    if format is Format.json:
        emit_json({"holds": not stale, "stale": [
            {"key": s.key, "name": s.name, "kind": s.kind, "frozen": s.frozen, "now": s.now, "message": s.message}
            for s in stale]})  # fmt: skip
    elif stale:
        show_table(["指标", "定稿时", "现在", "说明"], [(s.name, s.frozen, s.now, s.message) for s in stale])
    else:
        say("定稿的数字全部成立。")
    if stale:
        raise typer.Exit(WRONG)


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("figures")(figures)
    app.command("report")(report)
