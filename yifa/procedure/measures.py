"""Units of measure (计量单位) in headings and cells: which are the same, and how many of the one are in the other."""

from __future__ import annotations

from fractions import Fraction

_MEASURES: tuple[dict[str, Fraction], ...] = (
    {"元": Fraction(1), "人民币": Fraction(1), "圆": Fraction(1), "角": Fraction(1, 10), "分": Fraction(1, 100)},
    {"平方米": Fraction(1), "㎡": Fraction(1), "m2": Fraction(1), "平米": Fraction(1), "平方": Fraction(1),
     "亩": Fraction(2000, 3), "公顷": Fraction(10_000), "平方公里": Fraction(1_000_000)},
    {"米": Fraction(1), "m": Fraction(1), "公里": Fraction(1000), "千米": Fraction(1000), "km": Fraction(1000)},
    {"吨": Fraction(1), "t": Fraction(1), "公斤": Fraction(1, 1000), "千克": Fraction(1, 1000), "kg": Fraction(1, 1000)},
    {"小时": Fraction(1), "时": Fraction(1), "h": Fraction(1), "分钟": Fraction(1, 60)},
)  # fmt: skip
"""Measures that convert into each other; a 亩 is 2000/3 square metres (a fifteenth of a hectare)."""
_COUNTED = frozenset(["人", "人次", "名", "个", "份", "件", "次", "场", "场次", "期", "条", "块", "项", "处", "户", "家", "页", "卷", "台",
                      "台次", "辆", "批", "批次", "起", "宗", "学时", "课时", "元", "天", "日", "个工作日"])  # fmt: skip
"""Words of counting: one of whatever is counted, so they stand for each other."""
_PREFIXES = (("万亿", 10**12), ("亿", 10**8), ("千万", 10**7), ("百万", 10**6), ("万", 10**4), ("千", 10**3), ("百", 100))


def _measure(unit: str) -> tuple[int, Fraction] | None:
    """(which measure, how large) of a unit, a number word before it included: 万元, 千米, 万人次."""
    for i, table in enumerate(_MEASURES):
        if unit in table:
            return i, table[unit]
    if unit in _COUNTED:
        return -1, Fraction(1)
    for word, size in _PREFIXES:
        if unit.startswith(word):
            rest = _measure(unit[len(word) :]) if len(unit) > len(word) else None
            return (rest[0], rest[1] * size) if rest else None
    return None


def same_unit(stated: str, expected: str) -> bool:
    """Whether a cell's unit says nothing else than the field's: 人 for 人次, ㎡ for 平方米."""
    if stated == expected:
        return True
    a, b = _measure(stated.lower()), _measure(expected.lower()) if expected else (-1, Fraction(1))
    return a is not None and (a == b or (a[0] == -1 and b is None))


def heading_factor(stated: str, expected: str) -> Fraction | None:
    """How many ``expected`` one ``stated`` is: 万元 to 元 is 10000. 1 where the bracket in the heading names no unit of
    measure (（月）); None where it names one of another kind, or one that the field does not say how to take."""
    if not stated or stated == expected:
        return Fraction(1)
    if stated in ("千", "万", "百", "亿", "百万", "千万"):
        return Fraction(dict(_PREFIXES)[stated])
    a, b = _measure(stated.lower()), _measure(expected.lower()) if expected else None
    if a is None:
        return Fraction(1)
    if b is None or b[0] == -1 or a[0] == -1:
        return a[1] if a[0] == -1 and (b is None or b[0] == -1) else None
    return a[1] / b[1] if a[0] == b[0] else None
