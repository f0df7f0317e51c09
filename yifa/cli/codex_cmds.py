"""`yifa codex check` and `yifa codex list`: the law and the institutions as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yifa.cli.help import group
from yifa.cli.output import FAILED, USAGE, Format, FormatOption, emit_json, fail, say, show_table
from yifa.cli.place import HomeOption, codex_of

if TYPE_CHECKING:
    from yifa.codex.bundle import Codex

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entries: its name, its columns (JSON key -> heading) and how to read them."""

    name: str
    columns: dict[str, str]
    rows: Callable[[Codex], list[Row]]


def _definitions(codex: Codex) -> list[Row]:
    return [(d.key, d.name, "程序" if d.kind == "procedure" else "台账", len(d.all_steps), len(d.fields))
            for d in sorted(codex.definitions.values(), key=lambda d: (d.kind, d.key))]  # fmt: skip


def _limits(codex: Codex) -> list[Row]:
    return [(x.key, x.name, str(x.versions[-1]) if x.versions else "由其他期限合成",
             str(x.versions[-1].basis or "") if x.versions else "") for x in codex.limits.values()]  # fmt: skip


def _thresholds(codex: Codex) -> list[Row]:
    return [(x.key, x.name, "" if x.versions[-1].value is None else x.versions[-1].value, x.unit,
             str(x.versions[-1].basis or x.versions[-1].note or "")) for x in codex.thresholds.values()]  # fmt: skip


def _relations(codex: Codex) -> list[Row]:
    return [("、".join(r.at_most[:1]) + " 不超过 " + r.at_most[1] if r.at_most else
             " + ".join(r.sum or []) + " = " + " + ".join(r.equals or []),) for r in codex.relations]  # fmt: skip


def _notices(codex: Codex) -> list[Row]:
    return [(n.year, n.number or "", sum(1 for _ in n.days_off()), len(n.workdays)) for n in codex.calendar.notices]


_NAMED = {"key": "键", "name": "名称"}
KINDS: dict[str, Kind] = {
    "definitions": Kind("定义", {**_NAMED, "kind": "类别", "steps": "环节", "fields": "字段"}, _definitions),
    "indicators": Kind("指标", {**_NAMED, "unit": "单位"}, lambda c: [(i.key, i.name, i.unit) for i in c.indicators.values()]),
    "relations": Kind("指标关系", {"relation": "关系"}, _relations),
    "limits": Kind("期限", {**_NAMED, "now": "现行", "basis": "依据"}, _limits),
    "thresholds": Kind("标准", {**_NAMED, "value": "数额", "unit": "单位", "basis": "依据"}, _thresholds),
    "statutes": Kind("法律法规", {"key": "键", "title": "名称"}, lambda c: [(s.key, s.title) for s in c.statutes]),
    "duties": Kind("职责", {**_NAMED, "every": "周期"}, lambda c: [(d.key, d.name, d.every) for d in c.duties.values()]),
    "outlines": Kind("报告提纲", {**_NAMED, "years": "适用年度"},
                     lambda c: [(o.key, o.name, f"{o.from_}—{o.to or ''}") for o in c.outlines.values()]),
    "documents": Kind("文书", _NAMED, lambda c: [(k, d.get("name", "")) for k, d in c.documents.items()]),
    "calendar": Kind("放假通知", {"year": "年", "number": "文号", "off": "放假天数", "worked": "调休上班"}, _notices),
}  # fmt: skip
_NAMES = "、".join(KINDS)


def check(
    folders: Annotated[list[Path] | None, typer.Argument(metavar="文件夹", help="本地法典文件夹（可多个）；不写则检查随附的和台账自己的 overlay。")] = None,
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """检查法典文件：格式、引用、有效期；有错则指出文件、行、栏目和原因。

    例：yifa codex check
        yifa codex check 本县规定

    退出码：0 无误；2 有错。
    """
    from yifa.codex.bundle import load
    from yifa.codex.loader import CodexError

    try:
        codex = load(*folders) if folders else codex_of(home)
    except CodexError as e:
        if format is Format.json:
            emit_json({"ok": False, "problems": e.problems})
        else:
            say(*e.problems, f"共 {len(e.problems)} 处问题。改好后再运行一次。")
        raise typer.Exit(FAILED) from e
    counts = {k: len(kind.rows(codex)) for k, kind in KINDS.items()}
    if format is Format.json:
        emit_json({"ok": True, "hash": codex.hash, **counts, "problems": []})
        return
    say("法典无误：" + "，".join(f"{KINDS[k].name} {n}" for k, n in counts.items()) + "。",
        f"摘要 {codex.hash[:16]}　日历 {codex.calendar.version}")  # fmt: skip


def _definition(codex: Codex, key: str, format: Format) -> None:
    d = codex.definitions[key]
    if format is Format.json:
        emit_json(d.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        return
    say(f"{d.name}（{d.key}）　{'程序' if d.kind == 'procedure' else '台账'}")
    show_table(["环节", "键", "日期名", "先办", "期限", "依据"], [
        [s.name, s.key, s.milestone, "、".join(s.after), "、".join(x.limit for x in s.starts), str(s.basis or "")]
        for s in d.all_steps])  # fmt: skip
    say("")
    show_table(["字段", "键", "类型", "必填", "保护"], [
        [f.name, f.key, f.type, "是" if f.required else "", "敏感" if f.sensitive else "个人" if f.personal else ""]
        for f in d.fields])  # fmt: skip


def list_(
    what: Annotated[str, typer.Argument(metavar="种类", help=f"{_NAMES}，或一个定义的键或名称。")] = "definitions",
    format: FormatOption = Format.text,
    home: HomeOption = None,
) -> None:
    """列出法典里的定义、指标、期限、标准、法规、职责、提纲、文书、放假通知；写一个定义则看它的环节和字段。

    例：yifa codex list
        yifa codex list indicators
        yifa codex list disclosure_request
    """
    codex = codex_of(home)
    kind = KINDS.get(what)
    if kind is None:
        named = [d.key for d in codex.definitions.values() if what in (d.key, d.name)]
        if len(named) != 1:
            fail(f"没有“{what}”。可列：{_NAMES}，或一个定义的键（yifa codex list 查看）。", USAGE)
        _definition(codex, named[0], format)
        return
    rows = kind.rows(codex)
    if format is Format.json:
        emit_json([dict(zip(kind.columns, row, strict=True)) for row in rows])
    else:
        show_table(list(kind.columns.values()), rows)
        say(f"共 {len(rows)} 项。")


def register(app: typer.Typer) -> None:
    """Add the commands of this part."""
    codex = group("法典：写成数据的法律和制度。")
    codex.command("check")(check)
    codex.command("list")(list_)
    app.add_typer(codex, name="codex")
