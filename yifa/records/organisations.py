"""Organisations (机构): a dated tree by explicit parent. Every organisation has its chain, begun when it is added."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.db import connection, transaction

from yifa.records import sql
from yifa.records.acts import BadInput, Problem
from yifa.records.chain import genesis

_CODE = re.compile(r"[0-9A-Za-z_]{1,40}")
_SUFFIX = re.compile(r"(人民政府|街道办事处|办事处)$")
EARLIEST = "1949-10-01"
_COLUMNS = ("code", "name", "short", "kind", "parent", "led_by", "path", "valid_from", "valid_to", "successor")
_TOPMOST = """SELECT o.code, (SELECT d.code FROM yifa_division_code d WHERE d.org = o.code ORDER BY d.valid_from DESC LIMIT 1)
FROM yifa_organisation o WHERE o.parent IS NULL ORDER BY o.code"""


@dataclass(slots=True, frozen=True)
class Organisation:
    """One organisation; dates as ISO text."""

    code: str
    name: str
    short: str
    kind: str
    parent: str | None
    led_by: str | None
    path: str
    valid_from: str
    valid_to: str | None
    successor: str | None


def short_name(name: str) -> str:
    """The name as numbers use it: 青龙镇人民政府 -> 青龙镇, 城东街道办事处 -> 城东街道."""
    if name.endswith("街道办事处"):
        return name.removesuffix("办事处")
    return _SUFFIX.sub("", name) or name


def add_organisation(code: str, name: str, kind: str, parent: str | None = None, *, short: str | None = None,
                     led_by: str | None = None, valid_from: str = EARLIEST, valid_to: str | None = None,
                     division_code: str | None = None) -> Organisation:  # fmt: skip
    """Add an organisation below ``parent`` and begin its chain. Raises BadInput (bad or used code, unknown parent)."""
    if not _CODE.fullmatch(code):
        raise BadInput([Problem("code", f"机构代码“{code}”只能用字母、数字和下划线，不超过 40 个。")])
    if not name.strip():
        raise BadInput([Problem("name", "机构名称必填。")])
    with transaction.atomic(), connection.cursor() as cursor:
        path = "/" if parent is None else organisation(parent).path
        if sql.first(cursor, "SELECT 1 FROM yifa_organisation WHERE lower(code) = %s", (code.lower(),)):
            raise BadInput([Problem("code", f"机构代码 {code} 已经有了（大小写不算区别）。")])
        made = Organisation(code, name.strip(), short or short_name(name.strip()), kind, parent, led_by,
                            f"{path}{code}/", valid_from, valid_to, None)  # fmt: skip
        cursor.execute(sql.insert("yifa_organisation", _COLUMNS), [getattr(made, c) for c in _COLUMNS])
        cursor.execute("INSERT INTO yifa_chain_head (org, cseq, hash) VALUES (%s, 0, %s)", (code, genesis(code)))
        if division_code:
            cursor.execute("INSERT INTO yifa_division_code (org, code, valid_from, valid_to) VALUES (%s, %s, %s, %s)",
                           (code, division_code, valid_from, valid_to))  # fmt: skip
    return made


def _make(row: Any) -> Organisation:
    values: list[Any] = [v if v is None or isinstance(v, str) else v.isoformat() for v in row]
    return Organisation(*values)


def organisation(code_or_name: str) -> Organisation:
    """By code, name or short name. Raises BadInput with near names for an unknown or ambiguous one."""
    with connection.cursor() as cursor:
        rows = sql.all_rows(cursor, f"SELECT {', '.join(_COLUMNS)} FROM yifa_organisation "
                            "WHERE code = %s OR name = %s OR short = %s ORDER BY code", (code_or_name,) * 3)  # fmt: skip
        exact = [r for r in rows if r[0] == code_or_name] or rows
        if len(exact) == 1:
            return _make(exact[0])
        if exact:
            listed = "、".join(f"{r[1]}（{r[0]}）" for r in exact)
            raise BadInput([Problem("org", f"有几个机构叫“{code_or_name}”：{listed}。请写机构代码。")])
        raise BadInput([Problem("org", f"没有“{code_or_name}”这个机构。{near_text(cursor, code_or_name)}")])


def near_text(cursor: Any, given: str) -> str:
    """What the clerk may have meant, as a sentence."""
    rows = sql.all_rows(cursor, "SELECT code, name, short FROM yifa_organisation ORDER BY code LIMIT 2000")
    if not rows:
        return "还没有登记任何机构，请先登记机构。"
    names = {n: r for r in rows for n in r}
    near = difflib.get_close_matches(given, list(names), n=5, cutoff=0.3)
    near += [n for n in names if given and (given in n or n in given) and n not in near]
    shown = dict.fromkeys(f"{names[n][1]}（{names[n][0]}）" for n in near[:5])
    return f"是不是：{'、'.join(shown)}？" if shown else f"现有机构如：{'、'.join(f'{r[1]}（{r[0]}）' for r in rows[:5])}。"


def subtree(code: str | None = None) -> list[Organisation]:
    """An organisation and all below it, by path; without a code all. Raises BadInput for an unknown code."""
    where, parameters = "1 = 1", []
    if code is not None:
        where, parameters = "path LIKE %s", [organisation(code).path.replace("_", r"\_") + "%"]
    with connection.cursor() as cursor:
        escape = " ESCAPE '\\'" if parameters else ""
        rows = sql.all_rows(cursor, f"SELECT {', '.join(_COLUMNS)} FROM yifa_organisation WHERE {where}{escape} "
                            "ORDER BY path", parameters)  # fmt: skip
    return [_make(r) for r in rows]


def installation_place(cursor: Any) -> str:
    """区划代码 of the installation, by which regional limits and thresholds are chosen: that of its topmost organisation
    (of several, what their codes begin with in common); "" where none has a code of digits."""
    codes = []
    for code, division in sql.all_rows(cursor, _TOPMOST):
        given = division or code
        if not re.fullmatch(r"[0-9]{2,12}", given):
            return ""
        codes.append(given)
    pairs = zip(min(codes, default=""), max(codes, default=""), strict=False)
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def close_organisation(code: str, valid_to: str, successor: str | None = None) -> None:
    """撤并: the last day of an organisation, and who carries on its work. Raises BadInput."""
    organisation(code)
    if successor is not None:
        organisation(successor)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE yifa_organisation SET valid_to = %s, successor = %s WHERE code = %s",
                       (valid_to, successor, code))  # fmt: skip
