"""The `yifa` command: assembles the commands and turns every failure into a message and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from itertools import pairwise
from typing import Any

import typer

from yifa import __version__
from yifa.cli.help import App, Group, UsageError, is_help, usage_message
from yifa.cli.output import FAILED, USAGE, Failure, begin, emit_error, warn

# Which module holds which commands: only the one that was called is imported.
PARTS: dict[str, tuple[str, ...]] = {
    "demo_cmd": ("demo",),
    "org_cmds": ("init", "org"),
    "law_cmds": ("due", "statute", "law"),
    "codex_cmds": ("codex",),
    "exchange_cmds": ("template", "import", "export", "undo"),
    "ledger_cmds": ("record", "verify", "rebuild", "backup", "restore"),
    "report_cmds": ("figures", "report"),
    "proofread_cmds": ("proofread",),
}
INTERRUPTED = 130
_FULL = "磁盘空间不足，没有写完，已写的部分不作数。请清理磁盘后重试。"


def make_app(word: str = "") -> typer.Typer:
    """The commands; with the first ``word`` of a command line only those of its part."""
    app = App(name="yifa", cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
              pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
              help="依法：乡镇法治政府建设工作的记录系统。台账登记一次，期限、报告和每个数字都由记录算出。")  # fmt: skip
    app.callback(invoke_without_command=True)(_root)
    wanted = [part for part, names in PARTS.items() if word in names] or PARTS
    for part in wanted:
        import_module(f"yifa.cli.{part}").register(app)
    return app


def __getattr__(name: str) -> Any:
    """``app``: all commands, for those who look at them as a whole."""
    if name != "app":
        raise AttributeError(name)
    return make_app()


def _root(version: bool = typer.Option(False, "--version", help="显示版本。")) -> None:
    if version:
        typer.echo(f"yifa {__version__}")
        raise typer.Exit


def _database_message(error: Exception) -> str | None:
    """The message for an error of the database, however deep it was raised."""
    if type(error).__module__.partition(".")[0] not in ("django", "sqlite3", "psycopg"):
        return None
    from django.db import DatabaseError

    from yifa.records.acts import StoreFailure
    from yifa.records.failures import translated

    try:
        with translated():
            raise DatabaseError(str(error)) from error
    except StoreFailure as known:
        return str(known)


def _known_failure(error: Exception) -> str | None:
    """The message of a failure that people can mend; None for a fault of the program."""
    if type(error).__module__.startswith("yifa."):
        return str(error)
    if isinstance(error, OSError) and (message := _file_message(error)):
        return message
    if "ENOSPC" in str(error) or "No space left" in str(error):
        return _FULL
    return _database_message(error)


def _underlying(error: BaseException) -> str | None:
    """The message of the failure that set off another: a library that tidies up after a full disk trips over itself."""
    earlier = error.__cause__ or error.__context__
    while earlier is not None:
        if isinstance(earlier, OSError) and (message := _file_message(earlier)):
            return message
        earlier = earlier.__cause__ or earlier.__context__
    return None


def _file_message(error: OSError) -> str | None:
    place = f"“{error.filename}”" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return _FULL
    if isinstance(error, FileNotFoundError):
        return f"找不到{place or '文件'}。请核对路径。"
    if error.errno == errno.EROFS:
        return f"{place}所在的磁盘只能读、不能写。请换一个位置。"
    if isinstance(error, PermissionError):
        return f"没有权限读写{place}。请检查文件夹权限，或看文件是否被其他程序打开。"
    if isinstance(error, IsADirectoryError):
        return f"{place}是文件夹，这里要写文件。"
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{place}是文件，这里要写文件夹。"
    if error.errno == errno.ENAMETOOLONG:
        return f"{place}名称太长。"
    return f"读写{place or '文件'}失败：{error.strerror or error}。"


def _answer(error: Exception) -> tuple[str, int]:
    """Message and exit code of a command that did not end by itself."""
    if isinstance(error, Failure):
        return error.message, error.code
    if isinstance(error, UsageError):
        return usage_message(error), USAGE
    if isinstance(error, typer.Abort):
        return "已中断，未完成的操作没有写入。", INTERRUPTED
    message = _known_failure(error) or _underlying(error)
    if message is None:
        message = (f"程序出错（{type(error).__name__}：{error}）。未完成的操作没有写入；"
                   "设环境变量 YIFA_DEBUG=1 再运行一次，把显示的内容发给维护人员。")  # fmt: skip
    return message, FAILED


def _wants_json(words: list[str]) -> bool:
    return "--format=json" in words or any(a == "--format" and b == "json" for a, b in pairwise(words))


def run(argv: list[str] | None = None) -> int:
    """Run one command and give its exit code; used by `main` and by tests.

    A command that fails says why on stderr; with ``--format json`` stdout then holds ``{"error": message}``.
    """
    words = sys.argv[1:] if argv is None else argv
    begin()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        command = typer.main.get_command(make_app(words[0] if words else ""))
        result = command.main(args=words, prog_name="yifa", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except typer.Exit as e:
        return e.exit_code
    except KeyboardInterrupt:
        warn("已中断，未完成的操作没有写入。")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return 0
    except Exception as e:
        if is_help(e):
            warn(str(e))
            return USAGE
        if os.environ.get("YIFA_DEBUG"):
            import traceback

            traceback.print_exc()
        message, code = _answer(e)
        return _report(message, code, _wants_json(words))


def _report(message: str, code: int, as_json: bool) -> int:
    try:
        warn(message)
        if as_json:
            emit_error(message)
    except OSError:  # stdout itself is full or closed: the exit code still tells
        _drop_output()
    return code


def _drop_output() -> None:
    """Nobody reads stdout any more: let the interpreter end without a complaint about it."""
    with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123
        try:
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        except (OSError, ValueError):
            sys.stdout = sys.__stdout__


def main() -> None:
    """Entry point of the installed command."""
    if not os.environ.get("YIFA_DEBUG"):
        # On a full disk libraries complain once more while they are torn down; the command has said it already.
        sys.unraisablehook = lambda _: None
    sys.exit(run())
