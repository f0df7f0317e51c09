"""The `yifa` command: assembles the commands and turns every failure into a message and an exit code."""

from __future__ import annotations

import os
import sys
import traceback

import click
import typer

from yifa import __version__
from yifa.cli import codex_cmds, demo_cmd, exchange_cmds, law_cmds, ledger_cmds, proofread_cmds, report_cmds
from yifa.cli.output import FAILED, USAGE, Failure, warn

app = typer.Typer(
    name="yifa",
    help="依法：乡镇法治政府建设工作的记录系统。台账登记一次，期限、报告和每个数字都由记录算出。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
for part in (demo_cmd, law_cmds, codex_cmds, exchange_cmds, ledger_cmds, report_cmds, proofread_cmds):
    part.register(app)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="显示版本。")) -> None:
    if version:
        typer.echo(f"yifa {__version__}")
        raise typer.Exit


def _known_failure(error: BaseException) -> str | None:
    """The message of a failure that people can mend; None for a fault of the program."""
    from yifa.codex.loader import CodexError
    from yifa.law.calendar import CalendarError
    from yifa.law.due import DueError

    if isinstance(error, CodexError | CalendarError | DueError):
        return str(error)
    name = type(error).__name__
    module = type(error).__module__
    if module.startswith("yifa.") and isinstance(error, Exception):
        return str(error)
    if name == "OperationalError":
        text = str(error)
        if "locked" in text or "busy" in text:
            return "台账正被另一个程序占用，请稍后再试。"
        if "full" in text or "No space" in text:
            return "磁盘空间不足，未写入任何内容。请清理磁盘后重试。"
        if "readonly" in text or "unable to open" in text:
            return f"台账打不开或只能读（{text}）。请检查文件夹权限。"
        return f"数据库出错：{text}"
    if isinstance(error, FileNotFoundError):
        return f"找不到文件：{error.filename}。请核对路径。"
    if isinstance(error, PermissionError):
        return f"没有权限：{error.filename}。请检查文件是否被其他程序打开。"
    if isinstance(error, OSError) and error.errno == 28:
        return "磁盘空间不足，未写入任何内容。请清理磁盘后重试。"
    if isinstance(error, IsADirectoryError):
        return f"这是文件夹而不是文件：{error.filename}。"
    return None


def run(argv: list[str] | None = None) -> int:
    """Run one command and give its exit code; used by `main` and by tests."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    command = typer.main.get_command(app)
    try:
        result = command.main(args=argv, prog_name="yifa", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except Failure as e:
        warn(e.message)
        return e.code
    except click.exceptions.Exit as e:
        return int(e.exit_code)
    except click.exceptions.NoArgsIsHelpError as e:
        e.show()
        return USAGE
    except click.UsageError as e:
        hint = f"（{e.ctx.command_path} --help 可查看用法）" if e.ctx else ""
        warn(f"命令写法有误：{e.format_message()}{hint}")
        return USAGE
    except click.Abort:
        warn("已中断，未完成的操作没有写入。")
        return 130
    except KeyboardInterrupt:
        warn("已中断，未完成的操作没有写入。")
        return 130
    except BrokenPipeError:
        return 0
    except Exception as e:
        message = _known_failure(e)
        if message is None or os.environ.get("YIFA_DEBUG"):
            traceback.print_exc()
        warn(message or f"程序出错（{type(e).__name__}：{e}）。未完成的操作没有写入；请把上面的信息发给维护人员。")
        return FAILED


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(run())
