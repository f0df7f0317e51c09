"""Limits, thresholds and the calendar: the part of the codex that counting days needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yifa.codex import loader
from yifa.codex.loader import CodexError, read_yaml
from yifa.codex.sources import Source, fingerprint, read_compiled, roots_of
from yifa.law.calendar import Calendar, CalendarError, load_calendar

if TYPE_CHECKING:
    from yifa.law.limits import Limit, Threshold


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is written. ``kept`` versions of a shipped limit stand before those of this file."""

    path: Path
    index: int
    kept: int = 0

    def problem(self, location: Sequence[str | int], reason: str, word: str = "") -> str:
        """'file:line: field: reason'; ``word`` looks for the line below the field where it is written."""
        place = [p - self.kept if isinstance(p, int) and p >= self.kept else p for p in location]
        return loader.problem(self.path, self.index, place, reason, word)


class LawBook:
    """The calendar, and the limits once they are asked for."""

    def __init__(self, calendar: Calendar, files: Callable[[], Iterable[Source]]):
        self.calendar = calendar
        self._files = files

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """Limits by key. Raises CodexError."""
        problems: list[str] = []
        limits = merged_limits(self._files(), problems)[0]
        if problems:
            raise CodexError(problems)
        return limits

    def limit(self, name: str) -> Limit | None:
        """A limit by key or by an alias (an old key); None for an unknown name."""
        return self.limits.get(name) or next((x for x in self.limits.values() if name in x.aliases), None)


def load_lawbook(*overlays: Path | str) -> LawBook:
    """The limits and the calendar with overlays, from the compiled codex if there is one. Raises CodexError.

    The rest of the codex is not read: a fault in a county's register does not stop the counting of days."""
    roots = roots_of(*overlays)
    compiled = read_compiled(fingerprint(roots))
    if compiled is not None and compiled.calendar is not None:
        return LawBook(Calendar.from_data(compiled.calendar), lambda: compiled.of("limits"))

    def files() -> Iterator[Source]:
        for root in roots:
            for path in sorted((root / "limits").glob("*.yaml")):
                yield Source(path, "limits", root != roots[0], read_yaml(path))

    return LawBook(merged_calendar(roots), files)


def merged_calendar(roots: Sequence[Path]) -> Calendar:
    """The shipped calendar with the notices of the overlays. Raises CodexError."""
    folder = roots[0] / "calendar"
    try:
        calendar = load_calendar(folder)
        for root in roots[1:]:
            folder = root / "calendar"
            if folder.is_dir():
                for notice in load_calendar(folder).notices:
                    calendar = calendar.with_notice(notice)
    except CalendarError as e:
        raise CodexError([f"{folder}: {e}"]) from e
    return calendar


def merged_limits(files: Iterable[Source], problems: list[str],
                  places: dict[str, Place] | None = None) -> tuple[dict[str, Limit], dict[str, Threshold]]:  # fmt: skip
    """Limits and thresholds by key. An overlay's limit of a shipped key brings its own versions: they take the place of
    the shipped ones of the same region, or, without a region, of those that ship empty (a county fills a number that no
    law fixes). Faults go into ``problems``; then nothing is returned."""
    from yifa.law.limits import LimitError, load_limits

    entries: dict[str, dict[str, Any]] = {}
    where = places if places is not None else {}
    repeated: list[str] = []
    for file in files:
        for index, raw in enumerate(file.entries):
            key, place = str(raw.get("key")), Place(file.path, index)
            if key in entries and not file.overlay:
                repeated.append(place.problem(("key",), f"期限“{key}”已在 {where[key].path.name} 定义"))
            elif key in entries:
                if not isinstance(raw.get("versions"), list):
                    repeated.append(place.problem(("versions",), "已有的期限，要写 versions（列表）"))
                    continue
                entries[key], kept = _overlaid(entries[key], raw)
                where[key] = Place(file.path, index, kept)
            else:
                entries[key], where[key] = raw, place
    problems += repeated
    try:
        return load_limits(entries.values())
    except LimitError as e:
        key = list(entries)[e.index or 0]
        problems += _faults_of_each(entries, where) or [where[key].problem((), str(e))]
        return {}, {}


def _faults_of_each(entries: dict[str, dict[str, Any]], where: dict[str, Place]) -> list[str]:
    """All faults of all entries; `load_limits` stops at the first."""
    from pydantic import ValidationError

    from yifa.law.limits import Limit, Threshold

    found: list[str] = []
    for key, raw in entries.items():
        try:
            (Threshold if raw.get("type") == "threshold" else Limit).model_validate(raw)
        except ValidationError as e:
            found += [where[key].problem(at, why) for at, why in loader.faults(e, raw)]
    return found


def _overlaid(old: dict[str, Any], raw: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """(the entry with the overlay's versions, how many of the old versions stand before them)."""
    own = raw["versions"]
    regions = {v.get("region") for v in own if isinstance(v, dict) and v.get("region")}
    number = "value" if old.get("type") == "threshold" else "quantity"
    fills = any(isinstance(v, dict) and not v.get("region") for v in own)
    kept = [v for v in old.get("versions", [])
            if v.get("region") not in regions and not (fills and not v.get("region") and v.get(number) is None)]  # fmt: skip
    return {**old, **{k: v for k, v in raw.items() if k != "versions"}, "versions": [*kept, *own]}, len(kept)
