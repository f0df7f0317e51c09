"""`yifa demo`: a synthetic county to look at, made in one go."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from yifa.cli.output import FAILED, WRONG, Format, FormatOption, console, emit_json, fail

if TYPE_CHECKING:
    from yifa.demo.run import Result

_NAMES = {"report_docx": "年度报告（公文）", "report_html": "年度报告（网页，点数字看记录）", "report_figures": "定稿数据",
          "sample": "校对样稿", "sample_html": "校对结果（网页）", "root": "日根"}  # fmt: skip


def _program() -> str:
    """How the command is called here."""
    for path in (Path(".venv/bin/yifa"), Path(".venv/Scripts/yifa.exe")):
        if path.is_file():
            return str(path)
    return "yifa"


def _relative(path: str) -> str:
    """A path as short as it can be written from here."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return path


class _Bar:
    """A progress bar that begins with the first act recorded."""

    def __init__(self) -> None:
        self.progress = Progress(TextColumn("  登记"), BarColumn(), MofNCompleteColumn(), console=console, transient=True,
                                 disable=not console.is_terminal)  # fmt: skip
        self.task: TaskID | None = None

    def advance(self, done: int, total: int) -> None:
        if self.task is None:
            self.progress.start()
            self.task = self.progress.add_task("", total=total)
        self.progress.update(self.task, completed=done)
        if done >= total:
            self.stop()

    def stop(self) -> None:
        self.progress.stop()


def demo(
    home: Annotated[Path, typer.Option("--home", help="演示台账放在哪个文件夹。")] = Path("demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="丢弃已有的演示台账，重新建立。")] = False,
    format: FormatOption = Format.text,
) -> None:
    """建一个演示台账：虚构的云河县三个乡镇三年的记录；并出一份年度报告、校对一份样稿、查验台账。

    例：yifa demo
        yifa demo --home 试用 --fresh

    退出码：0 完成；1 台账查验不通过；2 没有建成。
    """
    from yifa.cli.place import codex_of, today
    from yifa.demo.build import DemoError
    from yifa.demo.run import next_commands, run

    quiet = format is Format.json
    bar = _Bar()
    try:
        result = run(home, codex_of(home), today(), fresh, (lambda _: None) if quiet else (lambda text: _line(f"· {text}")),
                             (lambda done, total: None) if quiet else bar.advance)  # fmt: skip
    except DemoError as e:
        fail(str(e), FAILED)
    finally:
        bar.stop()
    if quiet:
        emit_json(result.as_dict())
    else:
        _show(result, next_commands(result))
    if not result.verified:
        raise typer.Exit(WRONG)


def _line(text: str = "") -> None:
    """A line that is never broken: paths and commands are there to be copied."""
    console.print(Text(text), soft_wrap=True)


def _show(result: Result, commands: list[tuple[list[str], str]]) -> None:
    if not result.verified:
        _lines(f"  {line}" for line in result.verify_lines)
    _lines(["", f"台账　{_relative(str(result.home))}（{result.records} 件记录，{result.events} 个事件）"])
    _lines(f"{name}　{_relative(result.files[key])}" for key, name in _NAMES.items() if key in result.files)
    program, where = _program(), "" if result.home == Path("demo") else f' --home "{_relative(str(result.home))}"'
    _lines(["", "接着可以试："])
    for words, what in commands:
        _lines([f"  # {what}", f"  {program} {' '.join(_quoted(w) for w in words)}{where}"])
    _line()
    if os.environ.get("YIFA_DATABASE"):
        _line("注意：环境变量 YIFA_DATABASE 指向另一个数据库，上面的命令会用它；看演示台账请先取消该变量。")
    _lines([*result.notes, f"完成，用时 {result.seconds:.1f} 秒。人名、证号、案件都是虚构的。"])


def _lines(texts: Iterable[str]) -> None:
    for text in texts:
        _line(text)


def _quoted(word: str) -> str:
    """A word of a command, its path as short as can be, in quotes where it holds a blank."""
    word = _relative(word) if Path(word).is_absolute() else word
    return f'"{word}"' if " " in word else word


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)
