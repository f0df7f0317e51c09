"""One legal instrument (法律文件), its dated versions, and its status on a day."""
from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "law", "administrative_regulation", "party_regulation", "judicial_interpretation", "local_regulation",
    "department_rule", "policy", "plan",
]
Status = Literal["in_force", "repealed", "not_yet_effective", "amended", "unknown"]
Verified = Literal[True, False, "partly"]

KIND_NAMES: dict[str, str] = {
    "law": "法律", "administrative_regulation": "行政法规", "party_regulation": "党内法规",
    "judicial_interpretation": "司法解释", "local_regulation": "地方性法规", "department_rule": "部门规章",
    "policy": "政策文件", "plan": "规划纲要",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class BasisRef(_Frozen):
    """Reference to an article of an instrument in the book (依据)."""

    statute: str
    article: int | None = None


class PlanPeriod(_Frozen):
    """The years that a plan covers (规划期), both included."""

    from_: date = Field(alias="from")
    to: date


class Ending(_Frozen):
    """How an instrument ended (失效情况).

    ``from_`` is the first day on which it is no longer in force. ``formal`` is false when a later law took its place in
    substance but no formal repeal (废止) is known: its status from that day on is then ``unknown``.
    """

    from_: date = Field(alias="from")
    by: BasisRef | None = None
    formal: bool = True
    note: str = ""
    verified: Verified = True


class StatuteVersion(_Frozen):
    """One version (版本) of an instrument: from the day it takes effect to the last day it holds (``None``: open)."""

    from_: date = Field(alias="from")
    to: date | None = None
    adopted: date | None = None
    promulgated: date | None = None
    change: Literal["original", "amended", "revised"] | None = None  # 制定 | 修正 | 修订
    number: str = ""
    verified: Verified = True
    articles: int | None = None
    note: str = ""

    def covers(self, day: date) -> bool:
        """Whether this version is in force on ``day``."""
        return self.from_ <= day and (self.to is None or day <= self.to)


class Statute(_Frozen):
    """One legal instrument (法律文件) and what is known of its validity.

    ``since`` is the day on which the instrument first took effect when its earliest version is not listed;
    ``enacted`` lists the days of adoption and of every amendment known, ``history_complete`` says that none is missing.
    ``bare`` lists the titles that are recognised in a running text without 《》 (default: see citations).
    """

    key: str
    title: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    bare: tuple[str, ...] | None = None
    issuer: str = ""
    number: str = ""
    region: str | None = None
    since: date | None = None
    enacted: tuple[date, ...] = ()
    history_complete: bool = False
    versions: tuple[StatuteVersion, ...] = ()
    plan_period: PlanPeriod | None = None
    ended: Ending | None = None
    successors: tuple[str, ...] = ()
    read_with: tuple[BasisRef, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Statute:
        previous: StatuteVersion | None = None
        for version in self.versions:
            if version.to is not None and version.to < version.from_:
                raise ValueError(f"《{self.key}》的版本止日 {version.to} 早于起日 {version.from_}")
            if previous is not None and (previous.to is None or previous.to >= version.from_):
                raise ValueError(f"《{self.key}》的版本 {previous.from_} 与 {version.from_} 时间重叠，请按先后排列并补上止日")
            previous = version
        if self.ended and previous and (previous.to is None or previous.to >= self.ended.from_):
            raise ValueError(f"《{self.key}》已于 {self.ended.from_} 失效，但最后一个版本没有在此前止")
        if self.kind == "plan" and self.plan_period is None:
            raise ValueError(f"规划《{self.key}》没有写规划期 plan_period")
        return self

    @property
    def never_amended(self) -> bool:
        """True only if the whole history is known and holds nothing but the adoption."""
        return self.history_complete and len(self.enacted) == 1

    @property
    def first_effective(self) -> date | None:
        """The day the instrument first took effect, if known (施行日)."""
        if self.since is not None:
            return self.since
        if self.versions and self.versions[0].change == "original":
            return self.versions[0].from_
        return None


def version_on(statute: Statute, day: date) -> StatuteVersion | None:
    """The listed version in force on ``day``, or ``None`` (none, or that version is not in the book)."""
    for version in reversed(statute.versions):
        if version.covers(day):
            return version
    return None


def status_on(statute: Statute, day: date) -> Status:
    """in_force | repealed | not_yet_effective | unknown on ``day``. A plan counts as repealed once its period is
    over; an answer that would rest on unverified dates (``verified: false``) is ``unknown``."""
    if statute.plan_period and day > statute.plan_period.to:
        return "repealed"
    version = version_on(statute, day)
    if version is not None:
        return "in_force" if version.verified is not False else "unknown"
    if statute.ended and day >= statute.ended.from_:
        return "repealed" if statute.ended.formal and statute.ended.verified is not False else "unknown"
    first = statute.first_effective
    if first is None or any(v.verified is False for v in statute.versions):
        return "unknown"
    if day < first:
        return "not_yet_effective"
    if statute.versions and day < statute.versions[0].from_:
        return "in_force"  # an earlier version, not listed
    return "unknown"
