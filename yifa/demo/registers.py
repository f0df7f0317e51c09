"""The registers' records of the three years: how many, on which days, with what in them."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from yifa.codex import Codex
from yifa.demo.filler import Filler, Place
from yifa.demo.plan import SEED, Entry, Plan
from yifa.demo.world import Town
from yifa.law.calendar import Calendar

YEARS = (2023, 2024, 2025)


@dataclass
class Made:
    """One register record: the day it happened, its values, and names of text files to attach."""

    org: str
    definition: str
    on: str
    data: dict[str, Any]
    attach: list[str]


class Registers:
    """Makes the records of one town by the plan."""

    def __init__(self, codex: Codex, plan: Plan, town: Town):
        self.codex, self.plan, self.town = codex, plan, town
        self.calendar: Calendar = codex.calendar
        self.counts: dict[str, int] = {}

    def make(self) -> Iterator[Made]:
        """All records of the town; the order is that of the plan, not of time."""
        for key, entry in self.plan.once.items():
            yield from self._once(key, entry)
        for key, entry in self.plan.yearly.items():
            for year in YEARS:
                yield from self._year(key, entry, year)

    def _filler(self, key: str, part: Any) -> Filler:
        return Filler(self.codex.definitions[key], random.Random(f"{SEED}/{self.town.code}/{key}/{part}"))

    def _once(self, key: str, entry: Entry) -> Iterator[Made]:
        filler = self._filler(key, "once")
        rng = filler.rng
        places: list[tuple[str, str, dict[str, Any]]] = []
        villages = list(self.town.villages)
        if entry.each_village or entry.per_village:
            places = [(v, "", {}) for v in villages for _ in range(entry.per_village or 1) if rng.random() < entry.share]
        elif entry.officers:
            places = [(self.town.code, o, {}) for o in self.town.officers]
        else:
            places = [(self.town.code, "", row) for row in entry.rows]
        if entry.and_town is not None:
            places += [(self.town.code, "", entry.and_town)] * (entry.per_village or 1)
        for village, officer, row in places:
            year = rng.randint(*entry.from_)
            yield self._record(filler, key, entry, self._day(rng, entry, year, row), village, row, officer)

    def _year(self, key: str, entry: Entry, year: int) -> Iterator[Made]:
        filler = self._filler(key, year)
        rng = filler.rng
        villages = list(self.town.villages)
        if entry.rows:
            for row in entry.rows:
                yield self._record(filler, key, entry, self._day(rng, entry, year, row), self.town.code, row)
        elif entry.monthly:
            for month in range(1, 13):
                day = date(year, month, monthrange(year, month)[1])
                yield self._record(filler, key, entry, day, self.town.code, {})
        elif entry.quarters:
            for quarter in range(4):
                yield self._record(filler, key, entry, self._in_month(rng, year, 3 * quarter + rng.randint(1, 3), entry), self.town.code, {})
        elif entry.per_year is not None:
            n = round(rng.randint(*entry.per_year) * self.town.size)
            for day in sorted(self._day(rng, entry, year, {}) for _ in range(n)):
                yield self._record(filler, key, entry, day, rng.choice(villages), {})

    def _day(self, rng: random.Random, entry: Entry, year: int, row: dict[str, Any]) -> date:
        fixed = row.get("day") or entry.day
        if fixed:
            return date(year, int(fixed[:2]), int(fixed[3:]))
        months = entry.months or dict.fromkeys(range(1, 13), 1)
        return self._in_month(rng, year, rng.choices(list(months), list(months.values()))[0], entry)

    def _in_month(self, rng: random.Random, year: int, month: int, entry: Entry) -> date:
        """A day of the month, worked unless chance says otherwise."""
        days = [date(year, month, d) for d in range(1, monthrange(year, month)[1] + 1)]
        off = rng.random() < entry.weekend
        fit = [d for d in days if self.calendar.is_working_day(d) is not off]
        return rng.choice(fit)

    def _record(self, filler: Filler, key: str, entry: Entry, day: date, village: str, row: dict[str, Any],
                officer: str = "") -> Made:  # fmt: skip
        rng = filler.rng
        counted = f"{key}/{day.year if key in self.plan.yearly and key not in self.plan.once else 0}"
        self.counts[counted] = n = self.counts.get(counted, 0) + 1
        specs = dict(entry.fields)
        fit = [s for s in entry.sets if day.month in s.get("months", [day.month])]
        if fit and not row:
            chosen = rng.choices(fit, [s.get("weight", 1) for s in fit])[0]
            specs |= {k: v for k, v in chosen.items() if k not in ("months", "weight")}
        specs |= {k: v for k, v in row.items() if k != "day"}
        specs = {k: v for k, v in specs.items() if v is not None}
        data = filler.data(specs, Place(self.town, day, n, village, officer))
        return Made(self.town.code, key, day.isoformat(), data, entry.attach if n == 1 else [])
