"""`yifa template`, `import`, `export`, `undo`: spreadsheets in and out."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from yifa.cli.output import USAGE, WRONG, Format, FormatOption, emit_json, fail, say, show_table, warn
from yifa.cli.place import HomeOption, codex_of, open_ledger
from yifa.codex import Codex


class Duplicates(str, Enum):
    """What to do with rows that equal earlier records, or bear their number, where a definition has no identity fields."""

    ask = "ask"
    skip = "skip"
    add = "add"
    update = "update"


def definition_key(codex: Codex, what: str) -> str:
    """A definition by key or by its Chinese name. Stops with the near names for an unknown one."""
    if what in codex.definitions:
        return what
    named = [d.key for d in codex.definitions.values() if d.name == what]
    if len(named) == 1:
        return named[0]
    near = [f"{d.key}（{d.name}）" for d in codex.definitions.values() if what in d.name or what in d.key]
    fail(f"没有台账或程序“{what}”。{'相近的有：' + '、'.join(near[:6]) if near else '用 yifa codex list 查看。'}", USAGE)


def template(
    definition: Annotated[str, typer.Argument(help="台账或程序的键或名称；写 all 则全部生成。")],
    target: Annotated[Path | None, typer.Argument(help="写到哪个 .xlsx（all 时为文件夹）；不写则用名称。")] = None,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """生成导入用的 Excel 模板：表头、下拉选项、示例行、填写说明。

    例：yifa template publicity_event
        yifa template 普法活动 普法活动.xlsx
    """
    from yifa.exchange.export import sheet_name
    from yifa.exchange.template import choices_of, write_template

    codex = codex_of(home)
    written: list[str] = []
    if definition == "all":
        folder = target or Path("模板")
        folder.mkdir(parents=True, exist_ok=True)
        for d in codex.definitions.values():
            path = folder / f"{sheet_name(d.name)}.xlsx"
            write_template(d, path, choices_of(codex, d))
            written.append(str(path))
    else:
        d = codex.definitions[definition_key(codex, definition)]
        path = target or Path(f"{d.name}.xlsx")
        write_template(d, path, choices_of(codex, d))
        written.append(str(path))
    if format is Format.json:
        emit_json({"written": written})
    else:
        say(*(f"已生成 {w}" for w in written))


def import_(
    definition: Annotated[str, typer.Argument(help="台账或程序的键或名称。")],
    file: Annotated[Path, typer.Argument(help="要导入的表格（xlsx、xls、ods）。")],
    org: Annotated[str, typer.Option("--org", help="归属的单位：代码或名称。")],
    sheet: Annotated[str | None, typer.Option("--sheet", help="工作表名；不写则自动找。")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="有错的行退回，其余照常导入。默认全部通过才导入。")] = False,
    duplicates: Annotated[Duplicates, typer.Option("--duplicates", help="与已有记录相同或编号相同的行：ask 列出、不导入；skip 跳过；update 按表更新已有记录；add 另立新记录。")] = Duplicates.ask,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    refused: Annotated[Path | None, typer.Option("--refused", help="把退回的行另存为表格，改好后可再导入。")] = None,
    actor: Annotated[str, typer.Option("--actor", help="经办人。")] = "导入",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """导入 Excel 台账。逐行检查；有错则指出行、列、错在哪里、怎么改，并且一行也不写入。

    例：yifa import publicity_event 普法台账.xlsx --org 青石镇
        yifa import dispute 纠纷.xlsx --org 青石镇 --partial --refused 退回.xlsx
    """
    from yifa.exchange.importer import import_file

    ledger = open_ledger(home)
    key = definition_key(ledger.codex, definition)

    def progress(done: int, total: int) -> None:
        if format is Format.text and total > 5000:
            warn(f"正在检查和写入 {total} 行……" if done < total else f"{total} 行处理完毕。")

    report = import_file(ledger, key, org, file, actor=actor, sheet=sheet, partial=partial, duplicates=duplicates.value,
                         dry_run=dry_run, refused=refused, progress=progress)  # fmt: skip
    if format is Format.json:
        emit_json(report.as_dict())
    else:
        if report.problems:
            several = len({p.sheet for p in report.problems}) > 1
            show_table(["行", "列", "现填", "问题和改法"],
                       [(f"{p.sheet} {p.row}" if several else p.row, p.column, p.value, p.message)
                        for p in report.problems[:200]])  # fmt: skip
            if len(report.problems) > 200:
                say(f"……另有 {len(report.problems) - 200} 处，用 --format json 查看全部。")
        say(*report.lines())
        if refused is not None and report.problems:
            say(f"退回的行在 {refused}，改好后可直接导入。")
    if not report.ok:
        raise typer.Exit(WRONG)


def export(
    definition: Annotated[str, typer.Argument(help="台账或程序的键或名称。")],
    target: Annotated[Path | None, typer.Argument(help="写到哪个 .xlsx。")] = None,
    org: Annotated[str, typer.Option("--org", help="单位（含下级）；不写则全部。")] = "",
    year: Annotated[int | None, typer.Option("--year", help="只导出这一年登记的。")] = None,
    personal: Annotated[str, typer.Option("--with-personal", help="写明理由后连同个人信息导出（留痕）。")] = "",
    actor: Annotated[str, typer.Option("--actor", help="经办人。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """导出台账，格式与模板相同，可再导入。

    例：yifa export publicity_event 普法.xlsx --org 青石镇 --year 2025
    """
    from yifa.exchange.export import export_file

    ledger = open_ledger(home)
    key = definition_key(ledger.codex, definition)
    path = target or Path(f"{ledger.codex.definitions[key].name}.xlsx")
    rows = export_file(ledger, key, path, org=org, year=year, personal=personal, actor=actor)
    if format is Format.json:
        emit_json({"written": str(path), "rows": rows})
    else:
        say(f"已导出 {rows} 行到 {path}。")


def undo(
    batch: Annotated[int | None, typer.Argument(help="导入批次号；不写则列出各批。")] = None,
    actor: Annotated[str, typer.Option("--actor", help="经办人。")] = "导入",
    reason: Annotated[str, typer.Option("--reason", help="撤回的理由。")] = "撤回导入",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """撤回一次导入：所立记录作废（编号保留，显示“作废”），所作更正一并作废，之后可重新导入该文件。

    例：yifa undo        列出导入批次
        yifa undo 3
    """
    from yifa.exchange.undoing import undo_import

    ledger = open_ledger(home)
    if batch is None:
        _list_batches(format)
        return
    done = undo_import(ledger, batch, actor=actor, reason=reason)
    if format is Format.json:
        emit_json({"batch": batch, "voided": done["records"], "changes": done["changes"]})
    else:
        changes = f"，撤回对已有记录的更改 {done['changes']} 处" if done["changes"] else ""
        say(f"第 {batch} 批已撤回：作废 {done['records']} 件，编号保留{changes}。该文件可以重新导入。")


def _list_batches(format: Format) -> None:
    from dataclasses import asdict

    from yifa.records.batches import batches

    found = batches()
    if format is Format.json:
        emit_json([asdict(b) for b in found])
    elif found:
        state = {"done": "已导入", "undone": "已撤回"}
        show_table(["批次", "文件", "台账", "单位", "行", "件", "时间", "状态"],
                   [(b.id, b.file_name, b.definition, b.org, b.rows, b.records, b.recorded_at[:16].replace('T', ' '), state.get(b.state, b.state))
                    for b in found])  # fmt: skip
    else:
        say("还没有导入过文件。")


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("template")(template)
    app.command("import")(import_)
    app.command("export")(export)
    app.command("undo")(undo)
