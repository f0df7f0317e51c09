"""Planted faults are found; clean reports raise no error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faults import FAULTS, Fault

from yifa.proofread import proofread

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_planted_fault_is_found(fault: Fault, codex: Any) -> None:
    clean = (SAMPLES / fault.sample).read_text(encoding="utf-8")
    known = {(item.kind, item.text) for item in proofread(clean, codex=codex).findings}
    report = proofread(fault.plant(clean), codex=codex)
    hits = [item for item in report.findings if item.kind in fault.kinds and fault.near in item.text
            and (item.kind, item.text) not in known]
    assert hits, [(item.kind, item.text[:30]) for item in report.findings]
    for item in report.findings:
        assert report.text[item.start:item.end] == item.text
        assert "" not in (item.message, item.basis, item.suggestion)


@pytest.mark.parametrize("name", sorted(file.name for file in SAMPLES.glob("*.txt")))
def test_clean_report_has_no_error(name: str, codex: Any) -> None:
    report = proofread((SAMPLES / name).read_text(encoding="utf-8"), codex=codex)
    assert [(item.kind, item.text) for item in report.findings if item.severity == "error"] == []
