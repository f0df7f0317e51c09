"""What the tests of the proofreader share: a codex of the indicator names, the shipped statute book."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from yifa.law.statute_files import shipped_book
from yifa.law.statutes import StatuteBook
from yifa.proofread import IndicatorName

HERE = Path(__file__).parent


class Codex:
    """The names of the indicators as in indicator_names.yaml and the statutes that come with Yifa."""

    def __init__(self, statutes: StatuteBook | None) -> None:
        self.statutes = statutes
        self.indicators = [
            IndicatorName(entry["key"], entry["name"], tuple(entry["alias"]), entry["unit"], tuple(entry["units"]),
                          tuple(entry.get("words", ())))
            for entry in yaml.safe_load((HERE / "indicator_names.yaml").read_text(encoding="utf-8"))
        ]


@pytest.fixture(scope="session")
def codex() -> Codex:
    return Codex(shipped_book())


@pytest.fixture(scope="session")
def seeds() -> Path:
    return Path(os.environ.get("YIFA_SHARED") or HERE.parents[2] / "shared") / "seeds"
