"""Indicators (指标), relations between them, and summary rules: the pydantic models of ``codex/indicators``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from yifa.law.limits import Basis
from yifa.procedure.condition import Condition, parse_condition


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class Measure(Model):
    """What is measured over the records of definition ``of``: their number (default), the sum of an integer field,
    the number of distinct values of a field, or, with ``rows``, the same over the child rows of a rows-field."""

    of: str
    where: Condition | None = None
    sum: str | None = None
    distinct: str | None = None
    rows: str | None = None

    @field_validator("where", mode="before")
    @classmethod
    def _where(cls, value: Any) -> Any:
        return parse_condition(value) if isinstance(value, dict) else value


class Flow(Measure):
    """流量: records whose date ``on`` (a date field or a step's milestone) falls in the period."""

    on: str


class Stock(Measure):
    """存量: records valid at the cut-off: ``from`` <= cut-off < ``to`` (an empty ``to`` means still valid)."""

    from_: str = Field(alias="from")
    to: str | None = None


class LeastPer(Measure):
    """The smallest count among the sub-periods that lie wholly in the period (每季度至少)."""

    period: Literal["month", "quarter", "half_year"]
    on: str


class Ratio(Model):
    """A rate in percent: 100 × ``of`` / ``to``, both indicators; its denominator is always stated."""

    of: str
    to: str
    decimals: int = 1


class Indicator(Model):
    """One figure (指标). ``alias`` lists wordings of real reports; ``scale`` divides the stored integer for display
    (100: 分 -> 元; 10 ** decimals of a decimal field). ``units`` lists further units in which reports give it (宗, 起);
    ``words`` further ways to recognise it: terms separated by blanks that must all stand in the sentence."""

    key: str
    name: str
    alias: list[str] = []
    unit: str
    units: list[str] = []
    words: list[str] = []
    section: str = ""
    scale: int = 1
    flow: Flow | None = None
    stock: Stock | None = None
    ratio: Ratio | None = None
    least_per: LeastPer | None = None
    total: list[str] | None = None
    help: str | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Indicator:
        given = [n for n in ("flow", "stock", "ratio", "least_per", "total") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError("flow、stock、ratio、least_per、total 要有且只有一个")
        return self

    @property
    def measure(self) -> Measure | None:
        """The measure over records, or None for figures computed from figures."""
        return self.flow or self.stock or self.least_per


class Relation(Model):
    """A relation that figures must keep: ``at_most: [a, b]`` (a <= b) or ``sum: [..] equals: [..]``."""

    at_most: list[str] | None = None
    sum: list[str] | None = None
    equals: list[str] | None = None
    message: str | None = None
