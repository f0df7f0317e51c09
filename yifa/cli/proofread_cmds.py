"""`yifa proofread`: read any annual report and say what does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yifa.cli.output import (
    FAILED,
    OK,
    USAGE,
    WRONG,
    Format,
    FormatOption,
    emit_json,
    fail,
    say,
    show_table,
    warn,
    write_whole,
)
from yifa.cli.place import HomeOption, codex_of

if TYPE_CHECKING:
    from yifa.proofread.model import Report

_SEVERITY = {"error": "错误", "warning": "提醒", "info": "提示"}
_MANY = 20  # above this, progress is shown


def _expand(paths: list[Path]) -> tuple[list[Path], bool]:
    """The files meant, and whether the answer is a list (several arguments, or a folder)."""
    from yifa.proofread.many import report_files
    from yifa.proofread.read import SUFFIXES

    for p in paths:
        if p.is_dir() and not report_files([p]):
            fail(f"{p} 里没有可校对的文件（{'、'.join(SUFFIXES)}）。")
    return report_files(paths), len(paths) > 1 or paths[0].is_dir()


def _pages(html: Path, files: list[Path], many: bool) -> list[Path]:
    """Where the page of each file goes: the path itself for one file, else a folder with a name for each."""
    if not many and not html.is_dir():
        if not html.resolve().parent.is_dir():
            fail(f"没有文件夹 {html.parent}。请先建好，或换一个位置。")
        return [html]
    html.mkdir(parents=True, exist_ok=True)
    found: list[Path] = []
    for file in files:
        page, n = html / f"{file.stem}.html", 1
        while page in found:
            n += 1
            page = html / f"{file.stem}({n}).html"
        found.append(page)
    return found


def _print_report(report: Report, quiet: bool) -> None:
    data = report.as_dict()
    say(f"{data['file']}　{data['organization'] or '单位未识别'}　{data['year'] or '年度未识别'}")
    rows = [(_SEVERITY[f["severity"]], f["line"], f["message"], f["suggestion"] or "", f["basis"] or "")
            for f in data["findings"] if not (quiet and f["severity"] == "info")]  # fmt: skip
    if rows:
        show_table(["程度", "行", "问题", "建议", "依据"], rows)
    counts = {k: sum(f["severity"] == k for f in data["findings"]) for k in _SEVERITY}
    say(f"数字 {len(data['figures'])} 个，引用 {len(data['citations'])} 处；"
        + "，".join(f"{_SEVERITY[k]} {n}" for k, n in counts.items()) + "。", "")  # fmt: skip


def proofread(
    paths: Annotated[list[Path], typer.Argument(metavar="文件", help="报告文件或文件夹（txt、docx、html、pdf）。")],
    year: Annotated[int | None, typer.Option("--year", help="报告年度；不写则从文中读出。")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="JSON 中附全文。")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="另写一份在文中标出问题的网页（多个文件时为文件夹）。")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示提示级的问题。")] = False,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """校对法治政府建设年度报告：数字、引用的法律、法定部分、重复段落、网页残留、个人信息。

    例：yifa proofread 报告.docx
        yifa proofread ../shared/seeds --format json
        yifa proofread 报告.docx --html 校对.html

    退出码：0 没有错误；1 有错误；2 有文件读不出；64 写法有误。
    """
    from yifa.codex.proof import proof_codex
    from yifa.proofread.html import report_page
    from yifa.proofread.many import proofread_path
    from yifa.proofread.read import UnreadableFile

    if year is not None and not 1949 <= year <= 2200:
        fail(f"“{year}”不是有效的年度。", USAGE)
    files, many = _expand(paths)
    pages = _pages(html, files, many) if html is not None else []
    codex = proof_codex(codex_of(home))
    found: list[dict[str, Any]] = []
    code = OK
    for n, file in enumerate(files):
        if len(files) > _MANY:
            warn(f"[{n + 1}/{len(files)}] {file.name}")
        try:
            report = proofread_path(file, codex, year=year)
        except UnreadableFile as e:
            warn(str(e))
            found.append({"file": str(file), "error": str(e)})
            code = FAILED
            continue
        found.append(report.as_dict(with_text=with_text))
        if code == OK and report.has_errors:
            code = WRONG
        if pages:
            write_whole(pages[n], report_page(report).encode())
        if format is Format.text:
            _print_report(report, quiet)
    if format is Format.json:
        emit_json(found if many else found[0])
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("proofread")(proofread)
