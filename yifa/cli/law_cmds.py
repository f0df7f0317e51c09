"""`yifa due`, `yifa statute`, `yifa law import`, `yifa law notice`: the law without any record."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yifa.cli.help import group
from yifa.cli.output import USAGE, WRONG, Format, FormatOption, emit_json, fail, say, show_table, write_whole
from yifa.cli.place import HomeOption, codex_of, home_of, lawbook_of, no_ledger, open_ledger, statute_texts, today

if TYPE_CHECKING:
    from yifa.codex.lawbook import LawBook
    from yifa.law.due import Due
    from yifa.law.limit_due import LimitDue
    from yifa.law.limits import Limit

_UNITS = {"日": "calendar_day", "天": "calendar_day", "自然日": "calendar_day", "个自然日": "calendar_day",
          "工作日": "working_day", "个工作日": "working_day", "月": "month", "个月": "month", "年": "year", "周年": "year",
          "小时": "hour", "个小时": "hour", "时": "hour"}  # fmt: skip
_UNIT_NAMES = {"working_day": "个工作日", "calendar_day": "日", "month": "个月", "year": "年", "hour": "小时"}
_AMOUNT = re.compile(r"\s*([+-]?[\d.]+|[〇零一二两三四五六七八九十百千廿卅]+)\s*([A-Za-z_]+|[^\d\sA-Za-z]+)\s*")


def parse_day(text: str) -> date:
    """A date, or a date with time, as typed. Stops with a usage message if it is none."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９：－／．", "0123456789:-/."))
    m = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[T\s]*(\d{1,2})[:：时点](\d{1,2})?分?)?", plain)
    if m is None and (m := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain)) is None:
        fail(f"“{text}”不是日期。请写成 2026-09-28；按小时计的写成 2026-09-28T10:00。", USAGE)
    parts = [int(x) for x in m.groups() if x is not None]
    try:
        return date(*parts) if len(parts) == 3 else datetime(*[*parts, 0][:5])  # type: ignore[arg-type]
    except ValueError:
        fail(f"没有“{text}”这一天（或这一时刻）。请核对年、月、日。", USAGE)


def parse_date(text: str) -> date:
    """A date as typed; a time with it is left out. Stops with a usage message if it is none."""
    day = parse_day(text)
    return day.date() if isinstance(day, datetime) else day


def _amount(words: list[str]) -> tuple[int, str] | None:
    """(20, "working_day") of ``20 working_day``, ``20 个工作日``, ``20日``, ``三个月``; None for a limit's name."""
    m = _AMOUNT.fullmatch(" ".join(words))
    if m is None or (len(words) == 1 and "." in words[0] and words[0][0].isascii() and words[0][0].isalpha()):
        return None
    from yifa.law.numerals import parse_cn

    number, unit = parse_cn(m[1]), _UNITS.get(m[2], m[2])
    if unit not in _UNIT_NAMES:
        names = "、".join(f"{k}（{v.removeprefix('个')}）" for k, v in _UNIT_NAMES.items())
        fail(f"不认识单位“{m[2]}”。可用：{names}。", USAGE)
    if not isinstance(number, int):
        fail(f"“{m[1]}”不是整数。例：yifa due 20 working_day --from 2026-09-28", USAGE)
    if number < 0:
        fail("数量不能为负。倒数请加 --before。", USAGE)
    return number, unit


def due(
    what: Annotated[list[str], typer.Argument(metavar="期限", help="期限名（如 disclosure.reply），或数量和单位（如 20 working_day、20个工作日）。单位有 working_day 工作日、calendar_day 日、month 月、year 年、hour 小时。")],
    start: Annotated[str, typer.Option("--from", metavar="日期", help="起算日，当日不计入；按小时计的连同时刻。")],
    party: Annotated[bool, typer.Option("--party", help="当事人的期限：最后一日是休息日的顺延。")] = False,
    before: Annotated[bool, typer.Option("--before", help="倒数：此日之前须满若干日，求最迟的一日。")] = False,
    place: Annotated[str, typer.Option("--place", metavar="区划代码", help="所在地，用于地方规定。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """算期限：到期日、哪些日子不计入、为什么、依据哪一条。

    例：yifa due disclosure.reply --from 2026-09-28
        yifa due 20 working_day --from 2026-09-28
        yifa due 15 calendar_day --from 2026-09-20 --party
        yifa due 7 working_day --from 2026-11-12 --before
        yifa due 48 hour --from 2026-09-28T10:00

    退出码：0 算出；1 该日该地没有此期限的规定，或法律没有定数；64 写法有误。
    """
    from yifa.law.due import DueError
    from yifa.law.due import due as compute
    from yifa.law.notices import CalendarError

    amount, day = _amount(what), parse_day(start)
    book = lawbook_of(home)
    try:
        if amount is None:
            found = _of_limit(book, " ".join(what), day, party, before, place)
            v, limit = found.version, found.limit
            title = f"{limit.name}（{limit.key}）：{_asked(v.quantity, v.unit, day, limit.before)}"
            first = found.first_lawful if v.bound == "at_least" and not limit.before else None
            _show(found.due, found.as_dict(), format, title, limit.before, home, first)
        else:
            result = compute(*amount, day, calendar=book.calendar, party=party, before=before)
            _show(result, result.as_dict(), format, _asked(*amount, day, before), before, home)
    except (DueError, CalendarError) as e:
        fail(str(e), USAGE)


def _of_limit(book: LawBook, name: str, day: date, party: bool, before: bool, place: str) -> LimitDue:
    """The limit's end. Stops with 64 for an unknown name or an option against the limit's own kind, with 1 where the law of
    that day gives no number."""
    from yifa.law.due import DueError
    from yifa.law.limit_due import combined_due, due_by_limit

    limit = _limit(book, name)
    for option, given, own, what in (("--party", party, limit.party, "不因节假日顺延"), ("--before", before, limit.before, "不是倒数的期限")):
        if given and not own:
            fail(f"{limit.name}（{limit.key}）{what}，不能加 {option}。只算日子的，写数量和单位，如 yifa due 20 working_day {option}。", USAGE)
    parts = [book.limits[k] for k in (*limit.latest_of, *limit.earliest_of)] or [limit]
    plain_day = day.date() if isinstance(day, datetime) else day
    for part in parts:
        version = part.version_on(plain_day, place or None)
        if version is not None and version.quantity is None:
            fail(f"{part.name}（{part.key}）没有法定的数：{version.note or '由文书或地方规定确定'}。"
                 "知道是多少的，用 yifa due 数量 单位 计算；本地有规定的，写进台账文件夹的 overlay/limits。", WRONG)  # fmt: skip
        if version is None:
            try:
                due_by_limit(part, day, calendar=book.calendar, place=place or None)
            except DueError as e:
                fail(str(e), WRONG)
    if len(parts) > 1:
        return combined_due(limit, book.limits, day, calendar=book.calendar, place=place or None)
    return due_by_limit(limit, day, calendar=book.calendar, place=place or None)


def _limit(book: LawBook, name: str) -> Limit:
    found = book.limit(name) or next((x for x in book.limits.values() if x.name == name), None)
    if found is not None:
        return found
    from difflib import get_close_matches

    names = {n: x for x in book.limits.values() for n in (x.key, x.name, *x.aliases)}
    near = [names[n] for n in get_close_matches(name, names, 5, 0.5)] + [x for n, x in names.items() if name in n]
    listed = "、".join(dict.fromkeys(f"{x.key}（{x.name}）" for x in near[:5]))
    fail(f"没有期限“{name}”。{f'相近的有：{listed}。' if listed else '用 yifa codex list limits 查看全部。'}", USAGE)


def _moment(day: date) -> str:
    return day.isoformat(sep=" ", timespec="minutes") if isinstance(day, datetime) else day.isoformat()


def _asked(quantity: int | None, unit: str, day: date, before: bool) -> str:
    number = f"{quantity} {_UNIT_NAMES[unit]}"
    if before:
        return f"{_moment(day)} 之前须满 {number}"
    return f"{number}，自 {_moment(day)} 起" + ("" if isinstance(day, datetime) else "（当日不计入）")


def _show(result: Due, data: dict[str, Any], format: Format, title: str, before: bool, home: Path | None,
          first: date | None = None) -> None:  # fmt: skip
    if format is Format.json:
        emit_json(data)
        return
    mark = "（暂定：有关年份的放假安排尚未公布）" if data["provisional"] else ""
    say(title, f"{'最迟' if before else '到期日'}：{_moment(result.due)}{mark}")
    if first is not None:
        say(f"期满之前不得办，最早可办：{_moment(first)}")
    if not isinstance(result.due, datetime) and result.last_working_day != result.due:
        say(f"当日休息，最后一个工作日：{result.last_working_day}")
    if data["skipped"]:
        say(f"不计入 {len(data['skipped'])} 日：", *(f"  {s['date']}  {s['reason']}" for s in data["skipped"]))
    basis = data["basis"]
    if basis:
        article = f"第{basis['article']}条" if basis["article"] else ""
        since = f"（{basis['version_from']} 起施行）" if basis["version_from"] else ""
        say(f"依据：《{basis['statute']}》{article}{since}")
        day = result.start.date() if isinstance(result.start, datetime) else result.start
        text = statute_texts(home).article(str(basis["statute"]), basis["article"], day)
        if text:
            say("条文：", *(f"  {p}" for p in text.splitlines()))
    say(f"日历：{data['calendar']}")


def statute(
    title: Annotated[str, typer.Argument(metavar="名称", help="法律法规的名称，全称、简称都可以。")],
    on: Annotated[str, typer.Option("--on", metavar="日期", help="看哪一天的状态，默认今天。")] = "",
    article: Annotated[str, typer.Option("--article", metavar="条", help="第几条；载入条文后显示原文。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """查法律法规：各个版本、施行和废止日期、由什么接替；载入条文后可看当日有效的条文。

    例：yifa statute 信访条例
        yifa statute 行政处罚法 --on 2020-05-01 --article 42
    """
    from yifa.law.numerals import parse_cn
    from yifa.law.statutes import describe

    day = parse_date(on) if on else today()
    number = parse_cn(article.strip().removeprefix("第").removesuffix("条")) if article else None
    if article and (not isinstance(number, int) or number < 1):
        fail(f"“{article}”不是条文序号。请写成 42 或 第四十二条。", USAGE)
    book = codex_of(home).statutes
    match = book.resolve(title)
    if match is None:
        near = "、".join(f"《{s.title}》" for s, _ in book.closest(title)[:3])
        fail(f"法规库没有《{title.strip('《》')}》。{f'是不是：{near}？' if near else ''}", WRONG)
    text = statute_texts(home).article(match.statute.key, number, day) if isinstance(number, int) else None
    data = describe(match.statute, day, number if isinstance(number, int) else None, text)
    if format is Format.json:
        emit_json(data)
        return
    number_text = f"　{data['number']}" if data["number"] else ""
    say(f"《{data['title']}》{number_text}　{day.isoformat()}：{data['status_name']}")
    show_table(["", "通过或修改", "施行", "施行至", "文号", "核实"], [
        (v["change_name"], v["adopted"], v["from"], v["to"], v["number"], v["verified_name"]) for v in data["versions"]])  # fmt: skip
    if data["ended"]:
        by = f"，由《{data['ended']['by']['statute']}》废止" if data["ended"]["by"] else ""
        say(f"失效：{data['ended']['from']} 起{by}")
    if data["successors"]:
        say("接替：" + "、".join(f"《{s}》" for s in data["successors"]))
    if data["note"]:
        say(f"说明：{data['note']}")
    if "article" in data:
        found = data["article"]
        say("", f"第{found['number']}条：{found['text'] or found['message']}")


def law_import(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="条文文件夹（Markdown，一部一个文件）。")],
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """载入法律法规条文，存于本机；此后凡引用之处都能看到当日有效的条文。

    例：yifa law import ../shared/laws

    退出码：0 全部载入；1 有文件没有载入；2 没有载入任何条文。
    """
    if not folder.is_dir():
        fail(f"{folder} 是文件，这里要写文件夹。" if folder.exists() else f"没有文件夹 {folder}。请核对路径。")
    if home is None and not home_of(home).is_dir():
        fail(no_ledger(home_of(home)))
    report = statute_texts(home, create=True).load_folder(folder, codex_of(home).statutes)
    if not report["loaded"] and not report["problems"]:
        fail(f"{folder} 里没有条文文件（.md）。每部法律一个 Markdown 文件，首行是名称。")
    if format is Format.json:
        emit_json(report)
    else:
        say(f"已载入 {report['loaded']} 部、{report['articles']} 条。", *(f"提示：{n}" for n in report["notes"]))
        if report["unmatched"]:
            say("以下不在法规库中，条文已存但不会自动引用：" + "、".join(report["unmatched"]))
        say(*(f"未载入：{p}" for p in report["problems"]))
    if report["problems"]:
        raise typer.Exit(WRONG)


def law_notice(
    file: Annotated[Path, typer.Argument(metavar="文件", help="放假通知文件（YAML），照随附的 2026 年文件填写。")],
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """载入国务院办公厅新一年放假通知：在办事项的期限重新计算，并列出变动的期限。

    例：yifa law notice 2027.yaml
    """
    import yaml

    from yifa.law.notices import load_notice

    notice = load_notice(file)
    open_ledger(home)  # there must be a ledger whose cases can be recomputed
    target = home_of(home) / "overlay" / "calendar" / f"{notice.year}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.read_bytes() if target.is_file() else None
    write_whole(target, yaml.safe_dump(notice.as_dict(), allow_unicode=True, sort_keys=False).encode())
    try:
        moved = open_ledger(home).recompute()
    except BaseException:  # the cases stay as they were, and so does the calendar
        if before is None:
            target.unlink()
        else:
            write_whole(target, before)
        raise
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
    law = group("法律法规条文和放假通知。")
    law.command("import")(law_import)
    law.command("notice")(law_notice)
    app.add_typer(law, name="law")
