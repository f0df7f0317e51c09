"""Fills a register's fields by the specifications of plan.yaml, always alike for the same seed.

A specification is a text (with {village} {town} {year} {last_year} {month} {n} …), a number, a list (one of these), or
{w: {value: weight}}, {range: [a, b], step: s}, {chance: p}, {some: [...], most: n} (several), {maybe: chance, value: spec};
amounts stand in 元 and in the field's own unit. A text beginning with @ is a source: @name @phone @village @staff @officers
@lawyer @mediator, "@at_most field n" (up to n less than that field), "@after days", "@before days" (of the record's day).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from yifa.demo.world import FIRM, People, Town
from yifa.procedure.definition import Definition, FieldDef
from yifa.procedure.values import Context, cleaner


class PlanFault(ValueError):
    """The plan names a field or writes a value that the definition does not take."""


@dataclass
class Place:
    """Where and when one record is made."""

    town: Town
    day: date
    n: int
    village: str
    officer: str = ""

    @property
    def kind(self) -> str:
        """行政村 or 社区."""
        return "社区" if self.town.villages.get(self.village, "").endswith("社区") else "行政村"

    def words(self) -> dict[str, Any]:
        """What templates may name."""
        return {"village": self.town.villages.get(self.village, self.town.name), "town": self.town.name,
                "short": self.town.short, "year": self.day.year, "last_year": self.day.year - 1, "month": self.day.month,
                "n": self.n, "officer": self.officer, "firm": FIRM, "kind_of_village": self.kind}  # fmt: skip


class Filler:
    """Values for the fields of one definition."""

    def __init__(self, definition: Definition, rng: random.Random):
        self.definition, self.rng = definition, rng
        self.people = People(rng)
        context = Context()
        self.fields = {f.key: f for f in definition.fields}
        self.clean = {f.key: cleaner(f, context) for f in definition.fields}

    def data(self, specs: dict[str, Any], place: Place) -> dict[str, Any]:
        """Canonical values for these specifications; empty ones are left out. Raises PlanFault."""
        raw: dict[str, Any] = {}
        for key, spec in specs.items():
            f = self.fields.get(key)
            if f is None:
                raise PlanFault(f"{self.definition.key}: 没有字段 {key}")
            value = self._value(f, spec, place, raw)
            if value is not None:
                raw[key] = value
        try:
            cleaned = {k: self.clean[k](v) for k, v in raw.items()}
        except ValueError as e:
            raise PlanFault(f"{self.definition.key}: {e}") from e
        return {k: v for k, v in cleaned.items() if v is not None}

    def _value(self, f: FieldDef, spec: Any, place: Place, raw: dict[str, Any]) -> Any:
        if isinstance(spec, list):
            return self._value(f, self.rng.choice(spec), place, raw)
        if isinstance(spec, dict):
            return self._chosen(f, spec, place, raw)
        if isinstance(spec, str):
            return self._source(spec[1:].split(), place, raw) if spec.startswith("@") else spec.format(**place.words())
        return spec

    def _chosen(self, f: FieldDef, spec: dict[str, Any], place: Place, raw: dict[str, Any]) -> Any:
        rng = self.rng
        if "w" in spec:
            return self._value(f, rng.choices(list(spec["w"]), list(spec["w"].values()))[0], place, raw)
        if "chance" in spec:
            return rng.random() < spec["chance"]
        if "range" in spec:
            step = Decimal(str(spec.get("step", 1)))
            low, high = (Decimal(str(v)) for v in spec["range"])
            value = low + step * rng.randint(0, int((high - low) / step))
            return int(value) if value == value.to_integral_value() else float(value)
        if "maybe" in spec:
            return self._value(f, spec["value"], place, raw) if rng.random() < spec["maybe"] else None
        if "some" in spec:
            return [self._value(f, s, place, raw) for s in rng.sample(spec["some"], rng.randint(1, spec["most"]))]
        raise PlanFault(f"{self.definition.key}.{f.key}: 看不懂 {spec}")

    def _source(self, words: list[str], place: Place, raw: dict[str, Any]) -> Any:
        rng, town = self.rng, place.town
        match words:
            case ["name"]:
                return self.people.name()
            case ["phone"]:
                return self.people.phone()
            case ["village"]:
                return place.village
            case ["staff"]:
                return rng.choice(town.clerks)
            case ["leader"]:
                return rng.choice(town.leaders)
            case ["officers"]:
                return "、".join(rng.sample(town.officers, 2))
            case ["lawyer"]:
                return town.lawyer_of(place.village) if place.village in town.villages else town.lawyers[0]
            case ["mediator"]:
                return town.mediators[place.village][(place.n - 1) % 4]
            case ["at_most", other, less]:
                return max(0, raw[other] - rng.randint(0, int(less)))
            case ["after", days]:
                return (place.day + timedelta(days=rng.randint(1, int(days)))).isoformat()
            case ["before", days]:
                return (place.day - timedelta(days=rng.randint(1, int(days)))).isoformat()
        raise PlanFault(f"{self.definition.key}: 看不懂 @{' '.join(words)}")
