"""Identifiers with check digits: 公民身份号码 (GB 11643-1999) and 统一社会信用代码 (GB 32100-2015)."""

from __future__ import annotations

import re
from datetime import date

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_USCC_FORM = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}")
_PROVINCES = frozenset(
    ["11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91"]
)
_ID_WEIGHTS = [pow(2, 17 - i, 11) for i in range(17)]
_ID_CHECKS = "10X98765432"


def uscc_valid(code: str) -> bool:
    """Whether an 18-character 统一社会信用代码 has a lawful form and check character."""
    if not _USCC_FORM.fullmatch(code):
        return False
    total = sum(_USCC_ALPHABET.index(c) * w for c, w in zip(code, _USCC_WEIGHTS, strict=False))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def id_check_character(first17: str) -> str:
    """The 18th character of a citizen's number."""
    return _ID_CHECKS[sum(int(a) * w for a, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def id_number_valid(number: str, today: date | None = None) -> bool:
    """Whether an 18-character citizen's number has a known province, a real birth date not after ``today``, and the
    right check character. County codes are not compared: they change and numbers do not."""
    if not re.fullmatch(r"\d{17}[\dX]", number) or number[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year >= 1880 and (today is None or born <= today) and id_check_character(number[:17]) == number[17]


def id_number_from_15(number: str) -> str | None:
    """A 15-digit number of the first generation as 18 characters (born 19xx); None if it is none."""
    if not re.fullmatch(r"\d{15}", number):
        return None
    first17 = number[:6] + "19" + number[6:]
    return first17 + id_check_character(first17)
