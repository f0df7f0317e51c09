"""Clocks (期限) of a record: starting, pausing, resetting, extending and meeting them.

A clock is a plain dict in the fold. Pausing (中止计算, days not counted), resetting (重新起算), extending (延长) and
meeting are four different acts; the definition names which. All dates are ISO strings.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from yifa.law.calendar import Calendar, CalendarError
from yifa.law.due import DueError, counted_days_between, due
from yifa.law.limits import Basis, Limit, LimitVersion, Threshold

Clock = dict[str, Any]


@lru_cache(maxsize=4096)
def _basis_dict(basis: Basis | None) -> dict[str, Any] | None:
    return None if basis is None else basis.model_dump(exclude_defaults=True)


def basis_dict(basis: Basis | None) -> dict[str, Any] | None:
    """The citation as plain data (statute, article, ...), the same object for the same basis."""
    return _basis_dict(basis)


def full_date(text: str | None) -> date | None:
    """The day of an ISO date or date-time; None for empty and partial dates (2023-05)."""
    if not text or len(text) < 10:
        return None
    return date.fromisoformat(text[:10])


class Law:
    """What the engine needs of the codex, for one place: limits, thresholds and the calendar, with look-ups cached."""

    def __init__(self, limits: dict[str, Limit], thresholds: dict[str, Threshold], calendar: Calendar, place: str = ""):
        self.limits, self.thresholds, self.calendar, self.place = limits, thresholds, calendar, place
        self._versions: dict[tuple[str, date], LimitVersion | None] = {}
        self._dues: dict[tuple[Any, ...], tuple[str, bool]] = {}

    def version(self, limit: str, day: date) -> LimitVersion | None:
        """The version of the limit in force that day at this place; None where no law speaks."""
        key = (limit, day)
        try:
            return self._versions[key]
        except KeyError:
            found = self._versions[key] = self.limits[limit].version_on(day, self.place or None)
            return found

    def threshold(self, key: str, day: date) -> tuple[int | None, bool]:
        """(value, whether an unset value counts as met)."""
        t = self.thresholds[key]
        return t.value_on(day, self.place or None), t.when_unknown == "treat_as_met"

    def due(self, quantity: int, unit: str, start: str, party: bool, excluded: int, extension: int) -> tuple[str, bool]:
        """(last day, whether it rests on a provisional calendar); cached, as imports repeat the same days."""
        key = (quantity, unit, start, party, excluded, extension)
        found = self._dues.get(key)
        if found is None:
            begin: date | datetime = datetime.fromisoformat(start) if unit == "hour" else date.fromisoformat(start[:10])
            d = due(quantity, unit, begin, calendar=self.calendar, party=party, excluded=excluded, extension=extension)
            found = self._dues[key] = (d.due.isoformat(), d.provisional)
            if len(self._dues) > 200_000:
                self._dues.clear()
        return found


def _from(version: LimitVersion) -> str:
    """The first day of a version, which names it in clocks and receipts."""
    return (version.valid_from or date.min).isoformat()


def clock_id(limit: str, party: str | None) -> str:
    return limit if party is None else f"{limit}#{party}"


def start_clock(law: Law, limit_key: str, start: str, party: str | None, seq: int, facts: dict[str, Any],
                step_day: str, set_value: Any = None) -> Clock | None:  # fmt: skip
    """A new clock, or None where no quantity is set by law, overlay or document (``set_value``: a date or a number)."""
    limit = law.limits[limit_key]
    begin = full_date(start)
    clock: Clock = {"id": clock_id(limit_key, party), "limit": limit_key, "party": party, "start": start, "by": seq,
                    "q": None, "unit": "", "due": None, "state": "running"}  # fmt: skip
    judged = begin
    if limit.law_of == "step":
        judged = full_date(step_day) or begin
    elif limit.law_of == "act":
        judged = full_date(facts.get("@act")) or begin
    if judged is None or begin is None:
        if set_value is None and not any(v.set_by or v.quantity is not None for v in limit.versions):
            return None
        clock["state"] = "unknown"
        return clock
    version = law.version(limit_key, judged)
    if version is None:
        return None
    quantity: Any = version.quantity
    if set_value is None and version.set_by:
        set_value = facts.get(version.set_by)
    if isinstance(set_value, str) and len(set_value) >= 10:
        clock.update(unit=version.unit, due=set_value[:10], vf=_from(version), fixed=True)
        return clock
    if isinstance(set_value, int):
        quantity = set_value
    if quantity is None:
        return None
    clock.update(q=quantity, unit=version.unit, vf=_from(version))
    if version.unit == "hour" and len(start) == 10:
        clock["start"] = start + "T00:00:00"
    recompute(law, clock)
    return clock


def recompute(law: Law, clock: Clock) -> None:
    """Set ``due`` from start, quantity, excluded days and extension. What lies outside the calendar (a mistyped number of
    days) has no due date and the state unknown: a history must be foldable whatever was typed."""
    if clock.get("fixed") or clock["q"] is None:
        return
    limit = law.limits[clock["limit"]]
    try:
        clock["due"], provisional = law.due(
            clock["q"], clock["unit"], clock["start"], limit.party, clock.get("ex", 0), clock.get("ext", 0)
        )
    except (CalendarError, DueError, OverflowError):
        clock["due"], provisional = None, False
    if clock["state"] in ("running", "unknown"):
        clock["state"] = "unknown" if clock["due"] is None else "running"
    if provisional:
        clock["prov"] = True
    else:
        clock.pop("prov", None)


def pause(clock: Clock, on: str, until: str, cap: str | None = None) -> None:
    """中止: from the day after ``on`` no day counts until ``until`` (a step, or step#party) lets go; several causes may
    hold one clock. ``cap`` is the id of the clock at whose end this cause is over by itself."""
    if clock["state"] == "running":
        clock.update(state="paused", paused=on, holds={})
    if clock["state"] == "paused":
        clock["holds"][until] = cap


def release(law: Law, clock: Clock, step: str, party: str | None, on: str) -> None:
    """The step ``step`` (of ``party``) ends its cause; the clock runs again when no cause is left."""
    if clock["state"] != "paused":
        return
    for hold in list(clock["holds"]):
        if hold == step or (hold.startswith(step + "#") and party in (None, hold.partition("#")[2])):
            del clock["holds"][hold]
            clock["held_to"] = on
    if not clock["holds"]:
        resume(law, clock, clock["held_to"])


def lapse_holds(law: Law, clocks: dict[str, Clock], clock: Clock, today: str) -> None:
    """End the causes whose own time is over before ``today`` (no answer came in time)."""
    if clock["state"] != "paused":
        return
    for hold, cap in list(clock["holds"].items()):
        end = clocks[cap]["due"] if cap in clocks else None
        if end and end[:10] < today[:10]:
            del clock["holds"][hold]
            clock["held_to"] = max(clock.get("held_to", ""), end[:10])
    if not clock["holds"]:
        resume(law, clock, clock["held_to"])


def resume(law: Law, clock: Clock, on: str) -> None:
    """恢复: the days after the pause began, up to and including ``on``, are excluded."""
    begin, end = full_date(clock.pop("paused")), full_date(on)
    clock.pop("holds", None)
    clock.pop("held_to", None)
    clock["state"] = "running"
    if begin and end and end > begin and clock["q"] is not None:
        days = (end - begin).days * 24 if clock["unit"] == "hour" else \
            counted_days_between(clock["unit"], begin, end, law.calendar)
        clock["ex"] = clock.get("ex", 0) + days
        recompute(law, clock)


def meet(law: Law, clock: Clock, on: str, seq: int) -> int | None:
    """办理: note the day; gives days late (0 or less is in time, in calendar days), None if no due date is known."""
    if clock["state"] == "paused":
        resume(law, clock, on)
    clock["met_on"], clock["met_by"] = on, seq
    due_day, met_day = full_date(clock["due"]), full_date(on)
    if due_day is None or met_day is None:
        clock["state"] = "met"
        return None
    if clock["unit"] == "hour":
        late = 0 if on <= clock["due"] else max(1, (met_day - due_day).days)
    else:
        late = (met_day - due_day).days
    clock["days_late"] = late
    clock["state"] = "late" if late > 0 else "met"
    return late
