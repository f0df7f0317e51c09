"""从期限条目到届满日: which version of a limit applies, and when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yifa.law.calendar import Calendar
from yifa.law.due import Due, DueError, due
from yifa.law.limits import Limit, LimitVersion


@dataclass(frozen=True, slots=True)
class LimitDue:
    """The end of one limit: the version that applied and the arithmetic. A limit made of several clocks (latest_of,
    earliest_of) has all of them in ``parts`` and is itself the deciding one."""

    limit: Limit
    version: LimitVersion
    due: Due
    parts: tuple[LimitDue, ...] = ()

    @property
    def first_lawful(self) -> date:
        """For a period that must run out first (at_least, forwards): the day after it, or the moment it ends."""
        return self.due.due if isinstance(self.due.due, datetime) else self.due.due + timedelta(days=1)

    def basis(self) -> dict[str, Any] | None:
        """The article as the command line and the API give it; None when the version names no source."""
        basis, since = self.version.basis, self.version.valid_from
        if basis is None:
            return None
        return {
            "statute": basis.statute or basis.document,
            "article": basis.article,
            "version_from": since.isoformat() if since else None,
        }

    def as_dict(self) -> dict[str, Any]:
        """The result in the shape that architecture.md gives for ``yifa due``."""
        return self.due.as_dict(self.basis())


def due_by_limit(
    limit: Limit,
    start: date,
    *,
    calendar: Calendar,
    on: date | None = None,
    place: str | None = None,
    quantity: int | None = None,
    excluded: int = 0,
    extension: int = 0,
) -> LimitDue:
    """When ``limit``, set going on ``start``, ends.

    ``on`` is the date whose law applies (``limit.law_of``: the act, the step or the start of the clock), by default
    ``start``. ``place`` is a division code. ``quantity`` is the number that a document or a field set, needed when the
    version has none and ignored when it has one. ``excluded`` and ``extension`` as in :func:`yifa.law.due.due`.
    Raises DueError when no version was in force, or no number is known.
    """
    if limit.latest_of or limit.earliest_of:
        raise DueError(f"“{limit.name}”由几个期限合成，请用 combined_due 计算。")
    day = on or start
    if isinstance(day, datetime):
        day = day.date()
    version = limit.version_on(day, place)
    if version is None:
        raise DueError(_none_in_force(limit, day, place))
    amount = version.quantity if version.quantity is not None else quantity
    if amount is None:
        raise DueError(f"“{limit.name}”没有确定的天数：{version.note or '由文书或者栏目确定'}。请先填写。")
    result = due(
        amount,
        version.unit,
        start,
        calendar=calendar,
        party=limit.party,
        before=limit.before,
        excluded=excluded,
        extension=extension,
    )
    return LimitDue(limit, version, result)


def combined_due(
    limit: Limit,
    limits: Mapping[str, Limit],
    starts: date | Mapping[str, date],
    *,
    calendar: Calendar,
    on: date | None = None,
    place: str | None = None,
) -> LimitDue:
    """When a limit made of others ends: the latest (latest_of) or the earliest (earliest_of) of their ends.

    ``starts`` is one date for all, or a date for each key. Raises DueError as :func:`due_by_limit` does, and KeyError
    for a part without a date.
    """
    keys = limit.latest_of or limit.earliest_of
    parts = tuple(
        due_by_limit(
            limits[key],
            starts if isinstance(starts, date) else starts[key],
            calendar=calendar,
            on=on,
            place=place,
        )
        for key in keys
    )
    choose = max if limit.latest_of else min
    deciding = choose(parts, key=lambda part: part.due.due)
    return LimitDue(limit, deciding.version, deciding.due, parts)


def _none_in_force(limit: Limit, day: date, place: str | None) -> str:
    national = [v for v in limit.versions if v.region is None]
    known = [v.valid_from for v in national or limit.versions if v.valid_from]
    if not national and place is None:
        return f"“{limit.name}”只有地方规定，请写明所在地区（区划代码）。"
    if known and day < min(known):
        return f"“{limit.name}”自{min(known)}起才有规定，{day}尚无；请核对日期。"
    return f"“{limit.name}”在{day}没有适用于该地的规定，请核对日期和地区。"
