"""`yifa record show`, `verify`, `rebuild`, `backup`, `restore`: one record, and the soundness of all."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from yifa.cli.help import group
from yifa.cli.output import FAILED, USAGE, WRONG, Format, FormatOption, emit_json, fail, say, show_table, warn
from yifa.cli.place import HomeOption, note_opening, open_ledger, statute_texts


def show(
    ref: Annotated[str, typer.Argument(metavar="编号", help="编号、原编号或记录标识。")],
    on: Annotated[str, typer.Option("--on", metavar="日期", help="按哪一天看，默认今天。")] = "",
    opened: Annotated[str, typer.Option("--open-sealed", metavar="理由", help="写明理由后显示加密内容；谁、何时、为何打开记入 opened.jsonl。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """看一件记录：办到哪一步、期限怎么算、下一步能办什么、有什么问题、完整历史。

    例：yifa record show 白沙乡公开申请〔2025〕2号
    """
    from yifa.cli.law_cmds import parse_date
    from yifa.cli.record_page import SEVERITY, STATE, STEP, page

    if opened and len(opened.strip()) < 4:
        fail("打开加密内容要写明理由（至少四个字）。", USAGE)
    day = parse_date(on) if on else None
    ledger = open_ledger(home)
    shown = ledger.show(ref, day, open_sealed=bool(opened))
    if opened:
        note_opening(home, str(shown.record["number"]), opened)
    data = page(ledger, shown)
    texts = statute_texts(home)
    for d in data["deadlines"]:
        d["text"] = _article(texts, d["basis"], d["starts"])
    if format is Format.json:
        emit_json(data)
        return
    say(f"{data['number']}　{data['definition_name']}　{data['organization_name']}　{data['status_name']}"
        + (f"·{data['stage']}" if data["stage"] else ""), "")  # fmt: skip
    show_table(["事项", "内容", "来源环节"], [(f["name"], f["text"], f["step"]) for f in data["facts"]])
    if data["deadlines"]:
        show_table(["期限", "起算", "到期", "状态", "办理日", "依据"], [
            (d["name"] + (f"（{d['party']}）" if d["party"] else ""), d["starts"],
             (d["due"] or "") + ("（暂定）" if d["provisional"] else ""), STATE.get(d["state"], d["state"]),
             d["met_on"] or "", d["basis_text"]) for d in data["deadlines"]], "\n期限")  # fmt: skip
        for text in dict.fromkeys(d["text"] for d in data["deadlines"] if d["text"]):
            say(text)
    waiting = [s for s in data["steps"] if s["state"] != "not_required"]
    if len(waiting) > 1:
        show_table(["环节", "状态", "次数", "说明"], [
            (s["name"], STEP[s["state"]], s["count"] or "", "；".join(r.rstrip("。") for r in s["reasons"][:2])) for s in waiting], "\n环节")  # fmt: skip
    if data["findings"]:
        show_table(["程度", "问题", "依据"], [(SEVERITY[f["severity"]], f["message"], f["basis_text"])
                                          for f in data["findings"]], "\n发现的问题")  # fmt: skip
    show_table(["序", "环节", "日期", "登记时间", "经办", "补录", "理由"], [
        (e["rseq"], e["name"], e["on"], e["recorded_at"][:16].replace("T", " "), e["actor"], "是" if e["late"] else "",
         e["reason"]) for e in data["history"]], "\n历史")  # fmt: skip
    last = data["history"][-1]
    say(f"链上第 {last['cseq']} 条，摘要 {last['hash'][:16]}…（yifa verify 查验全部）")


def _article(texts: Any, basis: dict[str, Any] | None, day: str | None) -> str:
    """The loaded text of the article cited, in the version in force when the clock began."""
    if not basis or not basis.get("statute") or not basis.get("article") or not day or len(day) < 10:
        return ""
    text = texts.article(basis["statute"], basis["article"], date.fromisoformat(day[:10]))
    return f"《{basis['statute']}》第{basis['article']}条：{text}" if text else ""


def verify(
    root: Annotated[Path | None, typer.Option("--root", help="依据哪份另行保存的日根；不写则用台账文件夹里最近的。")] = None,
    export_root: Annotated[bool, typer.Option("--export-root", help="查验通过后导出今天的日根。")] = False,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """查验台账：历史是否被改动、附件是否还在、触发器是否完好；说明依据的是哪份日根。由事件算出的投影表另用 yifa rebuild --check 比对。

    例：yifa verify
        yifa verify --root 另存的/2026-11-20.json
    """
    from yifa.records.roots import export_root as write_root
    from yifa.records.verify import verify as run_verify

    if root is not None and not root.is_file():
        fail(f"找不到日根文件 {root}。请核对路径。")
    ledger = open_ledger(home)
    report = run_verify(ledger.connection, ledger.home, root)
    if format is Format.json:
        emit_json(report.as_dict())
    else:
        say(*report.lines())
    if not report.ok:
        raise typer.Exit(WRONG)
    if export_root:
        made = write_root(ledger.connection, ledger.home, ledger.today())
        warn(f"已导出日根 {made.day}。请另存一份到别的机器。")


def rebuild(
    check: Annotated[bool, typer.Option("--check", help="只比对，不改写。")] = False,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """由事件重算全部投影表，并与现有的比对；应当没有差异。

    例：yifa rebuild --check
    """
    differences = open_ledger(home).rebuild(check_only=check)
    if format is Format.json:
        emit_json({"differences": [str(d) for d in differences]})
    elif differences:
        say(*(str(d) for d in differences[:50]))
        say(f"共 {len(differences)} 处差异{'。' if check else '，已按事件改正。'}")
    else:
        say("由事件重算，没有差异。")
    if differences:
        raise typer.Exit(WRONG)


def backup(
    target: Annotated[Path, typer.Argument(metavar="备份文件", help="备份文件（zip）。")],
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """备份台账、附件、日根和条文到一个文件。加密用的钥匙不在其中，须另行保管（keys 文件夹）。

    例：yifa backup 2026-11-22.zip
    """
    from yifa.records.backup import backup as run_backup

    ledger = open_ledger(home)
    report = run_backup(ledger.connection, ledger.home, target, datetime.now().astimezone())
    if format is Format.json:
        emit_json({"path": str(report.path), "events": report.events, "chains": report.chains, "files": report.files,
                   "size": report.size, "made_at": report.made_at, "warnings": report.warnings})  # fmt: skip
    else:
        say(f"已备份到 {report.path}：{report.events} 个事件，{report.files} 个附件，{report.size / 1e6:.1f} MB。",
            *(f"提示：{w}" for w in report.warnings),
            f"钥匙不在备份里，请把 {ledger.home / 'keys'} 另存到保险处。")  # fmt: skip


def restore(
    source: Annotated[Path, typer.Argument(metavar="备份文件", help="备份文件（zip）。")],
    target: Annotated[Path, typer.Option("--home", help="恢复到的新文件夹（须为空）。")],
    key: Annotated[Path | None, typer.Option("--key", help="钥匙文件；没有它也能查验，但加密内容打不开。")] = None,
    format: FormatOption = Format.text,
) -> None:
    """把备份恢复到另一台机器的空文件夹，并查验。

    例：yifa restore 2026-11-22.zip --home 新台账 --key 钥匙文件
    """
    from yifa.records.backup_restore import restore as run_restore

    for name, path in (("备份文件", source), ("钥匙文件", key)):
        if path is not None and not path.is_file():
            fail(f"找不到{name} {path}。请核对路径。")
    report = run_restore(source, target, os.environ.get("YIFA_DATABASE"), key)
    if format is Format.json:
        emit_json({"home": str(report.home), "events": report.events, "files": report.files, "ok": report.ok,
                   "made_at": report.made_at, "verified": report.verified.as_dict()})  # fmt: skip
    else:
        say(f"已恢复到 {report.home}：{report.events} 个事件，{report.files} 个附件（备份于 {report.made_at}）。",
            *report.verified.lines())  # fmt: skip
    if not report.ok:
        raise typer.Exit(FAILED)


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    record = group("一件记录。")
    record.command("show")(show)
    app.add_typer(record, name="record")
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)
    app.command("backup")(backup)
    app.command("restore")(restore)
