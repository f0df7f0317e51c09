"""The columns of a definition's sheet: one for each field and for the day of each step, and how headings find them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from yifa.procedure.definition import Definition, FieldDef, Step

FOREIGN_NUMBER = "foreign_number"
SOURCE_SYSTEM = "source_system"
SOURCE_ID = "source_id"
_META = {
    FOREIGN_NUMBER: ("原编号", ["序号", "编号", "号", "台账编号", "案号", "文号", "登记号", "自编号"]),
    SOURCE_SYSTEM: ("来源系统", ["数据来源系统", "系统名称"]),
    SOURCE_ID: ("来源编号", ["系统编号", "来源系统编号", "源编号"]),
}
_IGNORED = frozenset(["备注", "说明", "系统编号（勿改）"])
_UNIT_IN_HEADING = re.compile(r"[(（【\[]([^)）】\]]*)[)）】\]]")


@dataclass(slots=True)
class Column:
    """One column: ``key`` is the fact it fills, ``step`` the step whose day it is (None for a plain field)."""

    key: str
    name: str
    field: FieldDef
    step: Step | None = None
    required: bool = False
    meta: bool = False
    names: list[str] = field(default_factory=list)


def normal(heading: object) -> str:
    """A heading without what clerks vary: width, spaces, marks, units in brackets."""
    text = unicodedata.normalize("NFKC", str(heading))
    text = _UNIT_IN_HEADING.sub("", text)
    return re.sub(r"[\s*＊:：、，,。.·\-_/\\\"'“”]+", "", text).lower()


def unit_of(heading: object) -> str:
    """The unit that a heading states: 罚款（万元） -> 万元."""
    m = _UNIT_IN_HEADING.search(unicodedata.normalize("NFKC", str(heading)))
    return m[1].strip() if m else ""


def _date_field(key: str, name: str) -> FieldDef:
    return FieldDef.model_validate({"key": key, "name": name, "type": "date"})


def _day_name(step: Step) -> str:
    return step.on_name or (step.name if step.name.endswith(("日期", "日", "时间")) else f"{step.name}日期")


def columns_of(d: Definition) -> list[Column]:
    """The columns in the order of the steps, each step's day before its fields; the foreign number first."""
    meta = [Column(k, name, FieldDef(key=k, name=name, type="text"), meta=True, names=[name, *more])
            for k, (name, more) in _META.items()]  # fmt: skip
    found: dict[str, Column] = {}
    steps = d.all_steps
    for i, s in enumerate(steps):
        day = d.field(s.milestone)
        name = day.name if day else _day_name(s)
        if s.milestone not in found:
            found[s.milestone] = Column(s.milestone, name, day or _date_field(s.milestone, name), s, required=i == 0)
        for sf in s.fields:
            f = d.field(sf.key)
            if f is not None and sf.key not in found:
                needed = f.required if sf.required is None else sf.required
                found[sf.key] = Column(sf.key, f.name, f, None, required=i == 0 and needed)
    aliases: dict[str, list[str]] = {}
    for heading, key in d.columns.items():
        aliases.setdefault(key, []).append(heading)
    taken = {normal(c.name) for c in found.values()}
    for c in found.values():
        c.names = [c.name, *aliases.get(c.key, [])]
        if c.step is not None and d.field(c.key) is None:
            extra = [f"{c.step.name}时间", f"{c.step.name}日期", f"{c.step.name}日"]
            c.names += [n for n in extra if n not in c.names and normal(n) not in taken]
    own = {normal(n) for c in found.values() for n in c.names}
    for c in meta:
        c.names = [n for n in c.names if normal(n) not in own]
    return [meta[0], *found.values(), *meta[1:]]


@dataclass(slots=True)
class Mapping:
    """Which sheet column is which: ``places`` index -> Column; what stays unread; doubles."""

    places: dict[int, Column]
    units: dict[int, str]
    unread: list[str]
    doubled: list[str]
    score: float


def match_headings(headings: list[str], columns: list[Column]) -> Mapping:
    """Find each heading's column: by any of its names, then by likeness (at least 0.82, and no rival)."""
    names = {normal(n): c for c in reversed(columns) for n in c.names}
    places: dict[int, Column] = {}
    doubled: list[str] = []
    left: list[int] = []
    used: set[str] = set()
    for i, h in enumerate(headings):
        c = names.get(normal(h)) if h else None
        if c is None:
            left.append(i)
        elif c.key in used:
            doubled.append(h)
        else:
            places[i] = c
            used.add(c.key)
    exact = len(places)
    for i in left:
        h = normal(headings[i]) if headings[i] else ""
        if len(h) < 2 or headings[i] in _IGNORED:
            continue
        likes = sorted(((SequenceMatcher(None, h, n).ratio(), c.key, c) for n, c in names.items()
                        if c.key not in used and not c.meta), reverse=True, key=lambda x: x[0])[:2]  # fmt: skip
        if likes and likes[0][0] >= 0.82 and (len(likes) == 1 or likes[0][1] == likes[1][1] or likes[0][0] - likes[1][0] > 0.05):
            places[i] = likes[0][2]
            used.add(likes[0][1])
    units = {i: unit_of(headings[i]) for i in places}
    unread = [headings[i] for i in left if i not in places and headings[i]]
    return Mapping(places, units, unread, doubled, exact + 0.5 * (len(places) - exact))
