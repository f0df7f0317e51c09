"""The plan (plan.yaml) of what the demonstration's towns record in their registers: its models and its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

HERE = Path(__file__).parent
SEED = "云河"


class Entry(BaseModel):
    """How many records of one definition there are, when, and what stands in their fields.

    Exactly one of the ways to count: ``per_year`` (least and most for a middling town), ``monthly``, ``quarters``,
    ``rows`` (given ones), ``each_village``, ``per_village``, ``officers`` (one per officer). ``months`` weights the
    months of the year, ``day`` (MM-DD) fixes it, ``weekend`` is the chance of a day off."""

    model_config = ConfigDict(extra="forbid")

    per_year: tuple[int, int] | None = None
    monthly: bool = False
    quarters: bool = False
    rows: list[dict[str, Any]] = []
    each_village: bool = False
    and_town: dict[str, Any] | None = None
    per_village: int | None = None
    officers: bool = False
    share: float = 1.0
    months: dict[int, int] = {}
    day: str | None = Field(default=None, pattern=r"\d\d-\d\d")
    from_: tuple[int, int] = Field(default=(2016, 2022), alias="from")
    weekend: float = 0.05
    fields: dict[str, Any] = {}
    sets: list[dict[str, Any]] = []
    attach: list[str] = []

    @model_validator(mode="after")
    def _one_way(self) -> Entry:
        ways = [self.per_year, self.monthly, self.quarters, self.rows, self.each_village, self.per_village, self.officers]
        if sum(bool(w) for w in ways) != 1:
            raise ValueError("每个条目要有且只有一种计数方式")
        return self


class Plan(BaseModel):
    """``once``: what was there before the three years begin; ``yearly``: what each year brings; ``left_out``: the
    definitions without records here, each with the reason."""

    model_config = ConfigDict(extra="forbid")

    once: dict[str, Entry]
    yearly: dict[str, Entry]
    left_out: dict[str, str]


def load_plan() -> Plan:
    """The plan as shipped. Raises pydantic's ValidationError for a bad one."""
    return Plan.model_validate(yaml.safe_load((HERE / "plan.yaml").read_text(encoding="utf-8")))


def digest() -> str:
    """What the demonstration's records depend on besides the codex: the plan, the seed and the code that reads them."""
    h = hashlib.sha256(SEED.encode())
    for path in sorted([*HERE.glob("*.py"), HERE / "plan.yaml", *HERE.glob("cases/*.py")]):
        h.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return h.hexdigest()
