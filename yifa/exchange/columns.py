"""The columns of a definition's sheet: one for each field and for the day of each step, and how headings find them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from dataclasses import field as made
from difflib import SequenceMatcher

from yifa.procedure.definition import Definition, FieldDef, Step

OWN_NUMBER = "own_number"
FOREIGN_NUMBER = "foreign_number"
ORDINAL = "ordinal"
SOURCE_SYSTEM = "source_system"
SOURCE_ID = "source_id"
RECORD_ORG = "record_org"
STEP_NAME = "step_name"
STEP_DAY = "step_day"
_META = {
    OWN_NUMBER: ("系统编号（勿改）", ["系统编号"]),
    FOREIGN_NUMBER: ("原编号", ["编号", "台账编号", "案号", "文号", "登记号", "自编号", "登记编号"]),
    ORDINAL: ("序号", ["号", "顺序号", "No", "行号"]),
    SOURCE_SYSTEM: ("外部系统", ["来源系统", "数据来源系统", "系统名称"]),
    SOURCE_ID: ("外部系统编号", ["来源编号", "来源系统编号", "源编号"]),
    RECORD_ORG: ("所属单位", ["所属乡镇", "乡镇", "镇街", "乡镇街道"]),
}
_FURTHER = {STEP_NAME: ("环节", ["环节名称", "步骤"]), STEP_DAY: ("办理日期", ["日期", "办理时间"])}
_QUIET = frozenset(["退回原因"])
_BRACKETS = re.compile(r"[(（【\[]([^)）】\]]*)[)）】\]]")
_MARKS = re.compile(r"[\s*＊:：、，,。.·\-_/\\\"'“”()（）【】\[\]]+")
_LIKE = 0.82


@dataclass(slots=True)
class Column:
    """One column: ``key`` is the fact it fills, ``step`` the step whose day it is (None for a plain field)."""

    key: str
    name: str
    field: FieldDef
    step: Step | None = None
    required: bool = False
    meta: bool = False
    names: list[str] = made(default_factory=list)


def whole(heading: object) -> str:
    """A heading without what clerks vary: width, spaces, marks; the words in brackets stay."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", str(heading))).lower()


def normal(heading: object) -> str:
    """A heading without what stands in brackets as well (units, hints)."""
    return whole(_BRACKETS.sub("", unicodedata.normalize("NFKC", str(heading))))


def unit_of(heading: object) -> str:
    """The unit that a heading states: 罚款（万元） -> 万元; 金额:万元 -> 万元."""
    text = unicodedata.normalize("NFKC", str(heading)).rstrip("* ")
    m = _BRACKETS.search(text)
    if m:
        return m[1].strip().removeprefix("单位").lstrip(":： ")
    return text.rpartition(":")[2].strip() if ":" in text else ""


def openers(d: Definition) -> list[Step]:
    """The steps that may open a record: the first, and others that rest on none and are taken once."""
    steps = d.all_steps
    return [s for i, s in enumerate(steps) if i == 0 or (s.at_most == 1 and not s.after and not s.after_any)]


def required_fields(d: Definition, step: Step) -> list[str]:
    """The fields that a step cannot do without."""
    by_key = {f.key: f for f in d.fields}
    return [sf.key for sf in step.fields
            if sf.key in by_key and (by_key[sf.key].required if sf.required is None else sf.required)]  # fmt: skip


def _day_name(step: Step) -> str:
    return step.on_name or (step.name if step.name.endswith(("日期", "日", "时间")) else f"{step.name}日期")


def _meta_column(key: str, name: str, more: list[str]) -> Column:
    return Column(key, name, FieldDef(key=key, name=name, type="text"), meta=True, names=[name, *more])


def columns_of(d: Definition) -> list[Column]:
    """The columns in the order of the steps, each step's day before its fields; the foreign number first.

    Every column's name is unlike every other's, so that a sheet with these headings is read without doubt."""
    fields = {f.key: f for f in d.fields}
    first = openers(d)
    needed = {first[0].milestone, *required_fields(d, first[0])} if len(first) == 1 else set()
    names = {whole(f.name) for f in d.fields}
    found: dict[str, Column] = {}
    taken: set[str] = set()

    def unlike(step: Step, name: str, *more: str) -> str:
        chosen = next(n for n in (name, *more, f"{step.name}：{name}", f"{step.key}：{name}") if whole(n) not in taken)
        taken.add(whole(chosen))
        return chosen

    for s in d.all_steps:
        if s.milestone not in found:
            day = fields.get(s.milestone)
            name = day.name if day else _day_name(s)
            if day is None and whole(name) in names:
                name = f"{s.name}日期" if name == s.name else f"{s.name}的日期"
            name = unlike(s, name)
            made = day or FieldDef(key=s.milestone, name=name, type="datetime")
            found[s.milestone] = Column(s.milestone, name, made, s, s.milestone in needed)
        for sf in s.fields:
            if sf.key in fields and sf.key not in found:
                f = fields[sf.key]
                found[sf.key] = Column(sf.key, unlike(s, f.name), f, None, sf.key in needed)
    taken |= names
    _name(d, found, taken)
    meta = {k: _meta_column(k, name, [n for n in more if whole(n) not in taken]) for k, (name, more) in _META.items()}
    own = {whole(n) for c in found.values() for n in c.names}
    for c in meta.values():
        c.names = [n for n in c.names if whole(n) not in own]
    order = [meta[OWN_NUMBER], meta[ORDINAL], meta[FOREIGN_NUMBER], *found.values()]
    return [*order, meta[SOURCE_SYSTEM], meta[SOURCE_ID], meta[RECORD_ORG]]


def _name(d: Definition, found: dict[str, Column], taken: set[str]) -> None:
    """The other headings by which the columns are known."""
    aliases: dict[str, list[str]] = {}
    for heading, key in d.columns.items():
        aliases.setdefault(key, []).append(heading)
    for c in found.values():
        c.names = [c.name, *aliases.get(c.key, [])]
        if c.step is not None and d.field(c.key) is None:
            extra = [f"{c.step.name}时间", f"{c.step.name}日期", f"{c.step.name}日"]
            c.names += [n for n in extra if n not in c.names and whole(n) not in taken]


def further_columns(d: Definition) -> list[Column]:
    """The columns of the sheet of further steps (后续办理): whose record, which step, when, and the fields of all steps."""
    columns = columns_of(d)
    steps = {f.key for s in d.all_steps for f in s.fields}
    days = {s.milestone for s in d.all_steps}
    own = [c for c in columns if not c.meta and c.key in steps and c.key not in days]
    names = {whole(c.name) for c in own}
    step = [_meta_column(k, name, [n for n in more if whole(n) not in names]) for k, (name, more) in _FURTHER.items()]
    step[1].field = FieldDef(key=STEP_DAY, name="办理日期", type="datetime")
    for c in own:
        c.required = False
    return [*(c for c in columns if c.key in (OWN_NUMBER, FOREIGN_NUMBER)), *step, *own]


@dataclass(slots=True)
class Mapping:
    """Which sheet column is which: ``places`` index -> Column; what stays unread; doubles."""

    places: dict[int, Column]
    unread: list[str]
    doubled: list[str]
    score: float

    def has(self, key: str) -> bool:
        return any(c.key == key for c in self.places.values())


class Headings:
    """The names of columns, made once: `match` finds each heading's column."""

    def __init__(self, columns: list[Column]):
        self.columns = columns
        self.exact: dict[str, Column] = {}
        self.short: dict[str, Column] = {}
        for c in reversed(columns):
            self.short |= {normal(n): c for n in c.names if normal(n)}
            self.exact |= {whole(n): c for n in c.names}
        for c in reversed(columns):
            if c.names:
                self.short[normal(c.name)] = c
                self.exact[whole(c.name)] = c
        self._seen: dict[str, Column | None] = {}

    def find(self, heading: str) -> Column | None:
        """The column whose name the heading is, brackets and units aside."""
        if heading not in self._seen:
            self._seen[heading] = self.exact.get(whole(heading)) or self.short.get(normal(heading))
        return self._seen[heading]

    def match(self, headings: list[str], alike: bool = False) -> Mapping:
        """Each heading's column by any of its names; with ``alike`` the rest by likeness (no rival near)."""
        places: dict[int, Column] = {}
        doubled, left = [], []
        used: dict[str, int] = {}
        for i, h in enumerate(headings):
            c = self.find(h) if h else None
            if c is None:
                left.append(i)
            elif c.key not in used:
                places[i] = c
                used[c.key] = i
            elif self._by_name(h, c) == self._by_name(headings[used[c.key]], c):
                doubled.append(h)
            elif self._by_name(h, c):  # 会议名称 stands in for 种类 only where there is no 种类
                left.append(used[c.key])
                del places[used[c.key]]
                places[i], used[c.key] = c, i
            else:
                left.append(i)
        score = float(len(places))
        if alike:
            for i in left:
                c = self._alike(headings[i], used)
                if c is not None:
                    places[i] = c
                    used[c.key] = i
                    score += 0.5
        unread = [headings[i] for i in left if i not in places and headings[i] and headings[i] not in _QUIET]
        return Mapping(places, unread, doubled, score)

    @staticmethod
    def _by_name(heading: str, c: Column) -> bool:
        """Whether a heading is the column's own name, not one of the other names it is known by."""
        return normal(heading) == normal(c.name)

    def _alike(self, heading: str, used: dict[str, int]) -> Column | None:
        text = normal(heading)
        if len(text) < 2:
            return None
        likes: dict[str, tuple[float, Column]] = {}
        for name, c in self.short.items():
            if c.key in used or c.meta:
                continue
            m = SequenceMatcher(None, text, name)
            if m.real_quick_ratio() >= _LIKE and m.quick_ratio() >= _LIKE:
                likes[c.key] = max(likes.get(c.key, (0.0, c)), (m.ratio(), c), key=lambda x: x[0])
        best = sorted(likes.values(), key=lambda x: x[0], reverse=True)
        if best and best[0][0] >= _LIKE and (len(best) == 1 or best[0][0] - best[1][0] > 0.05):
            return best[0][1]
        return None
