"""Values (字段值): from what people and spreadsheets write to the canonical, JSON-able form, or a clear refusal.

`cleaner` compiles a field once; an import calls the function it gives once for every distinct cell of a column.
What stands in a cell that cannot be told apart by separators alone (a name with 、 in it) may be written as a JSON list.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yifa.law.numerals import CN_NUMERAL_CHARS, parse_cn
from yifa.procedure.dates import EMPTY_WORDS, DateProblem, from_cell, from_serial, read_date, read_datetime
from yifa.procedure.definition import FieldDef
from yifa.procedure.events import UNKNOWN
from yifa.procedure.identifiers import id_number_from_15, id_number_valid, uscc_valid
from yifa.procedure.measures import same_unit

Cleaner = Callable[[Any], Any]
_UNKNOWN_WORDS = frozenset(["不详", "不明", "未知", "待查"])
_BLANK_MARKS = frozenset(["/", "\\", "-", "--", "—", "——", "／", "－", "一一"])
"""What clerks write into a cell that they leave empty."""
_NUMBER = re.compile(r"(?P<about>约|近|超|逾)?\s*(?:人民币)?[¥￥]?\s*(?P<digits>-?\d+(?:\.\d+)?)\s*(?P<big>[百千万亿])?\s*(?P<more>余|多)?\s*(?P<unit>[^\d]*)")
_WRITTEN = re.compile(rf"(?P<about>约|近|超|逾)?(?:人民币)?(?P<digits>[{CN_NUMERAL_CHARS}点]+)(?P<big>)(?P<more>余|多)?(?P<unit>[^{CN_NUMERAL_CHARS}\d]*)")
_BIG = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_LINE_MARKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff]")
_NEGATION = re.compile(r"[不未无非没否]")
_TAIL = re.compile(r"(类型|类|型|等|事项|事件|活动|纠纷|工作|方式|形式)")
_TRUE = frozenset(["是", "有", "√", "✓", "✔", "☑", "■", "y", "yes", "true", "1", "对", "已"])
_FALSE = frozenset(["否", "无", "×", "✗", "☐", "□", "x", "n", "no", "false", "0", "未", "不", "没有"])


class ValueProblem(ValueError):
    """A value that cannot be taken: what is wrong and what to do."""


@dataclass(slots=True)
class Context:
    """What cleaning may look up: organisations by name or code, statutes by title, today's date."""

    today: date | None = None
    organization: Callable[[str], str | None] = lambda name: name
    near_organizations: Callable[[str], list[str]] = lambda name: []
    statute: Callable[[str], str | None] = lambda title: title
    record: Callable[[str | None, str], str | None] = lambda definition, number: number
    """The uid of a record of a definition by its number; None where there is none."""


def tidy(text: str) -> str:
    """A text as it is kept: line ends as \\n, without control and zero-width characters, trimmed."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", _LINE_MARKS.sub("\n", text))
    return text.strip()


def plain(raw: Any) -> str:
    """A cell as trimmed text, full-width forms made half-width; a whole number without its '.0'."""
    if isinstance(raw, str):
        return raw.strip() if raw.isascii() and raw.isprintable() else tidy(unicodedata.normalize("NFKC", tidy(raw)))
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else f"{raw:.15g}"
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="minutes") if raw.hour or raw.minute else raw.date().isoformat()
    return str(raw)


def _text(f: FieldDef, ctx: Context) -> Cleaner:
    if f.format is not None:
        return _formatted(f, ctx)

    def clean(raw: Any) -> Any:
        if raw.__class__ is float and abs(raw) >= 1e15:
            raise ValueProblem(f"{f.name}被表格软件改成了数字，后几位已丢失。请把该列设为“文本”后重新填写。")
        text = tidy(raw) if raw.__class__ is str else plain(raw)
        if len(text) > 20_000:
            raise ValueProblem(f"{f.name}太长（{len(text)} 字）。请缩短到 20000 字以内，或作为附件。")
        if f.type == "record" and text:
            return ctx.record(f.of if isinstance(f.of, str) else None, text) or text
        return text or None

    return clean


def _formatted(f: FieldDef, ctx: Context) -> Cleaner:
    def clean(raw: Any) -> Any:
        if isinstance(raw, float) and (abs(raw) >= 1e15 or not raw.is_integer()):
            raise ValueProblem(f"{f.name}被表格软件改成了数字，后几位已丢失。请把该列设为“文本”后重新填写。")
        text = plain(raw).replace(" ", "").replace("-", "") if f.format != "phone" else plain(raw).replace(" ", "")
        text = text.upper().lstrip("'’‘`")
        if re.fullmatch(r"\d(\.\d+)?E\+?\d+", text):
            raise ValueProblem(f"{f.name}“{text}”被表格软件改成了科学计数，后几位已丢失。请把该列设为“文本”后重新填写。")
        if not text or text in ("无", "暂无"):
            return None
        if f.format == "id_number":
            longer = id_number_from_15(text)
            text = longer or text
            # A spreadsheet's rounding ends in 000; so does one true number in a thousand, whose check digit then fits.
            if re.fullmatch(r"\d{15}000", text) and not (isinstance(raw, str) and id_number_valid(text, ctx.today)):
                raise ValueProblem(f"{f.name}后三位成了 000，多半是表格软件损坏的。请把该列设为“文本”后重新填写。")
            if not id_number_valid(text, ctx.today):
                raise ValueProblem(f"{f.name}不是有效的公民身份号码（18 位、日期或校验码不对）。请核对证件。")
        elif f.format == "uscc" and not uscc_valid(text):
            raise ValueProblem(f"{f.name}“{text}”不是有效的统一社会信用代码。请核对营业执照。")
        elif f.format == "phone" and not re.fullmatch(r"\+?[\d\-()/、,;]{5,60}", text):
            raise ValueProblem(f"{f.name}“{text}”不是电话号码。请只填数字。")
        elif f.format == "bank_account" and not re.fullmatch(r"\d{10,30}", text):
            raise ValueProblem(f"{f.name}不是银行账号。请只填数字。")
        return text

    return clean


def _number(raw: Any, f: FieldDef) -> tuple[Fraction, bool] | None:
    """A number as written, and whether the cell itself states its unit: 1,200 / １２００ / 0.3万 / ￥3500元 / 两万;
    约400余人 where an estimate is allowed. A spreadsheet keeps 15 digits; what lies beyond is its rounding."""
    if isinstance(raw, bool):
        raise ValueProblem(f"{f.name}应是数字，现为“{plain(raw)}”。")
    if isinstance(raw, int):
        return Fraction(raw), False
    if isinstance(raw, float):
        if raw != raw or abs(raw) > 1e18:
            raise ValueProblem(f"{f.name}应是数字，现为“{raw}”。")
        return Fraction(Decimal(f"{raw:.15g}")), False
    text = re.sub(r"(?<=\d)[,，\s](?=\d{3})", "", plain(raw))
    if text.lower() in EMPTY_WORDS:
        return None
    expected = f.unit or ("元" if f.type == "money" else "")
    m = _NUMBER.fullmatch(text) or _WRITTEN.fullmatch(text)
    written = parse_cn(m["digits"]) if m and m.re is _WRITTEN else Decimal(m["digits"]) if m else None
    if m is None or written is None:
        raise ValueProblem(f"{f.name}应是数字，现为“{text}”。请只填阿拉伯数字。")
    if (m["about"] or m["more"]) and not f.may_be_estimated:
        raise ValueProblem(f"{f.name}要填确切的数，现为“{text}”。")
    unit = m["unit"].strip().removesuffix("整")
    if unit and not same_unit(unit, expected):
        wrong = f"的单位应是“{expected}”，现为“{text}”。请改成以“{expected}”计的数" if expected else f"应是数字，现为“{text}”。请只填阿拉伯数字"
        raise ValueProblem(f"{f.name}{wrong}。")
    return Fraction(written) * _BIG.get(m["big"], 1), bool(m["big"] or unit)


def _scaled(f: FieldDef, scale: int, words: str, factor: Fraction) -> Cleaner:
    low, high = f.at_least if f.at_least is not None else (0 if f.type in ("count", "money") else None), f.at_most

    def clean(raw: Any) -> Any:
        if raw.__class__ is int and scale == 1 and factor == 1:
            value = raw
        else:
            read = _number(raw, f)
            if read is None:
                return None
            number, stated = read
            exact = number * scale * (1 if stated else factor)
            if exact.denominator != 1:
                raise ValueProblem(f"{f.name}应是{words}，现为“{plain(raw)}”。")
            value = exact.numerator
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
            if isinstance(raw, datetime) and f.type == "datetime" and (raw.hour or raw.minute):
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
    also = {unicodedata.normalize("NFKC", word): o for word, o in f.also.items()}

    def clean(raw: Any) -> Any:
        text = plain(raw)
        if not text:
            return None
        found = also.get(text) or exact.get(text) or exact.get(re.sub(r"[\s、，。()]+", "", text))
        if found:
            return found
        near = [o for k, o in exact.items() if _means(text, k)]
        if len(near) == 1:
            return near[0]
        raise ValueProblem(f"{f.name}“{text}”不在选项内。可填：{'、'.join(options)}。")

    return clean


def _means(text: str, option: str) -> bool:
    """Whether a clerk's word is an option shortened (咨询 for 现场咨询), or with an empty word added (邻里纠纷 for 邻里).
    A rest that negates is another thing: 同意 is not 不同意."""
    if len(text) < 2:
        return False
    if text in option:
        return not _NEGATION.search(option.replace(text, "", 1))
    return len(option) > 1 and option in text and not _TAIL.sub("", text.replace(option, "", 1)).strip("()、")


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
            raise ValueProblem(f"{f.name}：认不出单位“{text}”。{hint}")
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


def _single(f: FieldDef, ctx: Context, factor: Fraction) -> Cleaner:
    kind = f.type
    if kind in ("text", "longtext", "person", "record"):
        return _text(f, ctx)
    if kind in ("date", "datetime"):
        return _date(f, ctx)
    if kind in ("integer", "count"):
        return _scaled(f, 1, "整数", factor)
    if kind == "money":
        return _scaled(f, 100, "最多两位小数的金额（元）", factor)
    if kind == "decimal":
        return _scaled(f, 10**f.decimals, f"最多 {f.decimals} 位小数的数", factor)
    if kind == "choice":
        return _choice(f)
    if kind == "boolean":
        return _boolean(f)
    if kind == "organization":
        return _organization(f, ctx)
    if kind == "statute":
        return _statute(f, ctx)
    return _digest(f)


def _listed(raw: Any) -> list[Any] | None:
    """The list that a cell states as JSON; None for every other cell."""
    if isinstance(raw, str) and raw.startswith("[") and raw.rstrip().endswith("]"):
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, list) else None
    return None


def _row_list(f: FieldDef, ctx: Context) -> Cleaner:
    columns = [(c, cleaner(c, ctx)) for c in f.fields]
    keys = [c.key for c in f.fields]
    wanted = f"{f.name}应逐行填写，一行一条，依次是：{'；'.join(c.name for c in f.fields)}。"

    def rows_of(raw: Any) -> Any:
        if not isinstance(raw, str):
            return raw
        lines = _listed(raw)
        if lines is None:
            lines = [re.split(r"[;；|｜]", x) for x in re.split(r"[\n\r]+", raw) if x.strip()]
        if any(not isinstance(x, list) or len(x) > len(keys) for x in lines):
            raise ValueProblem(wanted)
        return [dict(zip(keys, x, strict=False)) for x in lines]

    def clean(raw: Any) -> Any:
        raw = rows_of(raw)
        if not isinstance(raw, list) or any(not isinstance(r, dict) for r in raw):
            raise ValueProblem(wanted)
        rows = []
        for n, r in enumerate(raw, 1):
            unknown = r.keys() - set(keys)
            if unknown:
                raise ValueProblem(f"{f.name}第 {n} 行：没有栏目“{'、'.join(sorted(unknown))}”。")
            row = {}
            for c, clean_cell in columns:
                try:
                    value = clean_cell(r.get(c.key))
                except ValueProblem as e:
                    raise ValueProblem(f"{f.name}第 {n} 行：{e}") from None
                if value is not None:
                    row[c.key] = value
            if not row:
                continue
            for c in f.fields:
                if c.required and c.key not in row:
                    raise ValueProblem(f"{f.name}第 {n} 行：缺少{c.name}。")
            rows.append(row)
        return rows or None

    return clean


def _many(f: FieldDef, one: Cleaner) -> Cleaner:
    """Several values: a list, a JSON list, or text parted by 、 ， ； or line ends; 《》 part statutes."""

    def parts_of(raw: Any) -> Any:
        listed = raw if isinstance(raw, list | tuple) else _listed(raw)
        if listed is not None:
            return listed
        text = plain(raw)
        if f.type == "statute" and "《" in text:
            return re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", text) or [text]
        if isinstance(f.of, list) and text in f.of:
            return [text]
        return [p for p in re.split(r"[、,，;；\n]+", text) if p.strip()]

    def clean(raw: Any) -> Any:
        found = [v for v in (one(p) for p in parts_of(raw) if p not in (None, "")) if v is not None]
        return found or None

    return clean


def cleaner(f: FieldDef, ctx: Context, factor: Fraction = Fraction(1)) -> Cleaner:
    """Compile the cleaning of a field. The function gives the canonical value, None for empty, UNKNOWN for 不详; it
    raises ValueProblem. ``factor``: numbers without a unit of their own are in so many of the field's unit (万元: 10000)."""
    if f.type == "rows":
        return _empty_first(_row_list(f, ctx))
    one = _single(f, ctx, factor)
    return _empty_first(_many(f, one) if f.many else one)


def _empty_first(one: Cleaner) -> Cleaner:
    def clean(raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        if raw.__class__ is str:
            word = raw.strip()
            if word in _UNKNOWN_WORDS:
                return UNKNOWN
            if word in _BLANK_MARKS:
                return None
        elif isinstance(raw, dict):
            if raw == UNKNOWN:
                return UNKNOWN
            raise ValueProblem(f"看不懂的值 {raw}。")
        return one(raw)

    return clean
