"""`yifa codex check` and `yifa codex list`: the law and the institutions as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from yifa.cli.output import FAILED, USAGE, Format, FormatOption, emit_json, fail, say, show_table
from yifa.cli.place import HomeOption, codex_of
from yifa.codex import Codex, CodexError, load


def check(
    folders: Annotated[list[Path] | None, typer.Argument(help="本地法典文件夹（可多个）；不写则检查随附的。")] = None,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """检查法典文件：格式、引用、有效期；有错则指出文件、行、栏目和原因。

    例：yifa codex check
        yifa codex check 本县规定/
    """
    try:
        codex = load(*folders) if folders else codex_of(home)
    except CodexError as e:
        if format is Format.json:
            emit_json({"ok": False, "problems": e.problems})
        else:
            say(*e.problems)
            say(f"共 {len(e.problems)} 处问题。改好后再运行一次。")
        raise typer.Exit(FAILED) from e
    counts = {"statutes": len(codex.statutes), "limits": len(codex.limits), "thresholds": len(codex.thresholds),
              "definitions": len(codex.definitions), "indicators": len(codex.indicators),
              "outlines": len(codex.outlines), "duties": len(codex.duties)}  # fmt: skip
    if format is Format.json:
        emit_json({"ok": True, "hash": codex.hash, **counts, "problems": []})
        return
    names = {"statutes": "法律法规", "limits": "期限", "thresholds": "标准", "definitions": "定义", "indicators": "指标",
             "outlines": "报告提纲", "duties": "职责"}  # fmt: skip
    say("法典无误：" + "，".join(f"{names[k]} {v}" for k, v in counts.items()) + "。")
    say(f"摘要 {codex.hash[:16]}　日历 {codex.calendar.version}")


def _rows(codex: Codex, what: str) -> tuple[list[str], list[list[Any]]]:
    if what == "definitions":
        return ["键", "名称", "类别", "环节", "字段"], [
            [d.key, d.name, "程序" if d.kind == "procedure" else "台账", len(d.all_steps), len(d.fields)]
            for d in sorted(codex.definitions.values(), key=lambda d: (d.kind, d.key))]  # fmt: skip
    if what == "indicators":
        return ["键", "名称", "单位"], [[i.key, i.name, i.unit] for i in codex.indicators.values()]
    if what == "limits":
        return ["键", "名称", "现行", "依据"], [
            [x.key, x.name, str(x.versions[-1]) if x.versions else "合成",
             str(x.versions[-1].basis or "") if x.versions else ""] for x in codex.limits.values()]  # fmt: skip
    if what == "statutes":
        return ["键", "名称"], [[s.key, s.title] for s in codex.statutes]
    if what == "duties":
        return ["键", "名称", "周期"], [[d.key, d.name, d.every] for d in codex.duties.values()]
    if what == "outlines":
        return ["键", "名称", "适用年度"], [[o.key, o.name, f"{o.from_}—{o.to or ''}"] for o in codex.outlines.values()]
    fail(f"没有“{what}”。可列：definitions、indicators、limits、statutes、duties、outlines，或一个定义的键。", USAGE)


def _definition(codex: Codex, key: str, format: Format) -> None:
    d = codex.definitions[key]
    if format is Format.json:
        emit_json(d.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        return
    say(f"{d.name}（{d.key}）　{'程序' if d.kind == 'procedure' else '台账'}")
    show_table(["环节", "键", "日期名", "先办", "期限", "依据"], [
        [s.name, s.key, s.milestone, "、".join(s.after), "、".join(x.limit for x in s.starts), str(s.basis or "")]
        for s in d.all_steps])  # fmt: skip
    show_table(["字段", "键", "类型", "必填", "保护"], [
        [f.name, f.key, f.type, "是" if f.required else "", "敏感" if f.sensitive else "个人" if f.personal else ""]
        for f in d.fields])  # fmt: skip


def list_(
    what: Annotated[str, typer.Argument(help="definitions、indicators、limits、statutes、duties、outlines 或一个定义的键。")] = "definitions",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """列出法典里的定义、指标、期限、法规、职责；写一个定义的键则看它的环节和字段。

    例：yifa codex list
        yifa codex list indicators
        yifa codex list disclosure_request
    """
    codex = codex_of(home)
    if what in codex.definitions:
        _definition(codex, what, format)
        return
    headings, rows = _rows(codex, what)
    if format is Format.json:
        emit_json([dict(zip(headings, row, strict=True)) for row in rows])
    else:
        show_table(headings, rows)
        say(f"共 {len(rows)} 项。")


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    group = typer.Typer(help="法典：写成数据的法律和制度。", no_args_is_help=True)
    group.command("check")(check)
    group.command("list")(list_)
    app.add_typer(group, name="codex")
