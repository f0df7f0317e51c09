"""Canonical text and SM3: one value, one text, one digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yifa.records import canonical
from yifa.records.canonical import NotCanonical, PureSM3, dumps, hmac_sm3, loads, sm3

texts = st.text(st.characters(exclude_categories=["Cs"]))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_sorted_and_nothing_is_spaced_or_escaped() -> None:
    value = {"乙": [1, True, None], "b": "é", "a": {"z": "\n", "y": ()}}
    assert dumps(value) == '{"a":{"y":[],"z":"\\n"},"b":"é","乙":[1,true,null]}'


def test_nothing_is_normalised() -> None:
    assert dumps("é") != dumps("e\u0301")
    assert dumps("１") != dumps("1")


@pytest.mark.parametrize(
    "bad", [0.0, 1.5, float("nan"), float("inf"), [1, [2.0]], {"a": {"b": 1e20}}, {"a": [{"b": -0.0}]}]
)
def test_a_float_is_refused_wherever_it_stands(bad: Any) -> None:
    with pytest.raises(NotCanonical, match="小数"):
        dumps(bad)


@pytest.mark.parametrize("bad", [{1: "a"}, {"a": {True: 1}}, [{None: 1}], {1.5: 1}])
def test_a_key_that_is_not_text_is_refused(bad: Any) -> None:
    with pytest.raises(NotCanonical, match="键必须是文字"):
        dumps(bad)


@pytest.mark.parametrize("bad", [{"a": "\ud800"}, {"\udfff": 1}, "x\ude00y"])
def test_broken_text_is_refused(bad: Any) -> None:
    with pytest.raises(NotCanonical, match="代理码位"):
        dumps(bad)


@pytest.mark.parametrize("bad", [b"x", {1, 2}, object(), {"a": complex(1)}])
def test_other_types_are_refused(bad: Any) -> None:
    with pytest.raises(NotCanonical):
        dumps(bad)


def test_endless_nesting_is_refused() -> None:
    knot: list[Any] = []
    knot.append(knot)
    with pytest.raises(NotCanonical):
        dumps(knot)


def test_what_is_no_text_is_refused_on_reading() -> None:
    with pytest.raises(NotCanonical):
        loads('{"a":')


@given(values)
def test_text_reads_back_and_is_stable(value: Any) -> None:
    text = dumps(value)
    assert loads(text) == value
    assert dumps(loads(text)) == text


@given(st.dictionaries(texts, values, max_size=5))
def test_order_of_entry_does_not_matter(value: dict[str, Any]) -> None:
    assert dumps(dict(reversed(value.items()))) == dumps(value)


@given(values)
def test_agrees_with_the_standard_encoder(value: Any) -> None:
    assert dumps(value) == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


# The two worked examples of GB/T 32905-2016, annex A.
VECTORS = [
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
]


@pytest.mark.parametrize(("data", "expected"), VECTORS)
def test_gbt_32905_examples(data: bytes, expected: str) -> None:
    assert sm3(data) == expected
    assert PureSM3(data).hexdigest() == expected


@given(st.binary(max_size=300), st.integers(0, 300))
def test_plain_python_sm3_in_pieces_equals_the_library(data: bytes, cut: int) -> None:
    pure = PureSM3(data[:cut])
    copy = pure.copy()
    pure.update(data[cut:])
    assert pure.hexdigest() == hashlib.new("sm3", data).hexdigest()
    assert copy.hexdigest() == hashlib.new("sm3", data[:cut]).hexdigest()


def test_without_sm3_in_the_library_plain_python_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, data: bytes = b"") -> Any:
        raise ValueError("unsupported hash type sm3")

    expected = hmac_sm3(b"k" * 80, "甲".encode())
    monkeypatch.setattr(canonical.hashlib, "new", absent)
    fallback = canonical._probe()
    assert fallback is PureSM3
    monkeypatch.setattr(canonical, "sm3_state", fallback)
    assert sm3("abc") == VECTORS[0][1]
    assert hmac_sm3(b"k" * 80, "甲".encode()) == expected


def test_a_text_is_digested_in_utf8() -> None:
    assert sm3("依法") == sm3("依法".encode())
