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
    """What to do with rows that equal earlier records of a definition without identity fields."""

    ask = "ask"
    skip = "skip"
    add = "add"


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
    from yifa.exchange.template import write_template

    codex = codex_of(home)
    written: list[str] = []
    if definition == "all":
        folder = target or Path("模板")
        folder.mkdir(parents=True, exist_ok=True)
        for d in codex.definitions.values():
            write_template(d, folder / f"{d.name}.xlsx")
            written.append(str(folder / f"{d.name}.xlsx"))
    else:
        d = codex.definitions[definition_key(codex, definition)]
        path = target or Path(f"{d.name}.xlsx")
        write_template(d, path)
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
    duplicates: Annotated[Duplicates, typer.Option("--duplicates", help="与已有记录相同的行：ask 列出不导入，skip 跳过，add 另立新记录。")] = Duplicates.ask,
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
            warn(f"已检查 {done}/{total} 行")

    report = import_file(ledger, key, org, file, actor=actor, sheet=sheet, partial=partial, duplicates=duplicates.value,
                         dry_run=dry_run, refused=refused, progress=progress)  # fmt: skip
    if format is Format.json:
        emit_json(report.as_dict())
    else:
        if report.problems:
            show_table(["行", "列", "现填", "问题和改法"], [(p.row, p.column, p.value, p.message) for p in report.problems[:200]])
            if len(report.problems) > 200:
                say(f"……另有 {len(report.problems) - 200} 处，用 --format json 查看全部。")
        say(*report.lines())
    if not report.ok:
        raise typer.Exit(WRONG)


def export(
    definition: Annotated[str, typer.Argument(help="台账或程序的键或名称。")],
    target: Annotated[Path | None, typer.Argument(help="写到哪个 .xlsx。")] = None,
    org: Annotated[str, typer.Option("--org", help="单位（含下级）；不写则全部。")] = "",
    year: Annotated[int | None, typer.Option("--year", help="只导出这一年登记的。")] = None,
    personal: Annotated[str, typer.Option("--with-personal", help="写明理由后连同个人信息导出（留痕）。")] = "",
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
    rows = export_file(ledger, key, path, org=org, year=year, personal=personal)
    if format is Format.json:
        emit_json({"written": str(path), "rows": rows})
    else:
        say(f"已导出 {rows} 行到 {path}。")


def undo(
    batch: Annotated[int, typer.Argument(help="导入批次号。")],
    actor: Annotated[str, typer.Option("--actor", help="经办人。")] = "导入",
    reason: Annotated[str, typer.Option("--reason", help="撤回的理由。")] = "撤回导入",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """撤回一次导入：所立记录作废（编号保留，显示“作废”），之后可重新导入该文件。

    例：yifa undo 3
    """
    ledger = open_ledger(home)
    voided = ledger.undo(batch, actor=actor, roles=("importer",), reason=reason)
    if format is Format.json:
        emit_json({"batch": batch, "voided": voided})
    else:
        say(f"第 {batch} 批已撤回：作废 {voided} 件，编号保留。该文件可以重新导入。")


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("template")(template)
    app.command("import")(import_)
    app.command("export")(export)
    app.command("undo")(undo)
