"""Duties (应尽职责): the dates of the reference, what meets them, and honesty about what nobody has checked."""

from __future__ import annotations

import pytest

from yifa.codex import Codex, load
from yifa.procedure.duty import Duty


@pytest.fixture(scope="module")
def codex() -> Codex:
    return load()


@pytest.mark.parametrize(
    ("key", "every", "when"),
    [
        ("report.submit", "year", ("before", "03-01", "next_year")),
        ("report.publish", "year", ("before", "04-01", "next_year")),
        ("enforcement.annual_statistics", "year", ("by", "01-31", "next_year")),
        ("disclosure.annual_report", "year", ("by", "01-31", "next_year")),
        ("publicity.constitution_day", "year", ("by", "12-04", "this_year")),
        ("leadership.hear_rule_of_law", "year", ("by", "12-31", "this_year")),
        ("leadership.shufa", "year", ("by", "12-31", "this_year")),
        ("village.general", "quarter", None),
        ("village.finance", "month", None),
        ("counsel.monthly_visit", "month", None),
        ("counsel.quarterly_lecture", "quarter", None),
    ],
)
def test_rhythm_and_date_of(codex: Codex, key: str, every: str, when: tuple[str, str, str] | None) -> None:
    duty: Duty = codex.duties[key]
    assert duty.every == every
    if when is None:
        assert duty.due is None
    else:
        assert duty.due is not None
        side, day, year = when
        assert getattr(duty.due, side) == day
        assert duty.due.of == year


def test_rol_rules_5_two_reports_a_year_are_a_default_not_law(codex: Codex) -> None:
    duty = codex.duties["leadership.hear_rule_of_law"]
    assert duty.met_by.at_least == 2
    assert duty.basis is not None
    assert duty.basis.verified is False


def test_what_meets_a_duty_exists(codex: Codex) -> None:
    for duty in codex.duties.values():
        d = codex.definitions[duty.met_by.definition]
        assert duty.met_by.step in {s.key for s in d.all_steps}, duty.key
        for c in duty.met_by.where.walk() if duty.met_by.where else ():
            if c.kind != "field":
                continue
            f = d.field(c.operand)
            assert f is not None, (duty.key, c.operand)
            if f.type == "choice":
                assert c.value in (f.of or []), (duty.key, c.value)


def test_every_duty_names_its_source_and_due_days_are_one_sided(codex: Codex) -> None:
    for duty in codex.duties.values():
        assert duty.basis is not None, duty.key
        if duty.basis.statute:
            assert codex.statutes.get(duty.basis.statute) is not None, duty.basis.statute
        if duty.due is not None:
            assert bool(duty.due.before) != bool(duty.due.by), duty.key
        if duty.basis.document and duty.basis.verified is True:
            assert duty.strength == "warn"
