"""Help pages and messages about wrongly written commands, in Chinese.

The command line library words both in English. Here the same facts (the commands, their parameters, what was wrong with
the words given) are written as a clerk reads them; examples keep their lines.
"""

from __future__ import annotations

import inspect
import re
import shutil
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# The library's own base class of usage errors; it is not exported by itself.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]
_NAMES = {"definition": "定义", "file": "文件", "target": "目标", "batch": "批次"}
_TYPES = {"str": "文字", "int": "数", "path": "路径", "list[str]": "文字", "list[path]": "路径", "float": "数"}


class Command(TyperCommand):
    """A command with a Chinese help page."""

    def get_help(self, ctx: Any) -> str:
        return page(self, ctx)


class Group(TyperGroup):
    """A group of commands with a Chinese help page."""

    def get_help(self, ctx: Any) -> str:
        return page(self, ctx)


class App(typer.Typer):
    """Commands added here are of the classes above."""

    def command(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("cls", Command)
        return super().command(*args, **kwargs)


def group(help: str) -> App:
    """A named group of commands (``yifa law …``); alone it prints its help."""
    return App(help=help, no_args_is_help=True, cls=Group)


def wide(text: str) -> int:
    """How many columns a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fold(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most ``width`` columns; words in Latin letters stay whole."""
    line = ""
    pieces: list[str] = []
    for c in text:
        if pieces and c.isascii() and not c.isspace() and pieces[-1][-1].isascii() and not pieces[-1][-1].isspace():
            pieces[-1] += c
        else:
            pieces.append(c)
    for piece in pieces:
        if line.strip() and wide(line + piece) > width:
            yield line.rstrip()
            line = ""
        line += piece if line or not piece.isspace() else ""
    if line:
        yield line.rstrip()


def _rows(rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    left = min(max((wide(a) for a, _ in rows), default=0), 30) + 2
    for a, b in rows:
        lines = list(_fold(b, max(width - left - 2, 24))) or [""]
        if wide(a) + 2 > left:
            yield f"  {a}"
        else:
            yield f"  {a}{' ' * (left - wide(a))}{lines.pop(0)}"
        yield from (" " * (left + 2) + line for line in lines)


def _value(param: Any, ctx: Any) -> str:
    """What stands behind an option: 路径, text|json."""
    if param.metavar:
        return str(param.metavar)
    shown = str(param.display_type(ctx)).strip("<>")
    return _TYPES.get(shown, shown)


def _notes(param: Any) -> str:
    found = []
    if param.required:
        found.append("必填")
    default = getattr(param.default, "value", param.default)
    if not param.required and isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        found.append(f"默认 {default}")
    if param.envvar and getattr(param, "show_envvar", False):
        found.append(f"环境变量 {param.envvar}")
    return f"　〔{'，'.join(found)}〕" if found else ""


def _name(param: Any) -> str:
    return str(param.metavar or _NAMES.get(param.name, param.name))


def _argument(param: Any) -> str:
    name = _name(param)
    many = "…" if param.nargs != 1 else ""
    return f"{name}{many}" if param.required else f"[{name}{many}]"


def page(command: Any, ctx: Any) -> str:
    """The help page of a command or a group."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden and p.name != "help"]
    commands = getattr(command, "commands", {})
    needed = [f"{p.opts[0]} {_value(p, ctx)}" for p in options if p.required]
    words = [ctx.command_path, *(["命令"] if commands else []), *map(_argument, arguments), *needed, "[选项]"]
    out = [f"用法：{' '.join(words)}", ""]
    for line in inspect.cleandoc(command.help or "").splitlines():
        out += [f"  {x}" for x in _fold(line, width - 2)] if not line.startswith((" ", "例")) else [f"  {line}"]
        out += [] if line else [""]
    if commands:
        first = [(n, re.split("[。；]", inspect.cleandoc(c.help or ""))[0] + "。") for n, c in commands.items()]
        out += ["", "命令：", *_rows(first, width)]
    if arguments:
        out += ["", "参数：", *_rows([(_name(p), (p.help or "") + _notes(p)) for p in arguments], width)]
    listed = [(", ".join(p.opts) + ("" if p.is_flag else f" {_value(p, ctx)}"), (p.help or "") + _notes(p)) for p in options]
    out += ["", "选项：", *_rows([*listed, ("-h, --help", "显示本帮助。")], width)]
    if commands:
        out += ["", f"每个命令的写法和例子：{ctx.command_path} 命令 --help"]
    return "\n".join(out)


def is_help(error: BaseException) -> bool:
    """Whether the error only asks for the help page: a group was called without a command."""
    return type(error).__name__ == "NoArgsIsHelpError"


def usage_message(error: Any) -> str:
    """What is wrong with the words of the command line, and how to write it."""
    ctx = getattr(error, "ctx", None)
    hint = f"用法见 {ctx.command_path} --help" if ctx else "用法见 yifa --help"
    return f"命令写法有误：{_what(error, ctx)}（{hint}）"


def _what(error: Any, ctx: Any) -> str:
    kind = type(error).__name__
    param = getattr(error, "param", None)
    name = _param_name(param)
    if kind == "MissingParameter":
        value = f" {_value(param, ctx)}" if param and param.param_type_name == "option" else ""
        return f"缺少 {name}{value}。"
    if kind == "NoSuchOption":
        known = [o for p in ctx.command.params for o in p.opts] if ctx else []
        near = get_close_matches(error.option_name, known, 2, 0.5)
        return f"没有选项 {error.option_name}。" + (f"是不是 {'、'.join(near)}？" if near else "")
    if kind == "BadOptionUsage":
        taken = "requires" not in str(error)
        return f"选项 {error.option_name} {'不带值' if taken else '后面要写值'}。"
    if param is not None:
        given = _given(error)
        shown = str(param.display_type(ctx)).strip("<>")
        wanted = f"只能是 {'、'.join(shown.split('|'))}" if "|" in shown else "应为整数" if shown == "int" else f"应为{_TYPES.get(shown, shown)}"
        return f"{name}{f'“{given}”' if given else ''}不对，{wanted}。"
    if hasattr(getattr(ctx, "command", None), "commands"):
        given = str(error).split("'")[1] if "'" in str(error) else ""
        near = get_close_matches(given, list(ctx.command.commands), 3, 0.5)
        listed = f"是不是 {'、'.join(near)}？" if near else f"可用：{'、'.join(ctx.command.commands)}。"
        return f"没有命令“{given}”。{listed}" if given else f"要写命令。{listed}"
    found = re.search(r"\(([^()]*)\)\s*$", str(error))
    extra = found[1] if found else ""
    return f"多了“{extra}”。" if extra else f"{error}。"


def _param_name(param: Any) -> str:
    if param is None:
        return ""
    return "/".join(param.opts) if param.param_type_name == "option" else f"“{_name(param)}”"


def _given(error: Any) -> str:
    """The value that was refused, where the library keeps it."""
    try:
        return str(error.__cause__.errors()[0]["input"])
    except (AttributeError, IndexError, KeyError, TypeError):
        return ""
