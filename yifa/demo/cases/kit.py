"""What paths are made with: days, persons, and a case that takes step after step."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from yifa.codex import Codex
from yifa.demo.plan import SEED
from yifa.demo.world import People, Town
from yifa.law.calendar import Calendar


@dataclass
class Taken:
    """One step of a case: when, by whom, with which values."""

    step: str
    on: str
    data: dict[str, Any]
    actor: str
    attach: list[str] = field(default_factory=list)


@dataclass
class Case:
    """One case and its steps in the order of time. ``breach`` says what was done wrong on purpose ('' for nothing);
    ``live`` cases are recorded as they happen, the others afterwards (补录)."""

    org: str
    definition: str
    live: bool = False
    breach: str = ""
    restricted: str | None = None
    steps: list[Taken] = field(default_factory=list)

    def take(self, step: str, day: date, actor: str, attach: list[str] | None = None, **data: Any) -> None:
        """Add a step; days must not go back."""
        on = day.isoformat()
        if self.steps and on < self.steps[-1].on:
            raise ValueError(f"{self.definition}: {step} {on} 早于前一环节 {self.steps[-1].on}")
        data = {k: v for k, v in data.items() if v is not None}
        self.steps.append(Taken(step, on, data, actor, attach or []))

    def until(self, day: date) -> Case:
        """The case as it stood on a day: later steps are left out."""
        self.steps = [s for s in self.steps if s.on <= day.isoformat()]
        return self


class Kit:
    """One town's generator for one part of its cases."""

    def __init__(self, codex: Codex, town: Town, part: str):
        self.codex, self.town = codex, town
        self.calendar: Calendar = codex.calendar
        self.rng = random.Random(f"{SEED}/{town.code}/{part}")
        self.people = People(self.rng)

    def case(self, definition: str, breach: str = "", restricted: str | None = None) -> Case:
        return Case(self.town.code, definition, breach=breach, restricted=restricted)

    # -- days ---------------------------------------------------------------------------------------------------------

    def worked(self, day: date) -> date:
        """The day itself or the next worked one."""
        return self.calendar.next_working_day(day)

    def later(self, day: date, low: int, high: int) -> date:
        """A worked day between ``low`` and ``high`` working days later."""
        return self.calendar.add_working_days(day, self.rng.randint(low, high))

    def starts(self, year: int, n: int) -> list[date]:
        """``n`` worked days of the year, in order."""
        first = date(year, 1, 2)
        return sorted(self.worked(first + timedelta(days=self.rng.randrange(360))) for _ in range(n))

    # -- persons and words --------------------------------------------------------------------------------------------

    def village(self) -> str:
        return self.rng.choice(list(self.town.villages))

    def name_of(self, village: str) -> str:
        return self.town.villages[village]

    def clerk(self) -> str:
        return self.rng.choice(self.town.clerks)

    def leader(self) -> str:
        return self.rng.choice(self.town.leaders)

    def pick(self, weights: dict[Any, int]) -> Any:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def chance(self, p: float) -> bool:
        return self.rng.random() < p
