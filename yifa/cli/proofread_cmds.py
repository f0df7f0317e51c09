"""`yifa proofread`: read any annual report and say what does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from yifa.cli.output import FAILED, OK, WRONG, Format, FormatOption, emit_json, fail, say, show_table, warn
from yifa.cli.place import HomeOption, codex_of

_SUFFIXES = (".txt", ".md", ".docx", ".html", ".htm", ".pdf")
_SEVERITY = {"error": "错误", "warning": "提醒", "info": "提示"}


def _expand(paths: list[Path]) -> tuple[list[Path], bool]:
    """The files meant, and whether the answer is a list (several files, or a folder)."""
    files: list[Path] = []
    many = len(paths) > 1
    for p in paths:
        if p.is_dir():
            many = True
            found = sorted(f for f in p.rglob("*") if f.is_file() and f.suffix.lower() in _SUFFIXES
                           and not f.name.startswith(("~$", ".")))  # fmt: skip
            if not found:
                fail(f"{p} 里没有可校对的文件（{'、'.join(_SUFFIXES)}）。")
            files += found
        else:
            files.append(p)
    return files, many


def _print_report(report: Any, quiet: bool) -> None:
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
    paths: Annotated[list[Path], typer.Argument(help="报告文件或文件夹（txt、docx、html、pdf）。")],
    year: Annotated[int | None, typer.Option("--year", help="报告年度；不写则从文中读出。")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="JSON 中附全文。")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="另写一份在文中标出问题的网页（文件夹，或单个文件名）。")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示提示级的问题。")] = False,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """校对法治政府建设年度报告：数字、引用的法律、法定部分、重复段落、网页残留、个人信息。

    例：yifa proofread 报告.docx
        yifa proofread ../shared/seeds --format json
        yifa proofread 报告.docx --html 校对.html

    退出码：0 没有错误；1 有错误；2 有文件读不出。
    """
    from yifa.codex.proof import proof_codex
    from yifa.proofread import proofread_path
    from yifa.proofread.html import report_page
    from yifa.proofread.read import UnreadableFile

    files, many = _expand(paths)
    if html is not None and many:
        html.mkdir(parents=True, exist_ok=True)
    codex = proof_codex(codex_of(home))
    found: list[dict[str, Any]] = []
    code = OK
    for n, file in enumerate(files, 1):
        if many and format is Format.text and len(files) > 20:
            warn(f"[{n}/{len(files)}] {file.name}")
        try:
            report = proofread_path(file, codex, year=year)
        except UnreadableFile as e:
            warn(f"{file}：{e}")
            code = FAILED
            if format is Format.json:
                found.append({"file": str(file), "error": str(e)})
            continue
        data = report.as_dict(with_text=with_text)
        found.append(data)
        if code == OK and any(f["severity"] == "error" for f in data["findings"]):
            code = WRONG
        if html is not None:
            target = html / f"{file.stem}.html" if many else html
            target.write_text(report_page(report), encoding="utf-8")
        if format is Format.text:
            _print_report(report, quiet)
    if format is Format.json:
        emit_json(found if many else found[0])
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("proofread")(proofread)
