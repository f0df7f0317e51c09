"""The demonstration's acts: always the same, whole, lawful but for the breaches made on purpose, about nobody alive."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import _shared
from yifa.codex import Codex
from yifa.demo.cases import cases
from yifa.demo.generate import acts
from yifa.demo.plan import SEED, Entry, load_plan
from yifa.demo.world import towns
from yifa.procedure.engine import check, empty_fold
from yifa.procedure.events import Event
from yifa.records.acts import Act
from yifa.records.data_check import checker


def _leaves(value: Any) -> Iterator[Any]:
    for v in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(v)
    if not isinstance(value, dict | list):
        yield value


def test_the_same_acts_every_time(codex: Codex, made: list[Act]) -> None:
    assert repr(acts(codex)) == repr(made)


def test_the_same_acts_in_another_process(made: list[Act]) -> None:
    """Nothing hangs on the order of sets, which differs from process to process."""
    program = ("import hashlib; from yifa.codex import load; from yifa.demo.generate import acts; "
               "print(hashlib.sha256(repr(acts(load())).encode()).hexdigest())")  # fmt: skip
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    told = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, encoding="utf-8", check=True).stdout
    assert told.strip() == hashlib.sha256(repr(made).encode()).hexdigest()


def test_the_plan_names_every_register_or_says_why_not(codex: Codex) -> None:
    plan = load_plan()
    registers = {k for k, d in codex.definitions.items() if d.kind == "register"}
    assert {*plan.once, *plan.yearly, *plan.left_out} == registers


def test_an_entry_has_one_way_to_count() -> None:
    with pytest.raises(ValueError, match="计数方式"):
        Entry.model_validate({"per_year": [1, 2], "monthly": True})


def test_several_thousand_records_of_three_years(made: list[Act]) -> None:
    opened = [a for a in made if a.record is None]
    assert 5_000 < len(opened) < 15_000
    years = Counter(a.on[:4] for a in opened)
    assert all(years[y] > 2_000 for y in ("2023", "2024", "2025"))
    assert len({a.uid for a in opened}) == len(opened)


def test_every_town_and_year_has_its_cases(made: list[Act]) -> None:
    n = Counter((a.org, a.definition, a.on[:4]) for a in made if a.record is None)
    for town in towns(SEED):
        for year in ("2023", "2024", "2025"):
            assert 60 <= n[town.code, "dispute", year] <= 130
            assert 18 <= n[town.code, "petition", year] <= 55
            assert 9 <= n[town.code, "penalty", year] <= 24
            assert 3 <= n[town.code, "disclosure_request", year] <= 9


def test_each_quarter_hears_a_report(made: list[Act]) -> None:
    quarters = Counter((a.org, a.on[:4], (int(a.on[5:7]) - 1) // 3) for a in made if a.definition == "hearing_report")
    assert len(quarters) == 3 * 3 * 4
    assert set(quarters.values()) == {1}


def test_all_six_branches_of_petitions_occur(made: list[Act]) -> None:
    seen = defaultdict(set)
    for a in made:
        if a.definition == "petition" and a.step == "classify" and "branch" in a.data:
            seen[a.org].add(a.data["branch"][0])
    assert all(found == set("123456") for found in seen.values())
    assert len(seen) == 3


def test_values_are_canonical_and_belong_to_their_step(codex: Codex, made: list[Act]) -> None:
    allowed: dict[tuple[str, str], dict[str, Any]] = {}
    for d in codex.definitions.values():
        for s in d.all_steps:
            allowed[d.key, s.key] = {f.key: checker(found) for f in s.fields if (found := d.field(f.key))}
    for a in made:
        checkers = allowed[a.definition, a.step]
        for key, value in a.data.items():
            assert checkers[key](value) is None, f"{a.definition}.{a.step}.{key}: {value!r}"


def _related(a: Act, facts: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What the store would find: the officers of the demonstration are certified, its items of power in force."""
    if a.definition != "penalty":
        return {}
    named = {**facts, **a.data}
    return {"items": [{"uid": "1", "code": named.get("item_code")}],
            "certificates": [{"uid": o, "officer": o} for o in named.get("officers", [])],
            "investigator_certificates": [{"uid": o, "officer": o} for o in named.get("investigators", [])]}  # fmt: skip


def test_nothing_breaks_the_law_but_what_is_meant_to(codex: Codex, made: list[Act]) -> None:
    law = codex.law()
    folds: dict[str, Any] = {}
    broken: dict[str, set[str]] = defaultdict(set)
    for a in made:
        uid = a.uid or str(a.record)
        fold = folds.setdefault(uid, empty_fold())
        event = Event(fold["n"] + 1, "step", a.step, a.on, a.actor, a.data, related=_related(a, fold["facts"]))
        for b in check(codex.plan(a.definition), law, fold, event).breaches:
            if b.strength != "show":
                broken[uid].add(b.key)
        required = [f.key for f in codex.plan(a.definition).steps[a.step].step.fields if f.required]
        assert all(fold["facts"].get(k) not in (None, "", []) for k in required), (a.definition, a.step)
    kinds = Counter(k for keys in broken.values() for k in keys if k != "contract_reviewed")
    meant = Counter(c.breach for t in towns(SEED) for c in cases(codex, t) if c.breach)
    assert kinds == {"late:petition.handle": 9, "late:disclosure.reply": 9, "late:mediation.close": 9, "late:penalty.decision_limit": 9}
    assert sum(meant.values()) == sum(kinds.values())
    running = [u for u, f in folds.items() if f["status"] == "open" and any(c["state"] == "running" for c in f["clocks"].values())]
    assert len(running) >= 8


def test_acts_after_the_three_years_are_of_cases_begun_before_or_running(made: list[Act]) -> None:
    late_openings = [a for a in made if a.record is None and a.on > "2025-12-31"]
    assert len(late_openings) == 12
    assert not any(a.late for a in late_openings)
    assert max(a.on for a in made) <= "2026-11-20"


def test_no_number_of_a_living_person(made: list[Act]) -> None:
    ids = phones = 0
    for a in made:
        for value in _leaves(a.data):
            if isinstance(value, str):
                for found in re.findall(r"(?<!\d)\d{17}[\dX](?![\dX])", value):
                    assert found[6:10] < "1900"
                    ids += 1
                assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", value)
                phones += value.startswith("000-")
    assert ids > 1000
    assert phones > 1000


@pytest.mark.shared
def test_no_name_stands_in_the_reports_of_real_towns(made: list[Act]) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in sorted((_shared() / "seeds").rglob("*.txt")))
    assert len(text) > 5_000
    names = {v for a in made for k, v in a.data.items() if k in ("party_a", "party_b", "name", "petitioner", "party", "director", "applicant")
             and isinstance(v, str) and len(v) == 3} | {p for t in towns(SEED) for p in [*t.staff, *t.officers, *t.lawyers]}  # fmt: skip
    assert len(names) > 500
    assert not [n for n in names if n in text]
