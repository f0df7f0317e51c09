"""Chinese numerals (中文数字): reading them as numbers.

Reports write counts as 一百二十三, 两万余, 3.5万 or １２３; statutes number their articles 第一千二百六十条.
One parser serves the proofreader, the citation finder and the reader of statute texts.
"""
from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_DIGITS = {
    "零": 0, "〇": 0, "○": 0, "Ｏ": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "俩": 2, "仨": 3,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_TENS = {"廿": 20, "卅": 30, "卌": 40}
_APPROX = "余多约近几来超逾"
_FULLWIDTH = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
_ARABIC = re.compile(r"^(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(.*)$", re.S)
_MAX_LENGTH = 40

#: Characters that a Chinese numeral may consist of (for callers that scan a text).
CN_NUMERAL_CHARS = "".join(sorted({*_DIGITS, *_UNITS, *_BIG, *_TENS}))


def parse_cn(text: str) -> int | Decimal | None:
    """Number written in ``text``, in Chinese or Arabic digits, or ``None`` when it is no number.

    A word of vagueness (余, 多, 约, 近 …) is dropped: 两万余 gives 20000, 十余 gives 10. A number that is wholly
    vague (数百, 几十) gives ``None``. Decimals (三点五, 3.5万) give ``Decimal`` unless they come out whole.
    """
    core = text.strip().translate(_FULLWIDTH).replace(" ", "")
    core = core.lstrip("约近超逾").rstrip("余多来")
    if not core or len(core) > _MAX_LENGTH:
        return None
    arabic = _ARABIC.match(core)
    if arabic:
        return _arabic(arabic)
    for word in _APPROX:  # 两万余元的 余 may stand before the last unit: 三十多万
        core = core.replace(word, "")
    if not core or text.strip()[0] in "几数":
        return None
    if "点" in core:
        return _with_point(core)
    return _integer(core)


def article_number(text: str) -> int | None:
    """Number of an article from 第六十四条, 第64条, 六十四 or 第一百二十条之一 (gives 120); ``None`` if there is none."""
    core = text.strip().removeprefix("第")
    core = core.split("条", 1)[0]
    value = parse_cn(core)
    return value if isinstance(value, int) and value > 0 else None


def _arabic(match: re.Match[str]) -> int | Decimal | None:
    whole, fraction, rest = match.groups()
    try:
        value = Decimal(whole.replace(",", "") + (fraction or ""))
    except InvalidOperation:  # pragma: no cover - the pattern admits only digits
        return None
    for character in rest:
        if character in _APPROX:
            continue
        factor = _BIG.get(character) or _UNITS.get(character)
        if factor is None:
            return None
        value *= factor
    return _whole(value)


def _with_point(core: str) -> int | Decimal | None:
    before, after = core.split("点", 1)
    factor = 1
    while after and after[-1] in _BIG:
        factor *= _BIG[after[-1]]
        after = after[:-1]
    whole = _integer(before)
    if whole is None or not after or any(c not in _DIGITS for c in after):
        return None
    fraction = "".join(str(_DIGITS[c]) for c in after)
    return _whole(Decimal(f"{whole}.{fraction}") * factor)


def _whole(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


def _integer(core: str) -> int | None:
    if all(c in _DIGITS for c in core):  # by position: 二〇二三, 〇二
        return int("".join(str(_DIGITS[c]) for c in core))
    total = section = digit = 0
    have_digit = False
    last_unit = 0  # the unit just read, for the colloquial 一百二 = 120, 一万二 = 12000
    after_zero = False
    for c in core:
        if c in _DIGITS:
            if have_digit and digit:
                return None  # 二三十 is vague, 一二百 too
            digit, have_digit = _DIGITS[c], True
            after_zero = after_zero or digit == 0
        elif c in _TENS:
            section += _TENS[c]
            have_digit, digit, last_unit, after_zero = False, 0, 10, False
        elif c in _UNITS:
            unit = _UNITS[c]
            section += (digit if have_digit and digit else 1) * unit
            have_digit, digit, last_unit, after_zero = False, 0, unit, False
        elif c in _BIG:
            big = _BIG[c]
            section += digit
            if section == 0:
                if total == 0:
                    section = 1  # 万余, 亿
                total = total * big if total else section * big
            elif big > 10_000 and total:
                total = (total + section) * big  # 一万二千亿
            else:
                total += section * big
            section, have_digit, digit, last_unit, after_zero = 0, False, 0, big, False
        else:
            return None
    if have_digit and digit and last_unit >= 100 and not after_zero:
        digit *= last_unit // 10
    return total + section + digit
