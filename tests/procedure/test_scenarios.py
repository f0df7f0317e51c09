"""Every scenario file under scenarios/, one test per entry, named as the jurist named it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.procedure.harness import definitions, run, scenarios

ALL = scenarios()


@pytest.mark.parametrize("scenario", ALL, ids=[f"{s['definition']}: {s['name']}" for s in ALL])
def test_scenario(scenario: dict[str, Any]) -> None:
    run(scenario)


def test_names_are_unique() -> None:
    names = [(s["definition"], s["name"]) for s in ALL]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("key", ["disclosure_request", "dispute", "petition", "penalty"])
def test_every_procedure_has_scenarios(key: str) -> None:
    assert key in definitions()
    assert sum(s["definition"] == key for s in ALL) >= 5
