"""A test ledger as plain data, independent of how the store records it, and the means to write one shortly.

A `Maker` collects records and what each figure must come to. `Maker.finish` adds, for every figure, records that must
*not* be counted: the same act a year earlier, in another town, voided; and for a stock one that ended before the cut-off
and one that begins after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Number = int | Decimal
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"


@dataclass(frozen=True, slots=True)
class SeedStep:
    """One act: the step's key, its day (ISO), and canonical values (sealed fields in plain text)."""

    step: str
    on: str
    data: dict[str, Any]


@dataclass(slots=True)
class SeedRecord:
    """One record of ``org``; ``voided`` ones are recorded and then made void. ``why`` says why it must not be counted."""

    ref: str
    org: str
    definition: str
    steps: list[SeedStep]
    voided: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a figure must come to: its value in the indicator's unit and the records behind it.

    ``refs``: the records that add to it (of a rate: to numerator or denominator). ``silent``: records that meet the
    condition but add nothing (a visit without a lecture), which a drill-down may list or leave out."""

    what: str
    value: Number
    refs: frozenset[str]
    silent: frozenset[str] = frozenset()


@dataclass(slots=True)
class SeedLedger:
    """One town's year. ``places``: every organisation needed, code -> (name, parent code or "")."""

    seed: str
    org: str
    org_name: str
    year: int
    cutoff: str
    places: dict[str, tuple[str, str]]
    records: list[SeedRecord]
    expected: dict[str, Expected]


def shifted(value: Any, years: int) -> Any:
    """Every ISO date inside a value, some years on (29 February becomes 28)."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-" and value[:4].isdigit():
        day = value[4:] if value[5:] != "02-29" else "-02-28"
        return f"{int(value[:4]) + years:04d}{day}"
    if isinstance(value, list):
        return [shifted(v, years) for v in value]
    if isinstance(value, dict):
        return {k: shifted(v, years) for k, v in value.items()}
    return value


class Maker:
    """Collects one ledger. ``code`` is a 9-digit division code, ``villages`` how many villages the town has."""

    def __init__(self, seed: str, code: str, name: str, county: str, year: int, villages: int) -> None:
        self.seed, self.org, self.name, self.year = seed, code, name, year
        self.other = f"{int(code) + 1:09d}"
        self.places: dict[str, tuple[str, str]] = {code[:6]: (county, ""), code: (name, code[:6]),
                                                   self.other: ("邻乡镇", code[:6])}  # fmt: skip
        self.villages = [f"{code}{200 + i:03d}" for i in range(1, villages + 1)]
        self.other_village = f"{self.other}201"
        self.places |= {v: (f"试{i:02d}村", code) for i, v in enumerate(self.villages, 1)}
        self.places[self.other_village] = ("邻村", self.other)
        self.records: list[SeedRecord] = []
        self.expected: dict[str, Expected] = {}
        self._numbers: dict[str, int] = {}

    # -- writing records -------------------------------------------------------------------------------------------
    def day(self, i: int, n: int, first: str = "01-06", last: str = "12-20") -> str:
        """The day of the ``i``-th of ``n`` acts, spread evenly over the year."""
        start, end = date.fromisoformat(f"{self.year}-{first}"), date.fromisoformat(f"{self.year}-{last}")
        return (start + timedelta(days=(end - start).days * i // max(n - 1, 1))).isoformat()

    def after(self, day: str, days: int) -> str:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()

    def person(self, i: int) -> str:
        """A synthetic person."""
        return f"{SURNAMES[i % len(SURNAMES)]}试{i // len(SURNAMES) + 1:02d}"

    def village(self, i: int) -> str:
        return self.villages[i % len(self.villages)]

    def _ref(self, definition: str) -> str:
        self._numbers[definition] = self._numbers.get(definition, 0) + 1
        return f"{definition}#{self._numbers[definition]}"

    def enter(self, definition: str, on: str, why: str = "", org: str = "", /, **data: Any) -> str:
        """A register's record; returns its ref."""
        return self.case(definition, [SeedStep("enter", on, data)], why, org)

    def case(self, definition: str, steps: Iterable[SeedStep], why: str = "", org: str = "") -> str:
        """A procedure's record; returns its ref."""
        record = SeedRecord(self._ref(definition), org or self.org, definition, list(steps), why=why)
        self.records.append(record)
        return record.ref

    def series(self, definition: str, n: int, make: Callable[[int], Mapping[str, Any]], first: str = "01-06",
               last: str = "12-20") -> list[str]:  # fmt: skip
        """``n`` records of a register, spread over the year."""
        return [self.enter(definition, self.day(i, n, first, last), **make(i)) for i in range(n)]

    # -- saying what they come to ----------------------------------------------------------------------------------
    def expect(self, what: str, indicator: str, value: Number | str, refs: Iterable[str],
               silent: Iterable[str] = ()) -> None:  # fmt: skip
        """State a figure. A rate's value is text ("98.3") so that it stays exact."""
        number = Decimal(value) if isinstance(value, str) else value
        self.expected[indicator] = Expected(what, number, frozenset(refs), frozenset(silent))

    # -- what must not be counted ----------------------------------------------------------------------------------
    def _variant(self, of: SeedRecord, why: str, years: int = 0, org: str = "", voided: bool = False,
                 began: str = "", more: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        steps = [SeedStep(s.step, began or shifted(s.on, years), shifted(dict(s.data), years) | dict(more or {}))
                 for s in of.steps]  # fmt: skip
        village = self.other_village if org else self.villages[-1]
        steps = [SeedStep(s.step, s.on, self._changed(s.data, village, why)) for s in steps]
        self.records.append(SeedRecord(self._ref(of.definition), org or self.org, of.definition, steps, voided, why))

    def _changed(self, data: Mapping[str, Any], village: str, why: str) -> dict[str, Any]:
        """The last village has nothing of its own, so that a distinct count would notice; names stay unlike."""
        found = {k: village if v in self.villages else v for k, v in data.items()}
        return found | {k: f"{found[k]}（{why}）" for k in ("name", "certificate_number") if k in found}

    def finish(self, ended: Mapping[str, Mapping[str, str]]) -> SeedLedger:
        """The ledger with its distractors. ``ended``: definition of a stock -> the fields that end it ("" for the day)."""
        by_ref = {r.ref: r for r in self.records}
        templates = {min(e.refs, key=lambda r: int(r.split("#")[1])) for e in self.expected.values() if e.refs}
        for ref in sorted(templates):
            of = by_ref[ref]
            self._variant(of, "别的乡镇", org=self.other)
            self._variant(of, "已作废", voided=True)
            if of.definition in ended:
                over = {k: v or f"{self.year}-06-30" for k, v in ended[of.definition].items()}
                self._variant(of, "已届满", began=f"{self.year - 3}-03-01", more=over)
                self._variant(of, "截止日后才有", began=f"{self.year + 1}-01-01")
            else:
                self._variant(of, "上一年", years=-1)
                self._variant(of, "下一年", years=1)
        return SeedLedger(self.seed, self.org, self.name, self.year, f"{self.year}-12-31", self.places, self.records,
                          self.expected)  # fmt: skip


def share(total: int, n: int) -> list[int]:
    """``total`` in ``n`` positive whole parts as equal as can be (the first ones one larger)."""
    small, more = divmod(total, n)
    return [small + 1] * more + [small] * (n - more)
