"""`yifa init`, `yifa org add|list|close`: an empty ledger, and the organisations that keep it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from yifa.cli.help import group
from yifa.cli.output import USAGE, Format, FormatOption, emit_json, fail, say, show_table
from yifa.cli.place import HomeOption, codex_of, open_ledger

_KINDS = {"county": "县级", "town": "乡镇（街道）", "village": "村（社区）", "office": "站所", "committee": "委员会"}


def init(
    home: Annotated[Path, typer.Option("--home", metavar="文件夹", help="新台账放在哪里（空文件夹）。")],
    format: FormatOption = Format.text,
) -> None:
    """建一个空台账（库、加密钥匙、附件文件夹）。随后用 yifa org add 登记单位。

    例：yifa init --home 台账
    """
    from yifa.records.store import prepare

    if home.exists() and (not home.is_dir() or any(p.name != "overlay" for p in home.iterdir())):
        fail(f"{home} 不是空文件夹，没有改动它。请另选一处。")
    codex = codex_of(home)
    try:
        prepare(home, codex, os.environ.get("YIFA_DATABASE"))
    except BaseException:
        _clear(home)
        raise
    if format is Format.json:
        emit_json({"home": str(home)})
    else:
        say(f"已建 {home}。", f"请把 {home / 'keys'} 里的钥匙另存到保险处：没有它，加密内容打不开。",
            "下一步：yifa org add 330702 某县 --kind county")  # fmt: skip


def _clear(home: Path) -> None:
    """Take away what was made of a ledger that could not be made whole."""
    from django.db import connections

    with suppress(Exception):
        connections.close_all()
    for made in home.iterdir() if home.is_dir() else ():
        if made.is_dir() and made.name != "overlay":
            shutil.rmtree(made, ignore_errors=True)
        elif made.is_file():
            made.unlink(missing_ok=True)


def add(
    code: Annotated[str, typer.Argument(metavar="代码", help="单位代码，一般用区划代码。")],
    name: Annotated[str, typer.Argument(metavar="名称", help="全称，如 青石镇人民政府。")],
    parent: Annotated[str, typer.Option("--parent", metavar="上级", help="上级单位的代码或名称。")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="类别", help="county、town、village、office、committee。")] = "town",
    since: Annotated[str, typer.Option("--from", metavar="日期", help="自哪天起有这个单位。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """登记一个单位。

    例：yifa org add 999901101 青石镇人民政府 --parent 999901
        yifa org add 999901101201 石桥村 --parent 青石镇 --kind village
    """
    from yifa.cli.law_cmds import parse_date
    from yifa.records.organisations import EARLIEST, add_organisation, organisation

    if kind not in _KINDS:
        fail(f"没有类别“{kind}”。可用：{'、'.join(f'{k}（{v}）' for k, v in _KINDS.items())}。", USAGE)
    begin = parse_date(since).isoformat() if since else EARLIEST
    open_ledger(home)
    made = add_organisation(code, name, kind, organisation(parent).code if parent else None, valid_from=begin)
    if format is Format.json:
        emit_json({"code": made.code, "name": made.name, "path": made.path})
    else:
        say(f"已登记 {made.name}（{made.code}）。")


def list_(
    below: Annotated[str, typer.Argument(metavar="单位", help="只列它和它的下级。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """列出单位，按上下级。

    例：yifa org list
    """
    from yifa.records.organisations import subtree

    open_ledger(home)
    found = subtree(below or None)
    if format is Format.json:
        emit_json([{"code": o.code, "name": o.name, "kind": o.kind, "parent": o.parent, "from": o.valid_from,
                    "to": o.valid_to} for o in found])  # fmt: skip
        return
    show_table(["代码", "名称", "类别", "至"], [
        (o.code, "　" * max(0, o.path.count("/") - 2) + o.name, _KINDS.get(o.kind, o.kind), o.valid_to or "") for o in found])  # fmt: skip


def close(
    code: Annotated[str, typer.Argument(metavar="单位", help="撤并的单位。")],
    last_day: Annotated[str, typer.Argument(metavar="日期", help="最后一天。")],
    successor: Annotated[str, typer.Option("--successor", metavar="单位", help="承接的单位。")] = "",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """撤并一个单位：此后的事项记在承接单位名下，过去的记录不动。

    例：yifa org close 白沙乡 2025-12-31 --successor 青石镇
    """
    from yifa.cli.law_cmds import parse_date
    from yifa.records.organisations import close_organisation, organisation

    last = parse_date(last_day).isoformat()
    open_ledger(home)
    heir = organisation(successor).code if successor else None
    closed = organisation(code)
    if last < closed.valid_from:
        fail(f"{closed.name} {closed.valid_from} 才有，不能止于 {last}。", USAGE)
    close_organisation(closed.code, last, heir)
    if format is Format.json:
        emit_json({"code": closed.code, "name": closed.name, "to": last, "successor": heir})
    else:
        say(f"{closed.name}至 {last} 止。")


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    app.command("init")(init)
    org = group("单位：登记、列出、撤并。")
    org.command("add")(add)
    org.command("list")(list_)
    org.command("close")(close)
    app.add_typer(org, name="org")
