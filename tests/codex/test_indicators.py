"""Indicators (指标): all 66 figures of the seeds have a home; names are unambiguous; conditions use real choices."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from yifa.codex import Codex, load
from yifa.indicators.model import Indicator

SHARED = Path(os.environ.get("YIFA_SHARED") or Path(__file__).resolve().parents[3] / "shared")


@pytest.fixture(scope="module")
def codex() -> Codex:
    return load()


@pytest.fixture(scope="module")
def words(codex: Codex) -> dict[str, str]:
    found: dict[str, str] = {}
    for i in codex.indicators.values():
        for word in [i.name, *i.alias]:
            assert found.setdefault(word, i.key) == i.key, word
    return found


@pytest.mark.shared
def test_every_seed_figure_has_exactly_one_indicator(words: dict[str, str], codex: Codex) -> None:
    path = SHARED / "seeds" / "figures.yaml"
    seeds = yaml.safe_load(path.read_text(encoding="utf-8"))
    figures = [f for entry in seeds.values() for f in entry["figures"]]
    assert len(figures) == 66
    for f in figures:
        assert f["what"] in words, f["what"]
        indicator = codex.indicators[words[f["what"]]]
        assert f["unit"] in [indicator.unit, *indicator.units], f["what"]


def test_the_same_keys_as_the_proofreader_s_names(codex: Codex, words: dict[str, str]) -> None:
    """Where both know an indicator by its key, they mean the same."""
    path = Path(__file__).resolve().parents[1] / "proofread" / "indicator_names.yaml"
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        indicator = codex.indicators.get(entry["key"])
        if indicator is not None:
            assert words.get(entry["name"], entry["key"]) == entry["key"], entry["name"]


def _measured(codex: Codex) -> list[Indicator]:
    return [i for i in codex.indicators.values() if i.measure is not None]


def test_conditions_use_choices_that_the_field_offers(codex: Codex) -> None:
    for i in _measured(codex):
        m = i.measure
        assert m is not None
        d = codex.definitions[m.of]
        for c in m.where.walk() if m.where else ():
            f = d.field(c.operand) if c.kind == "field" else None
            if f is not None and f.type == "choice" and c.op not in ("known",):
                values = c.value[1:] if isinstance(c.value, tuple) else [c.value]
                assert set(values) <= set(f.of or []), (i.key, values)
            if f is not None:
                assert not f.sealed, (i.key, f.key)


def test_sums_are_of_numbers_and_scaled_to_their_unit(codex: Codex) -> None:
    for i in _measured(codex):
        m = i.measure
        assert m is not None
        if not m.sum:
            continue
        f = codex.definitions[m.of].field(m.sum)
        assert f is not None
        assert f.type in ("count", "integer", "money", "decimal"), i.key
        scale = {"money": 100, "decimal": 10 ** f.decimals}.get(f.type, 1)
        assert i.scale == scale, i.key
        assert (i.unit == "元") == (f.type == "money"), i.key


def test_distinct_counts_and_dates_stand_in_plain_columns(codex: Codex) -> None:
    """What is sealed or has many values has no column of its own."""
    for i in _measured(codex):
        m = i.measure
        assert m is not None
        d = codex.definitions[m.of]
        names = [m.distinct, getattr(m, "on", None), getattr(m, "from_", None), getattr(m, "to", None)]
        for f in (d.field(n) for n in names if n):
            if f is not None:
                assert not f.sealed, (i.key, f.key)
                assert not f.many, (i.key, f.key)


def test_rates_are_percentages_of_like_things(codex: Codex) -> None:
    for i in codex.indicators.values():
        if i.ratio is None:
            assert i.unit != "%", i.key
            continue
        assert i.unit == "%", i.key
        of, to = codex.indicators[i.ratio.of], codex.indicators[i.ratio.to]
        assert of.ratio is None, i.key
        assert to.ratio is None, i.key
        shared = {of.unit, *of.units} & {to.unit, *to.units}
        assert shared, (i.key, of.unit, to.unit)


def test_relations_join_figures_of_one_unit(codex: Codex) -> None:
    for r in codex.relations:
        keys = [*(r.at_most or []), *(r.sum or []), *(r.equals or [])]
        assert len(keys) == len(set(keys)) >= 2
        assert bool(r.at_most) != bool(r.sum and r.equals)


def test_units_are_listed_once(codex: Codex) -> None:
    for i in codex.indicators.values():
        assert i.unit not in i.units, i.key
        assert len(i.units) == len(set(i.units)), i.key
        assert i.name not in i.alias, i.key
        assert i.section, i.key
