"""Values (字段值): from what people and spreadsheets write to the canonical, JSON-able form, or a clear refusal.

`cleaner` compiles a field once; the function it gives is called for every cell of an import, so the common forms are
looked up before they are parsed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from yifa.law.numerals import parse_cn
from yifa.procedure.dates import EMPTY_WORDS, DateProblem, from_cell, from_serial, read_date, read_datetime
from yifa.procedure.definition import FieldDef
from yifa.procedure.events import UNKNOWN
from yifa.procedure.identifiers import id_number_from_15, id_number_valid, uscc_valid

Cleaner = Callable[[Any], Any]
_UNKNOWN_WORDS = frozenset(["不详", "不明", "未知", "待查"])
_MISSING = object()
_NUMBER = re.compile(r"(约|近|超|逾)?\s*(-?\d+(?:\.\d+)?)\s*(万|亿)?\s*(余|多)?\s*([^\d]*)")
_TRUE = frozenset(["是", "有", "√", "✓", "✔", "y", "yes", "true", "1", "对", "已"])
_FALSE = frozenset(["否", "无", "×", "✗", "x", "n", "no", "false", "0", "未", "不", "没有"])


class ValueProblem(ValueError):
    """A value that cannot be taken: what is wrong and what to do."""


@dataclass(slots=True)
class Context:
    """What cleaning may look up: organisations by name or code, statutes by title, today's date."""

    today: date | None = None
    organization: Callable[[str], str | None] = lambda name: name
    near_organizations: Callable[[str], list[str]] = lambda name: []
    statute: Callable[[str], str | None] = lambda title: title
    money_scale: int = 100
    cache: dict[Any, Any] = field(default_factory=dict)


def plain(raw: Any) -> str:
    """A cell as trimmed text, full-width forms made half-width; a whole number without its '.0'."""
    if isinstance(raw, str):
        text = raw
    elif isinstance(raw, bool):
        return "是" if raw else "否"
    elif isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    elif isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="minutes") if raw.hour or raw.minute else raw.date().isoformat()
    else:
        text = str(raw)
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).strip()


def _text(f: FieldDef, ctx: Context) -> Cleaner:
    if f.format is not None:
        return _formatted(f, ctx)

    def clean(raw: Any) -> Any:
        if raw.__class__ is str:
            text = raw.strip()
        else:
            text = plain(raw)
        if len(text) > 20_000:
            raise ValueProblem(f"{f.name}太长（{len(text)} 字）。请缩短到 20000 字以内，或作为附件。")
        if "\x00" in text:
            raise ValueProblem(f"{f.name}里有不可见的控制字符。请重新录入。")
        return text or None

    return clean


def _formatted(f: FieldDef, ctx: Context) -> Cleaner:
    def clean(raw: Any) -> Any:
        if isinstance(raw, float) and (abs(raw) >= 1e15 or not raw.is_integer()):
            raise ValueProblem(f"{f.name}被表格软件改成了数字，后几位已丢失。请把该列设为“文本”后重新填写。")
        text = plain(raw).replace(" ", "").replace("-", "") if f.format != "phone" else plain(raw).replace(" ", "")
        text = text.upper().lstrip("'’‘")
        if re.fullmatch(r"\d(\.\d+)?E\+?\d+", text):
            raise ValueProblem(f"{f.name}“{text}”被表格软件改成了科学计数，后几位已丢失。请把该列设为“文本”后重新填写。")
        if not text:
            return None
        if f.format == "id_number":
            longer = id_number_from_15(text)
            text = longer or text
            if re.fullmatch(r"\d{15}000", text):
                raise ValueProblem(f"{f.name}后三位成了 000，多半是表格软件损坏的。请把该列设为“文本”后重新填写。")
            if not id_number_valid(text, ctx.today):
                raise ValueProblem(f"{f.name}不是有效的公民身份号码（18 位、日期或校验码不对）。请核对证件。")
        elif f.format == "uscc" and not uscc_valid(text):
            raise ValueProblem(f"{f.name}“{text}”不是有效的统一社会信用代码。请核对营业执照。")
        elif f.format == "phone" and not re.fullmatch(r"\+?[\d\-()/、]{5,40}", text):
            raise ValueProblem(f"{f.name}“{text}”不是电话号码。请只填数字。")
        elif f.format == "bank_account" and not re.fullmatch(r"\d{10,30}", text):
            raise ValueProblem(f"{f.name}不是银行账号。请只填数字。")
        return text

    return clean


def _number(raw: Any, f: FieldDef) -> Decimal | None:
    """A number as written: 1,200 / １２００ / 0.3万 / 约400余人 (where an estimate is allowed) / 两万."""
    if isinstance(raw, bool):
        raise ValueProblem(f"{f.name}应是数字，现为“{plain(raw)}”。")
    if isinstance(raw, int):
        return Decimal(raw)
    if isinstance(raw, float):
        return Decimal(str(raw))
    text = plain(raw).replace(",", "").replace("，", "")
    if text.lower() in EMPTY_WORDS:
        return None
    m = _NUMBER.fullmatch(text)
    if not m:
        chinese = parse_cn(text.rstrip("余多份人次件个场期名元"))
        if chinese is None:
            raise ValueProblem(f"{f.name}应是数字，现为“{text}”。")
        return Decimal(chinese)
    about, digits, big, more, unit = m.groups()
    if (about or more) and not f.may_be_estimated:
        raise ValueProblem(f"{f.name}要填确切的数，现为“{text}”。")
    expected = f.unit or ("元" if f.type == "money" else "")
    unit = unit.strip()
    if unit and unit not in (expected, expected.rstrip("次"), "个", "人", "份", "元", "次", "件", "㎡", "m2", "平方米"):
        raise ValueProblem(f"{f.name}的单位应是“{expected}”，现为“{text}”。" if expected else f"{f.name}应是数字，现为“{text}”。")
    try:
        number = Decimal(digits)
    except InvalidOperation:  # pragma: no cover - the pattern allows digits only
        raise ValueProblem(f"{f.name}应是数字，现为“{text}”。") from None
    return number * (10_000 if big == "万" else 100_000_000 if big == "亿" else 1)


def _scaled(f: FieldDef, scale: int, words: str) -> Cleaner:
    low, high = f.at_least if f.at_least is not None else (0 if f.type != "integer" else None), f.at_most

    def clean(raw: Any) -> Any:
        if raw.__class__ is int and scale == 1:
            value = raw
        else:
            number = _number(raw, f)
            if number is None:
                return None
            exact = number * scale
            if exact != exact.to_integral_value():
                raise ValueProblem(f"{f.name}应是{words}，现为“{plain(raw)}”。")
            value = int(exact)
        if low is not None and value < low * scale:
            raise ValueProblem(f"{f.name}不能小于 {low}，现为“{plain(raw)}”。")
        if high is not None and value > high * scale:
            raise ValueProblem(f"{f.name}不能大于 {high}，现为“{plain(raw)}”。")
        if abs(value) > 9_000_000_000_000_000:
            raise ValueProblem(f"{f.name}的数太大，现为“{plain(raw)}”。请核对。")
        return value

    return clean


def _date(f: FieldDef, ctx: Context) -> Cleaner:
    reader = read_datetime if f.type == "datetime" else read_date

    def clean(raw: Any) -> Any:
        try:
            if raw.__class__ is str:
                return reader(raw)
            if isinstance(raw, datetime) and f.type == "datetime":
                return raw.isoformat(timespec="minutes")
            if isinstance(raw, date):
                return from_cell(raw)
            if isinstance(raw, int | float) and not isinstance(raw, bool):
                return from_serial(raw)
            return reader(str(raw))
        except DateProblem as e:
            raise ValueProblem(f"{f.name}：{e}") from None

    return clean


def _choice(f: FieldDef) -> Cleaner:
    options: list[str] = list(f.of) if isinstance(f.of, list) else []
    exact = {unicodedata.normalize("NFKC", o): o for o in options}

    def clean(raw: Any) -> Any:
        text = plain(raw)
        if not text:
            return None
        found = exact.get(text) or exact.get(re.sub(r"[\s、，。()]+", "", text))
        if found:
            return found
        near = [o for k, o in exact.items() if text in k or k in text]
        if len(near) == 1 and len(text) > 1:
            return near[0]
        raise ValueProblem(f"{f.name}“{text}”不在选项内。可填：{'、'.join(options)}。")

    return clean


def _boolean(f: FieldDef) -> Cleaner:
    def clean(raw: Any) -> Any:
        text = plain(raw).lower()
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        if not text:
            return None
        raise ValueProblem(f"{f.name}应填“是”或“否”，现为“{plain(raw)}”。")

    return clean


def _organization(f: FieldDef, ctx: Context) -> Cleaner:
    def clean(raw: Any) -> Any:
        text = plain(raw)
        if not text:
            return None
        code = ctx.organization(text)
        if code is None:
            near = ctx.near_organizations(text)
            hint = f"是否为：{'、'.join(near)}？" if near else "请先登记该单位。"
            raise ValueProblem(f"{f.name}：没有单位“{text}”。{hint}")
        return code

    return clean


def _statute(f: FieldDef, ctx: Context) -> Cleaner:
    def clean(raw: Any) -> Any:
        text = plain(raw).strip("《》")
        return (ctx.statute(text) or text) if text else None

    return clean


def _digest(f: FieldDef) -> Cleaner:
    def clean(raw: Any) -> Any:
        text = plain(raw).lower()
        if text and not re.fullmatch(r"[0-9a-f]{64}", text):
            raise ValueProblem(f"{f.name}应是已上传文件的摘要，现为“{text[:20]}”。请先上传文件。")
        return text or None

    return clean


def _single(f: FieldDef, ctx: Context) -> Cleaner:
    kind = f.type
    if kind in ("text", "longtext", "person", "record"):
        return _text(f, ctx)
    if kind in ("date", "datetime"):
        return _date(f, ctx)
    if kind in ("integer", "count"):
        return _scaled(f, 1, "整数")
    if kind == "money":
        return _scaled(f, ctx.money_scale, "最多两位小数的金额（元）")
    if kind == "decimal":
        return _scaled(f, 10**f.decimals, f"最多 {f.decimals} 位小数的数")
    if kind == "choice":
        return _choice(f)
    if kind == "boolean":
        return _boolean(f)
    if kind == "organization":
        return _organization(f, ctx)
    if kind == "statute":
        return _statute(f, ctx)
    return _digest(f)


def _row_list(f: FieldDef, ctx: Context) -> Cleaner:
    columns = [(c, cleaner(c, ctx)) for c in f.fields]

    def clean(raw: Any) -> Any:
        if isinstance(raw, str):
            lines = [x for x in re.split(r"[\n\r]+", raw) if x.strip()]
            raw = [dict(zip((c.key for c, _ in columns), re.split(r"[;；|｜]", x), strict=False)) for x in lines]
        if not isinstance(raw, list) or any(not isinstance(r, dict) for r in raw):
            raise ValueProblem(f"{f.name}应逐行填写：{'；'.join(c.name for c, _ in columns)}。")
        rows = []
        for n, r in enumerate(raw, 1):
            unknown = set(r) - {c.key for c, _ in columns}
            if unknown:
                raise ValueProblem(f"{f.name}第 {n} 行：没有栏目“{'、'.join(sorted(unknown))}”。")
            row = {}
            for c, clean_cell in columns:
                value = clean_cell(r.get(c.key))
                if value is None and c.required:
                    raise ValueProblem(f"{f.name}第 {n} 行：缺少{c.name}。")
                if value is not None:
                    row[c.key] = value
            if row:
                rows.append(row)
        return rows or None

    return clean


def cleaner(f: FieldDef, ctx: Context) -> Cleaner:
    """Compile the cleaning of a field. The function gives the canonical value, None for empty, UNKNOWN for 不详; it
    raises ValueProblem. ``many`` fields take a list, or text parted by 、 ， ； or line ends."""
    if f.type == "rows":
        return _empty_first(_row_list(f, ctx))
    one = _single(f, ctx)
    memo = f.type in ("date", "choice", "organization", "boolean", "count") and not f.many

    if f.many:

        def clean_many(raw: Any) -> Any:
            parts = raw if isinstance(raw, list | tuple) else re.split(r"[、,，;；\n]+", plain(raw))
            found = [v for v in (one(p) for p in parts if p not in (None, "")) if v is not None]
            return found or None

        return _empty_first(clean_many)
    return _empty_first(_memoised(one)) if memo else _empty_first(one)


def _memoised(one: Cleaner) -> Cleaner:
    """Columns of an import repeat their values; problems are not kept."""
    seen: dict[Any, Any] = {}

    def clean(raw: Any) -> Any:
        key = (raw.__class__, raw)
        found = seen.get(key, _MISSING)
        if found is _MISSING:
            found = one(raw)
            if len(seen) < 50_000:
                seen[key] = found
        return found

    return clean


def _empty_first(one: Cleaner) -> Cleaner:
    def clean(raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        if raw.__class__ is str:
            if raw in _UNKNOWN_WORDS:
                return UNKNOWN
        elif isinstance(raw, dict):
            if raw == UNKNOWN:
                return UNKNOWN
            raise ValueProblem(f"看不懂的值 {raw}。")
        return one(raw)

    return clean
