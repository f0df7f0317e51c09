"""What the shipped procedures must be as data: whole, readable again from their own text, with law behind every block."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.procedure.harness import definitions, law
from yifa.codex.bundle import SHIPPED, definition_text
from yifa.codex.loader import read_yaml
from yifa.procedure.definition import Definition
from yifa.procedure.plan import compile_definition

KEYS = ("disclosure_request", "dispute", "petition", "penalty")
DOCUMENTS = {d["key"]: d for p in sorted((SHIPPED / "documents").glob("*.yaml")) for d in read_yaml(p)}


def names(d: Definition) -> set[str]:
    return {f.key for f in d.fields} | {s.milestone for s in d.all_steps}


@pytest.mark.parametrize("key", sorted(definitions()))
def test_a_definition_is_readable_again_from_its_own_text(key: str) -> None:
    """A record pins its definition by hash; the stored text must give the same definition, conditions included."""
    d = definitions()[key]
    again = Definition.model_validate(json.loads(definition_text(d)))
    assert again == d
    assert definition_text(again) == definition_text(d)
    compile_definition(again)


@pytest.mark.parametrize("key", KEYS)
def test_each_document_exists_and_carries_facts_of_its_procedure(key: str) -> None:
    d = definitions()[key]
    produced = {x for s in d.all_steps for x in s.produces}
    assert produced == set(d.documents), "documents 应列出各环节产生的全部文书"
    for x in produced:
        assert key in DOCUMENTS[x]["of"]
        assert set(DOCUMENTS[x]["fields"].values()) <= names(d), x


def test_no_document_is_made_by_nobody() -> None:
    procedures = [d for k, d in definitions().items() if k in KEYS]
    assert set(DOCUMENTS) >= {x for d in procedures for x in d.documents}
    for key, doc in DOCUMENTS.items():
        if set(doc["of"]) <= set(KEYS):
            assert any(key in definitions()[of].documents for of in doc["of"]), key


@pytest.mark.parametrize("key", KEYS)
def test_each_step_says_who_and_each_field_is_taken(key: str) -> None:
    d = definitions()[key]
    for s in d.all_steps:
        assert s.by, f"{s.key} 没有 by"
        assert s.name
        assert s.name[0] > "一"
    taken = {f.key for s in d.all_steps for f in s.fields}
    assert {f.key for f in d.fields} - taken == set(), "没有环节登记的字段"


@pytest.mark.parametrize("key", KEYS)
def test_each_block_cites_its_article(key: str) -> None:
    """A refusal by a guard names the article, or (house rules of order) says what to do instead."""
    for s in definitions()[key].all_steps:
        for g in s.guards:
            if g.strength == "block" and g.basis is not None:
                assert "第" in g.message, f"{s.key}.{g.key}: {g.message}"
                assert "条" in g.message, f"{s.key}.{g.key}: {g.message}"
            assert g.message.endswith("。"), g.key


@pytest.mark.parametrize("key", KEYS)
def test_identity_numbers_phones_and_addresses_are_sensitive_and_names_personal(key: str) -> None:
    def check(fields: list[Any]) -> None:
        for f in fields:
            if f.format in ("id_number", "phone", "bank_account") or f.key in ("address", "party_address", "informant"):
                assert f.sensitive, f.key
            if f.key in ("applicant", "petitioner", "party", "party_a", "party_b", "third_party", "legal_person", "concerned_person"):
                assert f.personal, f.key
            check(f.fields)

    check(definitions()[key].fields)


@pytest.mark.parametrize("key", KEYS)
def test_headings_map_dates_to_milestones(key: str) -> None:
    d = definitions()[key]
    milestones = {s.milestone for s in d.all_steps}
    dates = {f.key for f in d.fields if f.type == "date"}
    for heading, name in d.columns.items():
        assert name in names(d)
        if heading.endswith("日期"):
            assert name in milestones | dates, heading


def test_every_reply_type_has_its_row_in_the_annual_report() -> None:
    """国办公开办函〔2021〕30号, table 2: rows (一) to (六), each used; 部分公开 counts in its own row only."""
    outcome = definitions()["disclosure_request"].field("outcome")
    assert outcome is not None
    assert isinstance(outcome.of, list)
    rows = [outcome.counts_as[x] for x in outcome.of]
    assert len(rows) == 22
    assert sorted(set(rows)) == sorted(
        ["（一）", "（二）", *(f"（三）{n}" for n in range(1, 9)), *(f"（四）{n}" for n in range(1, 4)),
         *(f"（五）{n}" for n in range(1, 6)), *(f"（六）{n}" for n in range(1, 4))])  # fmt: skip
    assert rows.count("（一）") == 2, "告知途径与予以公开同属第一行，其余一类一行"


def test_every_limit_named_exists() -> None:
    for d in definitions().values():
        for s in d.all_steps:
            used = [x.limit for group in (s.starts, s.meets, s.resets, s.stops, s.within, s.pauses, s.waits, s.leads, s.extends) for x in group]
            used += [x for b in s.starts for x in b.after_due] + [p.no_longer_than for p in s.pauses if p.no_longer_than]
            for limit in used:
                assert limit in law().limits, f"{d.key}.{s.key}: {limit}"


@pytest.mark.parametrize("key", KEYS)
def test_every_clock_that_starts_can_end(key: str) -> None:
    """A duty of the organ that no step meets or stops would be overdue for ever."""
    d = definitions()[key]
    ended = {x.limit for s in d.all_steps for x in [*s.meets, *s.stops]} | {x.limit for s in d.all_steps for x in s.starts if x.ends_here}
    for s in d.all_steps:
        for x in s.starts:
            if law().limits[x.limit].kind == "duty" and any(v.quantity is not None for v in law().limits[x.limit].versions):
                assert x.limit in ended, f"{s.key} 起算的 {x.limit} 没有环节办结"
