"""`yifa record show`, `verify`, `rebuild`, `backup`, `restore`: one record, and the soundness of all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from yifa.cli.output import FAILED, WRONG, Format, FormatOption, emit_json, say, show_table
from yifa.cli.place import HomeOption, open_ledger, statute_texts, today

_STATE = {"running": "进行中", "paused": "已中止计算", "met": "已按期", "late": "逾期办理", "overdue": "逾期", "lapsed": "期满",
          "stopped": "已停止", "unknown": "无法计算"}  # fmt: skip
_STEP = {"done": "已办", "available": "可办", "blocked": "不能办", "not_required": "不需要"}
_SEVERITY = {"error": "错误", "warning": "提醒", "info": "提示"}


def show(
    ref: Annotated[str, typer.Argument(help="编号、原编号或记录标识。")],
    on: Annotated[str, typer.Option("--on", help="按哪一天看，默认今天。")] = "",
    reason: Annotated[str, typer.Option("--open-sensitive", help="写明理由后显示敏感信息（留痕）。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """看一件记录：办到哪一步、期限怎么算、下一步能办什么、有什么问题、完整历史。

    例：yifa record show 公开申请〔2026〕4号
    """
    ledger = open_ledger(home)
    page = ledger.show(ref, on or today().isoformat(), reason=reason)
    data = page.as_dict()
    if format is Format.json:
        emit_json(data)
        return
    say(f"{data['number']}　{data['definition_name']}　{data['organization_name']}　{data['status_name']}"
        + (f"·{data['stage']}" if data["stage"] else ""))  # fmt: skip
    show_table(["事项", "内容", "来源环节"], [(f["name"], f["text"], f["step"]) for f in data["facts"]])
    if data["deadlines"]:
        texts = statute_texts(home)
        rows = [(d["name"], d["starts"], d["due"] or "", _STATE.get(d["state"], d["state"]), d["met_on"] or "",
                 "暂定" if d["provisional"] else "", d["basis_text"]) for d in data["deadlines"]]  # fmt: skip
        show_table(["期限", "起算", "到期", "状态", "办理日", "", "依据"], rows, "期限")
        _articles(texts, data["deadlines"])
    show_table(["环节", "状态", "次数", "说明"], [
        (s["name"], _STEP[s["state"]], s["count"] or "", "；".join(s["reasons"])) for s in data["steps"]], "环节")  # fmt: skip
    if data["findings"]:
        show_table(["程度", "问题", "依据"], [(_SEVERITY[f["severity"]], f["message"], f["basis_text"])
                                          for f in data["findings"]], "发现的问题")  # fmt: skip
    show_table(["序", "环节", "日期", "登记时间", "经办", "补录", "理由"], [
        (e["rseq"], e["name"], e["on"], e["recorded_at"], e["actor"], "是" if e["late"] else "", e["reason"])
        for e in data["history"]], "历史")  # fmt: skip
    say(data["chain_text"])


def _articles(texts: Any, deadlines: list[dict[str, Any]]) -> None:
    """The loaded text of each article cited, once."""
    from datetime import date

    shown: set[tuple[str, str]] = set()
    for d in deadlines:
        basis = d.get("basis") or {}
        key = (str(basis.get("statute")), str(basis.get("article")))
        if basis.get("statute") and basis.get("article") and key not in shown and d["starts"]:
            shown.add(key)
            text = texts.article(key[0], key[1], date.fromisoformat((d["starts"] + "-01-01")[:10]))
            if text:
                say(f"《{key[0]}》第{key[1]}条：{text}")


def verify(
    root: Annotated[Path | None, typer.Option("--root", help="依据哪份导出的日根；不写则用最近一份。")] = None,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """查验台账：历史是否被改动、附件是否还在、触发器是否完好；说明依据的是哪份日根。

    例：yifa verify
    """
    from yifa.records.verify import verify as run_verify

    ledger = open_ledger(home)
    report = run_verify(ledger.connection, ledger.home, root)
    data = report.as_dict()
    if format is Format.json:
        emit_json(data)
    else:
        say(*report.lines())
    if not report.ok:
        raise typer.Exit(WRONG)


def rebuild(
    check: Annotated[bool, typer.Option("--check", help="只比对，不替换。")] = False,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """由事件重算全部投影表，并与现有的比对；应当没有差异。

    例：yifa rebuild
    """
    ledger = open_ledger(home)
    differences = ledger.rebuild(check_only=check)
    if format is Format.json:
        emit_json({"differences": differences})
    elif differences:
        say(*(str(d) for d in differences[:50]))
        say(f"共 {len(differences)} 处差异{'。' if check else '，已按事件改正。'}")
    else:
        say("由事件重算，没有差异。")
    if differences:
        raise typer.Exit(WRONG)


def backup(
    target: Annotated[Path, typer.Argument(help="备份文件。")],
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """备份台账、附件、日根和条文到一个文件。加密用的钥匙不在其中，须另行保管（keys 文件夹）。

    例：yifa backup 2026-11-22.yifa
    """
    from yifa.records.backup import backup as run_backup

    ledger = open_ledger(home)
    result = run_backup(ledger.home, target, os.environ.get("YIFA_DATABASE"))
    if format is Format.json:
        emit_json(result)
    else:
        say(f"已备份到 {target}：{result['events']} 个事件，{result['files']} 个附件。",
            f"钥匙不在备份里，请另存 {ledger.home / 'keys'}。")  # fmt: skip


def restore(
    source: Annotated[Path, typer.Argument(help="备份文件。")],
    home: Annotated[Path, typer.Option("--home", help="恢复到的新文件夹（须为空）。")],
    key: Annotated[Path | None, typer.Option("--key", help="钥匙文件；没有它也能查验，但加密内容打不开。")] = None,
    format: FormatOption = Format.text,
) -> None:
    """把备份恢复到另一台机器的空文件夹，并查验。

    例：yifa restore 2026-11-22.yifa --home 新台账 --key installation.key
    """
    from yifa.records.backup import restore as run_restore

    report = run_restore(source, home, os.environ.get("YIFA_DATABASE"), key)
    if format is Format.json:
        emit_json(report.as_dict())
    else:
        say(f"已恢复到 {home}。", *report.lines())
    if not report.ok:
        raise typer.Exit(FAILED)


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    record = typer.Typer(help="一件记录。", no_args_is_help=True)
    record.command("show")(show)
    app.add_typer(record, name="record")
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)
    app.command("backup")(backup)
    app.command("restore")(restore)


