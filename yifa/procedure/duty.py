"""Duties (应尽职责): what recurs by law or rule; the pydantic model of ``codex/duties``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from yifa.law.limits import Basis
from yifa.procedure.condition import Condition, parse_condition


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class DutyDue(Model):
    """When: ``before`` a month-day (that day excluded) or ``by`` it (included), of this or the next year."""

    before: str | None = Field(default=None, pattern=r"^\d\d-\d\d$")
    by: str | None = Field(default=None, pattern=r"^\d\d-\d\d$")
    of: Literal["this_year", "next_year"] = "this_year"


class MetBy(Model):
    """What meets it: a record of ``definition`` whose step (or register date) falls in the period, ``at_least`` times,
    where the condition ``where`` holds. A duty due in the next year is met by a record of that year."""

    definition: str
    step: str = "enter"
    at_least: int = 1
    where: Condition | None = None

    @field_validator("where", mode="before")
    @classmethod
    def _where(cls, value: Any) -> Any:
        return parse_condition(value) if isinstance(value, dict) else value


class Duty(Model):
    """One recurring duty."""

    key: str
    name: str
    every: Literal["year", "half_year", "quarter", "month"]
    due: DutyDue | None = None
    met_by: MetBy
    strength: Literal["block", "warn", "show"] = "warn"
    basis: Basis | None = None
    note: str | None = None
