"""Names that read back (名称可还原): what our reports print, and what the five seeds say, leads to the right indicator."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from yifa.codex import Codex, load
from yifa.codex.proof import ProofView, proof_codex
from yifa.proofread import proofread

SHARED = Path(os.environ.get("YIFA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
HEAD = "测试镇关于2023年法治政府建设情况的报告\n一、主要举措和成效\n"


@pytest.fixture(scope="module")
def codex() -> Codex:
    return load()


@pytest.fixture(scope="module")
def names(codex: Codex) -> ProofView:
    return proof_codex(codex)


def test_a_figure_printed_with_its_name_and_unit_is_read_as_itself(codex: Codex, names: ProofView) -> None:
    wrong = {}
    for i in codex.indicators.values():
        number = "97.5" if i.unit == "%" else "37"
        found = [f.indicator for f in proofread(f"{HEAD}{i.name}{number}{i.unit}。", codex=names).figures]
        if found != [i.key]:
            wrong[i.key] = found
    assert wrong == {}


@pytest.mark.shared
@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_the_seed_report_s_figures_are_read_as_their_indicators(seed: str, codex: Codex, names: ProofView) -> None:
    keys = {word: i.key for i in codex.indicators.values() for word in [i.name, *i.alias]}
    stated = yaml.safe_load((SHARED / "seeds" / "figures.yaml").read_text(encoding="utf-8"))[seed]["figures"]
    (path,) = (SHARED / "seeds").glob(f"{seed}_*.txt")
    read = {(f.indicator, f.value, f.unit, f.approx)
            for f in proofread(path.read_text(encoding="utf-8-sig"), codex=names).figures}  # fmt: skip
    missing = [f["text"] for f in stated if (keys[f["what"]], f["value"], f["unit"], f["approx"]) not in read]
    assert missing == []
