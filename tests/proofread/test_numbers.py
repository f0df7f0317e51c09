"""Numbers as reports write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yifa.proofread.numbers import alternatives, chinese, plain

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A naive writer of Chinese numerals below 100,000,000, to read back."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        tail = "" if not low else ("零" if low < 1000 else "") + spoken(low)
        return spoken(high) + "万" + tail
    out, zero = "", False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + word
            zero = False
        else:
            zero = True
    return out


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_chinese_numeral_is_read_back(number: int) -> None:
    assert chinese(spoken(number)) == number


@pytest.mark.parametrize(("numeral", "value"), [
    ("两万", 20_000), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两百五", 250), ("三万二", 32_000),
    ("九十八点一", 98.1), ("二〇二三", 2023), ("一百二十", 120), ("百", 100), ("万", 10_000), ("一亿二千万", 120_000_000), ("零", 0),
])
def test_usual_numerals(numeral: str, value: float) -> None:
    assert chinese(numeral) == value


@pytest.mark.parametrize("numeral", ["二三", "十百", "三四十", "一二"])
def test_what_is_no_single_number_has_no_value(numeral: str) -> None:
    assert chinese(numeral) is None


@pytest.mark.parametrize(("numeral", "ends"), [("两三", (2, 3)), ("七八十", (70, 80)), ("十二三", (12, 13)), ("三五", None), ("十", None)])
def test_spoken_ranges(numeral: str, ends: tuple[int, int] | None) -> None:
    assert alternatives(numeral) == ends


@pytest.mark.parametrize(("digits", "value"), [("1,204", 1204), ("１，２００", 1200), ("92.5", 92.5), ("3.0", 3), ("１２", 12)])
def test_arabic_digits(digits: str, value: float) -> None:
    assert plain(digits) == value
    assert isinstance(plain(digits), type(value))
