"""`yifa due`, `yifa statute`, `yifa law import`, `yifa law notice`: the law without any record."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from yifa.cli.output import USAGE, WRONG, Format, FormatOption, emit_json, fail, say, show_table
from yifa.cli.place import HomeOption, calendar_of, codex_of, statute_texts

_UNITS = {"日": "calendar_day", "天": "calendar_day", "自然日": "calendar_day", "工作日": "working_day",
          "个工作日": "working_day", "月": "month", "个月": "month", "年": "year", "小时": "hour"}  # fmt: skip
_UNIT_NAMES = {"calendar_day": "日", "working_day": "个工作日", "month": "个月", "year": "年", "hour": "小时"}


def parse_day(text: str, with_time: bool = False) -> date:
    """A date (or date with time) as typed. Stops with a usage message if it is none."""
    try:
        if with_time or "T" in text or " " in text.strip():
            return datetime.fromisoformat(text.strip())
        return date.fromisoformat(text)
    except ValueError:
        fail(f"“{text}”不是有效日期。请写成 2026-09-28（按小时计的写成 2026-09-28T10:00）。", USAGE)


def due(
    what: Annotated[list[str], typer.Argument(help="期限名（如 disclosure.reply），或数量和单位（如 20 working_day）。")],
    start: Annotated[str, typer.Option("--from", help="起算日，当日不计入。")],
    party: Annotated[bool, typer.Option("--party", help="当事人的期限：最后一日是休息日的顺延。")] = False,
    before: Annotated[bool, typer.Option("--before", help="倒数：此日之前须满若干日，求最迟的一日。")] = False,
    place: Annotated[str, typer.Option("--place", help="区划代码，用于地方规定。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """算期限：到期日、哪些日子不计入、为什么、依据哪一条。

    例：yifa due disclosure.reply --from 2026-09-28
        yifa due 20 working_day --from 2026-09-28
        yifa due 7 working_day --from 2026-11-12 --before
    """
    from yifa.law.due import due as compute

    calendar = calendar_of(home)
    basis: dict[str, Any] | None = None
    label = ""
    if len(what) == 2 and what[0].isdigit():
        quantity, unit = int(what[0]), _UNITS.get(what[1], what[1])
        if unit not in _UNIT_NAMES:
            fail(f"不认识单位“{what[1]}”。可用：{'、'.join(_UNIT_NAMES)}。", USAGE)
    elif len(what) == 1:
        codex = codex_of(home)
        limit = codex.limit(what[0])
        if limit is None:
            from difflib import get_close_matches

            near = get_close_matches(what[0], codex.limits, 5, 0.4)
            fail(f"没有期限“{what[0]}”。{'相近的有：' + '、'.join(near) if near else '用 yifa codex list limits 查看。'}", USAGE)
        day = parse_day(start)
        version = limit.version_on(day.date() if isinstance(day, datetime) else day, place or None)
        if version is None:
            fail(f"{limit.name}（{limit.key}）在 {start} 没有生效的规定。", WRONG)
        if version.quantity is None:
            fail(f"{limit.name}（{limit.key}）没有法定天数：{version.note or '由文书或地方规定确定'}。"
                 "请用 yifa due 数量 单位 计算，或在本地期限文件中填写。", WRONG)  # fmt: skip
        quantity, unit, label = version.quantity, version.unit, f"{limit.name}："
        party, before = party or limit.party, before or limit.before
        if version.basis is not None:
            since = version.valid_from.isoformat() if version.valid_from else None
            basis = {"statute": version.basis.statute or version.basis.document, "article": version.basis.article,
                     "version_from": since, "verified": version.basis.verified}  # fmt: skip
    else:
        fail("请写一个期限名，或“数量 单位”。例：yifa due 20 working_day --from 2026-09-28", USAGE)
    d = compute(quantity, unit, parse_day(start, unit == "hour"), calendar=calendar, party=party, before=before)
    if format is Format.json:
        emit_json(d.as_dict(basis))
        return
    verb = "最迟" if before else "到期日"
    say(f"{label}{quantity} {_UNIT_NAMES[unit]}，自 {start} {'倒数' if before else '起（当日不计入）'}")
    say(f"{verb}：{d.due.isoformat()}{'（暂定：当年放假安排尚未公布）' if d.provisional else ''}")
    if d.skipped:
        say(f"不计入 {len(d.skipped)} 日：")
        say(*(f"  {s.date.isoformat()}  {s.reason}" for s in d.skipped))
    if basis:
        article = f"第{basis['article']}条" if basis["article"] else ""
        mark = "" if basis["verified"] is True else "（未核对原文）"
        since = f"（{basis['version_from']} 起施行的规定）" if basis["version_from"] else ""
        say(f"依据：《{basis['statute']}》{article}{since}{mark}")
        text = statute_texts(home).article(str(basis["statute"]), basis["article"], date.fromisoformat(start[:10]))
        if text:
            say("条文：", *(f"  {p}" for p in text.splitlines()))
    say(f"日历：{calendar.version}")


def statute(
    title: Annotated[str, typer.Argument(help="名称，全称、简称都可以。")],
    on: Annotated[str, typer.Option("--on", help="看哪一天的状态，默认今天。")] = "",
    article: Annotated[str, typer.Option("--article", help="第几条；载入条文后显示原文。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """查法律法规：各个版本、施行和废止日期、由什么接替；载入条文后可看当日有效的条文。

    例：yifa statute 信访条例
        yifa statute 行政处罚法 --on 2020-05-01 --article 42
    """
    from yifa.law.statutes import describe

    codex = codex_of(home)
    day = parse_day(on) if on else date.today()
    match = codex.statutes.resolve(title)
    if match is None:
        near = "、".join(f"《{s.title}》" for s, _ in codex.statutes.closest(title)[:3])
        fail(f"法规库没有《{title.strip('《》')}》。{'是否要找：' + near if near else ''}", WRONG)
    data = describe(match.statute, day)
    text = statute_texts(home).article(match.statute.key, article, day) if article else None
    if format is Format.json:
        emit_json({**data, "article": article or None, "text": text})
        return
    status = {"in_force": "有效", "repealed": "已废止", "not_yet_effective": "尚未施行"}.get(data["status"], "未核实")
    say(f"《{data['title']}》　{day.isoformat()}：{status}")
    rows = [(v.get("adopted") or "", v.get("from") or "", v.get("to") or "", v.get("number") or "",
             "" if v.get("verified") in (True, None) else "未核实") for v in data["versions"]]  # fmt: skip
    show_table(["通过或修改", "施行", "失效", "文号", ""], rows)
    if data.get("successors"):
        say("接替：" + "、".join(f"《{s}》" for s in data["successors"]))
    if article:
        say("", text or "本机尚未载入这一版本的条文。用 yifa law import 文件夹 载入。")


def law_import(
    folder: Annotated[Path, typer.Argument(help="条文文件夹（Markdown，一部一个文件）。")],
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """载入法律法规条文，存于本机；此后凡引用之处都能看到当日有效的条文。

    例：yifa law import ../shared/laws
    """
    if not folder.is_dir():
        fail(f"没有文件夹 {folder}。")
    report = statute_texts(home, create=True).load_folder(folder, codex_of(home).statutes)
    if format is Format.json:
        emit_json(report)
    else:
        say(f"已载入 {report['loaded']} 部、{report['articles']} 条。")
        if report["unmatched"]:
            say("以下不在法规库中，条文已存但不会自动引用：" + "、".join(report["unmatched"]))
        for p in report["problems"]:
            say(f"未载入：{p}")
    if report["problems"]:
        raise typer.Exit(WRONG)


def law_notice(
    file: Annotated[Path, typer.Argument(help="放假通知文件（YAML）。")],
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """载入国务院办公厅新一年放假通知：在办事项的期限重新计算，并列出变动的期限。

    例：yifa law notice 2027.yaml
    """

    import yaml

    from yifa.cli.place import home_of, open_ledger
    from yifa.law.notices import load_notice

    notice = load_notice(file)
    open_ledger(home)  # there must be a ledger whose cases can be recomputed
    target = home_of(home) / "overlay" / "calendar" / f"{notice.year}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    temporary.write_text(yaml.safe_dump(notice.as_dict(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    temporary.replace(target)
    moved = open_ledger(home).recompute()
    if format is Format.json:
        emit_json({"year": notice.year, "moved": [asdict(m) for m in moved]})
        return
    say(f"已载入 {notice.year} 年放假安排。期限有变动的 {len(moved)} 项。")
    if moved:
        show_table(["编号", "期限", "原到期日", "现到期日", ""], [
            (m.number, m.name, m.old_due or "", m.new_due or "", "暂定" if m.provisional else "") for m in moved])  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("due")(due)
    app.command("statute")(statute)
    law = typer.Typer(help="法律法规条文和放假通知。", no_args_is_help=True)
    law.command("import")(law_import)
    law.command("notice")(law_notice)
    app.add_typer(law, name="law")
