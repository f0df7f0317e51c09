"""The statute book (法规库): which legal instruments there are and when each is in force.

A :class:`Statute` is one instrument (law, regulation, interpretation, plan …) with its dated versions. The book finds
an instrument by any of its titles and says whether it is in force on a day or in a reporting year. Everything here is
pure: the day is always an argument. Dates that nobody has checked against an official text are marked in the data and
never turn into a certain answer.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from yifa.law.statute_describe import describe
from yifa.law.statute_model import (
    BasisRef,
    Ending,
    Kind,
    PlanPeriod,
    Status,
    Statute,
    StatuteVersion,
    Verified,
    status_on,
    version_on,
)
from yifa.law.statute_titles import normalise_title, similarity, split_edition, title_variants

__all__ = [
    "BasisRef", "Ending", "Kind", "PlanPeriod", "Status", "Statute", "StatuteBook", "StatuteMatch", "StatuteVersion",
    "Verified", "describe", "status_on", "version_on",
]


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

        self._shapes = [
            (known, frozenset(known), len(known) - len(set(known)), entry)
            for known, (entry, _) in self._by_title.items()
        ]

    def _index(self, title: str, statute: Statute, how: Literal["full", "short", "alias"]) -> None:
        for variant in title_variants(title):
            taken = self._by_title.get(variant)
            if taken is None:
                self._by_title[variant] = (statute, how)
            elif taken[0] is not statute:
                raise ValueError(f"名称“{title}”同时属于《{taken[0].key}》和《{statute.key}》，请改掉一个简称")

    def __iter__(self) -> Iterator[Statute]:
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
        letters = set(core)
        best: dict[str, float] = {}
        for known, known_letters, repeated, statute in self._shapes:
            longer = max(len(known), len(core))
            if min(len(known), len(core)) < longer * at_least - 1e-9:
                continue  # the difference in length alone is too great
            if len(letters & known_letters) + repeated < longer * at_least - 1e-9:
                continue  # too few characters in common for any alignment
            score = similarity(core, known, at_least)
            if score >= at_least and score > best.get(statute.key, 0.0):
                best[statute.key] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [(self._by_key[key], score) for key, score in ranked[:limit]]

    def version_on(self, statute: Statute | str, day: date) -> StatuteVersion | None:
        """The listed version in force on ``day``, or ``None`` (see :func:`statute_model.version_on`)."""
        return version_on(self._statute(statute), day)

    def status_on(self, statute: Statute | str, day: date) -> Status:
        """Status on ``day`` (see :func:`statute_model.status_on`)."""
        return status_on(self._statute(statute), day)

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

