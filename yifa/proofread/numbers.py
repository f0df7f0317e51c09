"""Numbers as Chinese reports write them: 15000余, 1.5万, １２, 两万余, 百分之九十八点一, 3—5, 约, 以上 (数字的读法)."""

from __future__ import annotations

import re

Number = int | float

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SCALES = {"十": 10, "百": 100, "千": 1000}
MAGNITUDES = {"万": 10_000, "亿": 100_000_000, "千": 1000, "百": 100}

ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.．]\d+)?)"
CHINESE = r"[零〇一二两三四五六七八九十百千万亿]"

PREFIXES = {
    "不少于": "不少于", "不低于": "不少于", "不超过": "以内", "至少": "至少", "超过": "超", "大约": "约", "约为": "约",
    "将近": "近", "接近": "近", "突破": "超", "多于": "超", "高于": "超", "近": "近", "约": "约", "超": "超", "逾": "逾", "上": "以上",
}
SUFFIXES = {"以上": "以上", "左右": "左右", "以内": "以内", "上下": "左右", "之多": "多", "有余": "余"}
_NOT_PREFIX = {"近": "附最靠临邻亲相就远贴", "约": "签预条履解邀契制合公节违特", "超": "赶高反", "上": "", "逾": ""}


def plain(digits: str) -> Number:
    """The value of Arabic digits with thousands separators or in full width: '１，２００' is 1200, '92.50' is 92.5."""
    cleaned = digits.replace(",", "").replace("，", "").replace("．", ".")
    if "." in cleaned:
        return tidy(float(cleaned))
    return int(cleaned)


def tidy(value: Number) -> Number:
    """A whole float as int, any other rounded to ten digits so that 2.7 × 10000 is 27000."""
    if isinstance(value, float):
        value = round(value, 10)
        if value.is_integer():
            return int(value)
    return value


def chinese(numeral: str) -> Number | None:
    """The value of a Chinese numeral: 两万三千 is 23000, 一百零五 is 105, 九十八点一 is 98.1; None if it is none.

    A digit list such as 二〇二三 is read digit by digit; 二三 (two or three) has no single value and gives None.
    """
    if "点" in numeral:
        whole, _, part = numeral.partition("点")
        base = chinese(whole)
        if base is None or not part or any(char not in DIGITS for char in part):
            return None
        return tidy(float(f"{base}.{''.join(str(DIGITS[char]) for char in part)}"))
    if len(numeral) > 1 and all(char in DIGITS for char in numeral):
        if len(numeral) < 3:
            return None
        return int("".join(str(DIGITS[char]) for char in numeral))
    total = section = digit = 0
    seen_scale = 10_000
    for index, char in enumerate(numeral):
        if char in DIGITS:
            if digit:
                return None
            digit = DIGITS[char]
        elif char in SCALES:
            scale = SCALES[char]
            if scale >= seen_scale:
                return None
            seen_scale = scale
            if digit == 0 and index and numeral[index - 1] not in "零〇万亿":
                return None
            section += (digit or 1) * scale
            digit = 0
        else:
            section += digit
            if section == 0:
                if total:
                    return None
                section = 1
            total = (total + section) * MAGNITUDES[char] if char == "亿" else total + section * MAGNITUDES[char]
            section, digit, seen_scale = 0, 0, 10_000
    if digit and numeral[-1] in DIGITS and len(numeral) > 1 and numeral[-2] in "百千万":
        digit *= {"百": 10, "千": 100, "万": 1000}[numeral[-2]]  # 两百五 is 250, 三万二 is 32000
    return total + section + digit


def alternatives(numeral: str) -> tuple[int, int] | None:
    """两三, 七八, 十二三, 三四十: the two ends of such a spoken range, or None."""
    match = _SPOKEN.fullmatch(numeral)
    if match is None:
        return None
    tens, first, second, scale = match.groups()
    low, high = DIGITS[first], DIGITS[second]
    if high != low + 1:
        return None
    base = (DIGITS[tens[0]] if tens and tens[0] in DIGITS else 1) * 10 if tens else 0
    factor = SCALES.get(scale, MAGNITUDES.get(scale, 1)) if scale else 1
    return (base + low) * factor, (base + high) * factor


_SPOKEN = re.compile(r"([一二三四五六七八九]?十)?([一二两三四五六七八])([二三四五六七八九])([十百千万]?)")


def prefix_before(text: str, position: int) -> tuple[str | None, int]:
    """The approximation word that ends at ``position`` (约, 近, 不少于 ...) as its standard word, and where it begins."""
    origin = position
    if text[position - 1:position] == " ":
        position -= 1
    for length in (3, 2, 1):
        word = text[max(position - length, 0):position]
        standard = PREFIXES.get(word)
        if standard is None or word == "上":
            continue
        before = text[position - length - 1:position - length]
        if length == 1 and before and before in _NOT_PREFIX.get(word, ""):
            continue
        return standard, position - length
    return None, origin


def suffix_after(text: str, position: int) -> tuple[str | None, int]:
    """The approximation word that begins at ``position`` (以上, 左右 ...) as its standard word, and where it ends."""
    word = text[position:position + 2]
    standard = SUFFIXES.get(word)
    if standard is None:
        return None, position
    return standard, position + 2
