"""The shipped limits and calendar for the tests of the law."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from yifa.law.calendar import default_calendar
from yifa.law.limit_due import LimitDue, due_by_limit
from yifa.law.limits import Limit, load_limits

FOLDER = Path(__file__).parents[2] / "yifa" / "codex" / "limits"


@pytest.fixture(scope="session")
def limits() -> dict[str, Limit]:
    """The shipped limits by key."""
    entries = [e for path in sorted(FOLDER.glob("*.yaml")) for e in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return load_limits(entries)[0]


@pytest.fixture(scope="session")
def ends(limits: dict[str, Limit]) -> Callable[..., LimitDue]:
    """``ends(key, start, ...)``: the end of a shipped limit, by the shipped calendar."""

    def compute(key: str, start: date, **options: object) -> LimitDue:
        return due_by_limit(limits[key], start, calendar=default_calendar(), **options)  # type: ignore[arg-type]

    return compute
