"""Registers (台账): each file is whole, its headings lead somewhere, and clerks' fields have units and choices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yifa.codex import load
from yifa.codex.loader import load_models
from yifa.procedure.definition import Definition, FieldDef

FOLDER = Path(__file__).resolve().parents[2] / "yifa" / "codex" / "registers"
FILES = sorted(FOLDER.glob("*.yaml"))
EVENTS = ["publicity_event", "publicity_issue", "study_session", "meeting", "exam_result", "legal_consultation",
          "counsel_visit", "legal_service_station", "law_savvy_person", "mediation_committee", "mediator", "mediation_room",
          "patrol", "inspection", "river_cleanup", "vehicle_seizure", "illegal_fire", "illegal_building_action",
          "demolition", "enforcement_equipment", "officer_certificate", "power_item", "proactive_disclosure",
          "village_disclosure", "convenience_station", "model_village", "summary_entry", "hearing_report",
          "onspot_penalty", "zero_report", "petition_reception", "training", "legal_review", "contract", "seal_use",
          "normative_document", "decision_catalogue"]  # fmt: skip


def registers() -> list[Definition]:
    return [d for path in FILES for d in load_models(Definition, path)]


def fields() -> Iterator[tuple[Definition, FieldDef]]:
    for d in registers():
        for f in d.fields:
            yield d, f


def test_every_institution_of_the_brief_has_its_register() -> None:
    assert set(EVENTS) <= {d.key for d in registers()}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_file_holds_the_one_register_it_is_named_after(path: Path) -> None:
    (d,) = load_models(Definition, path)
    assert d.key == path.stem
    assert d.kind == "register"
    (step,) = d.all_steps
    assert step.key == "enter"
    assert step.by == d.entered_by
    assert "clerk" in d.entered_by
    assert d.field(step.milestone) is not None
    assert d.field(step.milestone).required  # type: ignore[union-attr]


@pytest.mark.parametrize("d", registers(), ids=lambda d: d.key)
def test_headings_lead_to_one_field_each(d: Definition) -> None:
    names = {f.name: f.key for f in d.fields}
    assert len(names) == len(d.fields), "两个字段同名，导入时分不清"
    keys = set(names.values())
    assert len(d.columns) >= 4, "至少列出几种常见表头"
    for heading, key in d.columns.items():
        assert key in keys, heading
        assert heading not in names, f"“{heading}”就是字段名，不必再列"
    assert set(d.identity) <= keys


def test_counts_have_units_and_choices_can_say_other() -> None:
    for d, f in fields():
        if f.type == "count":
            assert f.unit, (d.key, f.key)
        if f.type == "choice":
            assert isinstance(f.of, list)
            assert len(set(f.of)) == len(f.of) >= 2, (d.key, f.key)
        if f.type == "decimal":
            assert f.unit, (d.key, f.key)


def test_what_identifies_a_record_is_never_sealed() -> None:
    for d in registers():
        for key in d.identity:
            field = d.field(key)
            assert field is not None
            assert not field.sealed, (d.key, key)


def test_names_and_numbers_of_persons_are_sealed() -> None:
    """姓名 personal; 电话、车牌 sensitive."""
    for d, f in fields():
        if f.name in ("姓名", "当事人", "申请人", "户主"):
            assert f.sealed, (d.key, f.key)
        if "电话" in f.name or f.key == "plate":
            assert f.sensitive, (d.key, f.key)


def test_villages_are_organisations_everywhere() -> None:
    """One list of villages; free text would count 桥头村 and 桥头村委会 as two."""
    found = [(d.key, f.type) for d, f in fields() if f.key == "village"]
    assert len(found) > 10
    assert {t for _, t in found} == {"organization"}


def test_guards_compare_what_is_there() -> None:
    for d in registers():
        names = {f.key for f in d.fields}
        for g in d.all_steps[0].guards:
            used = g.require.fields() | (g.when.fields() if g.when else set())
            assert used <= names, (d.key, g.key)


def test_the_articles_that_registers_rest_on_are_in_the_statute_book() -> None:
    book = load().statutes
    for d in registers():
        for basis in [*d.basis, *(g.basis for g in d.all_steps[0].guards if g.basis)]:
            assert basis.statute is None or book.get(basis.statute) is not None, (d.key, basis.statute)
