"""The statute book (法规库): which legal instruments there are and when each is in force.

A :class:`Statute` is one instrument (law, regulation, interpretation, plan …) with its dated versions. The book finds
an instrument by any of its titles and says whether it is in force on a day or in a reporting year. Everything here is
pure: the day is always an argument. Dates that nobody has checked against an official text are marked in the data and
never turn into a certain answer.
"""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yifa.law.statute_titles import normalise_title, similarity, split_edition, title_variants

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


class StatuteMatch(NamedTuple):
    """Result of :meth:`StatuteBook.resolve`: the instrument, which of its titles matched, an edition mark if any."""

    statute: Statute
    how: Literal["full", "short", "alias"]
    edition: str | None


class StatuteBook:
    """All instruments of the codex, indexed by every title they are cited by."""

    def __init__(self, statutes: Iterable[Statute]) -> None:
        """Index ``statutes``. Raises ``ValueError`` when a key or a title belongs to two of them, or a
        reference (successor, repealing law) names an instrument that is not in the book."""
        self._by_key: dict[str, Statute] = {}
        self._by_title: dict[str, tuple[Statute, Literal["full", "short", "alias"]]] = {}
        for statute in statutes:
            if statute.key in self._by_key:
                raise ValueError(f"法规库中有两个条目的 key 都是“{statute.key}”，请删去一个")
            self._by_key[statute.key] = statute
        for statute in self._by_key.values():
            self._index(statute.title, statute, "full")
            self._index(statute.key, statute, "short")
            for alias in statute.aliases:
                self._index(alias, statute, "alias")
        for statute in self._by_key.values():
            named = [*statute.successors, *(r.statute for r in statute.read_with)]
            if statute.ended and statute.ended.by:
                named.append(statute.ended.by.statute)
            for key in named:
                if key not in self._by_key:
                    raise ValueError(f"《{statute.key}》引用了法规库中没有的“{key}”")

    def _index(self, title: str, statute: Statute, how: Literal["full", "short", "alias"]) -> None:
        for variant in title_variants(title):
            taken = self._by_title.get(variant)
            if taken is None:
                self._by_title[variant] = (statute, how)
            elif taken[0] is not statute:
                raise ValueError(f"名称“{title}”同时属于《{taken[0].key}》和《{statute.key}》，请改掉一个简称")

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def get(self, key: str) -> Statute | None:
        """The instrument with this key (``basis: {statute: 行政处罚法}``), or ``None``."""
        return self._by_key.get(key)

    def resolve(self, title: str) -> StatuteMatch | None:
        """The instrument that ``title`` names exactly: by full title, short title or alias.

        《》, 中华人民共和国, spaces, kinds of dash and bracket, （试行） and an edition mark such as （2017年修订） make no
        difference. A draft (草案) or any other title that merely contains a known one is not resolved.
        """
        found = self._by_title.get(title)
        if found is not None:
            return StatuteMatch(found[0], found[1], None)
        core, edition = split_edition(title)
        found = self._by_title.get(normalise_title(core))
        return StatuteMatch(found[0], found[1], edition) if found else None

    def closest(self, title: str, limit: int = 3, at_least: float = 0.6) -> list[tuple[Statute, float]]:
        """Instruments whose titles look most like ``title`` (for misprints), best first, similarity 0…1."""
        core = normalise_title(split_edition(title)[0])
        best: dict[str, float] = {}
        for known, (statute, _) in self._by_title.items():
            if abs(len(known) - len(core)) > max(2, len(core) // 3):
                continue
            score = similarity(core, known, at_least)
            if score >= at_least and score > best.get(statute.key, 0.0):
                best[statute.key] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [(self._by_key[key], score) for key, score in ranked[:limit]]

    def version_on(self, statute: Statute | str, day: date) -> StatuteVersion | None:
        """The listed version in force on ``day``, or ``None`` (none, or that version is not in the book)."""
        for version in reversed(self._statute(statute).versions):
            if version.covers(day):
                return version
        return None

    def status_on(self, statute: Statute | str, day: date) -> Status:
        """in_force | repealed | not_yet_effective | unknown on ``day``. A plan counts as repealed once its period is
        over; an answer that would rest on unverified dates (``verified: false``) is ``unknown``."""
        entry = self._statute(statute)
        if entry.plan_period and day > entry.plan_period.to:
            return "repealed"
        version = self.version_on(entry, day)
        if version is not None:
            return "in_force" if version.verified is not False else "unknown"
        if entry.ended and day >= entry.ended.from_:
            return "repealed" if entry.ended.formal and entry.ended.verified is not False else "unknown"
        first = entry.first_effective
        if first is not None:
            if any(v.verified is False for v in entry.versions):
                return "unknown"
            if day < first:
                return "not_yet_effective"
            if entry.versions and day < entry.versions[0].from_:
                return "in_force"  # an earlier version, not listed
        return "unknown"

    def status_in_year(self, statute: Statute | str, year: int, cutoff: date | None = None) -> Status:
        """Status over a reporting year, up to its cut-off date.

        in_force: in force on at least one day; amended: so, and a new version took effect inside the span;
        repealed / not_yet_effective: on no day of the span; unknown: the book cannot say.
        """
        entry = self._statute(statute)
        first, last = date(year, 1, 1), min(cutoff or date(year, 12, 31), date(year, 12, 31))
        days = [first, last]
        for version in entry.versions:
            days += [version.from_, *([version.to] if version.to else [])]
        if entry.since:
            days.append(entry.since)
        if entry.ended:
            days.append(entry.ended.from_)
        states = {self.status_on(entry, day) for day in days if first <= day <= last}
        if "in_force" in states:
            return "amended" if self.changes_in(entry, first, last) else "in_force"
        if "unknown" in states:
            return "unknown"
        return self.status_on(entry, last)

    def changes_in(self, statute: Statute | str, first: date, last: date) -> list[StatuteVersion]:
        """Versions that took effect after ``first`` and by ``last`` in place of an earlier one."""
        entry = self._statute(statute)
        start = entry.first_effective
        out = []
        for index, version in enumerate(entry.versions):
            replaces = index > 0 or version.change in ("amended", "revised") or (start and start < version.from_)
            if replaces and first < version.from_ <= last:
                out.append(version)
        return out

    def successors(self, statute: Statute | str) -> list[Statute]:
        """The instruments that took this one's place (接替), in the order given."""
        return [self._by_key[key] for key in self._statute(statute).successors]

    def successor(self, statute: Statute | str) -> Statute | None:
        """The first successor, or ``None``."""
        found = self.successors(statute)
        return found[0] if found else None

    def titles(self) -> dict[str, Statute]:
        """Every normalised title with its instrument (for scanners)."""
        return {title: statute for title, (statute, _) in self._by_title.items()}

    def _statute(self, statute: Statute | str) -> Statute:
        if isinstance(statute, Statute):
            return statute
        found = self._by_key.get(statute)
        if found is None:
            match = self.resolve(statute)
            if match is None:
                raise KeyError(f"法规库中没有“{statute}”")
            found = match.statute
        return found


def day_before(day: date) -> date:
    """The day before ``day`` (a version ends the day before the next one takes effect)."""
    return day - timedelta(days=1)
