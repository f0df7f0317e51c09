"""公民身份号码和统一社会信用代码的校验."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yifa.procedure.identifiers import id_check_character, id_number_from_15, id_number_valid, uscc_valid

SAMPLE = "11010519491231002X"


def test_the_standard_s_own_example() -> None:
    assert id_number_valid(SAMPLE)
    assert id_check_character(SAMPLE[:17]) == "X"


@pytest.mark.parametrize("number", ["110105194912310021", "99010519491231002X", "11010519490231002X", "11010518791231002X", "1101051949123100", "",
                                    "11010519491231002x", " 11010519491231002X", "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X"])  # fmt: skip
def test_what_is_no_number(number: str) -> None:
    assert not id_number_valid(number)


def test_nobody_is_born_tomorrow() -> None:
    first = "11010520260701001"
    number = first + id_check_character(first)
    assert id_number_valid(number, date(2026, 7, 1))
    assert not id_number_valid(number, date(2026, 6, 30))


@pytest.mark.parametrize(("first", "real"), [
    ("11010518800101001", True), ("11010518791231001", False), ("11010519490231001", False), ("11010519490228001", True), ("99010519490228001", False),
])  # fmt: skip
def test_a_right_check_character_is_not_enough(first: str, real: bool) -> None:
    """A province that there is, and a day on which somebody alive or remembered can have been born."""
    assert id_number_valid(first + id_check_character(first)) is real


def test_numbers_of_the_first_generation() -> None:
    assert id_number_from_15("110105491231002") == SAMPLE
    assert id_number_from_15("11010549123100") is None
    assert id_number_from_15("11010549123100X") is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_a_single_wrong_digit_is_noticed(place: int, by: int) -> None:
    digit = str((int(SAMPLE[place]) + by) % 10)
    assert not id_number_valid(SAMPLE[:place] + digit + SAMPLE[place + 1 :])


@given(st.integers(0, 15))
def test_two_neighbours_exchanged_are_noticed(place: int) -> None:
    swapped = SAMPLE[:place] + SAMPLE[place + 1] + SAMPLE[place] + SAMPLE[place + 2 :]
    assert swapped == SAMPLE or not id_number_valid(swapped)


def test_credit_codes() -> None:
    assert uscc_valid("91350100M000100Y43")
    assert uscc_valid("91350100M000100Y30"), "余数为零时校验码是 0"
    for code in ("91350100M000100Y44", "91350100M000100Y4", "9135010OM000100Y43", "91350100m000100Y43", ""):
        assert not uscc_valid(code)
