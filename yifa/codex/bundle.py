"""`Codex`: everything the YAML files say, checked against each other, with one hash.

The shipped folder and any overlay folders (a province's, a county's) have the same sub-folders. Within them a key may
stand once; only an overlay's limits (their versions), indicators and outlines take the place of shipped ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from yifa.codex.hooks import General, HookError, merge_hooks
from yifa.codex.lawbook import Place, merged_calendar, merged_limits
from yifa.codex.loader import CodexError, validate
from yifa.codex.sources import SHIPPED, Sources, fingerprint, read_compiled, read_sources, roots_of, write_compiled
from yifa.indicators.model import Indicator, Relation
from yifa.law.calendar import Calendar
from yifa.law.limits import Limit, Threshold
from yifa.law.statute_files import make_book
from yifa.law.statutes import Statute, StatuteBook
from yifa.procedure.clocks import Law
from yifa.procedure.definition import Definition
from yifa.procedure.duty import Duty
from yifa.procedure.plan import Plan, compile_definition
from yifa.reports.outline import Outline

__all__ = ["SHIPPED", "Codex", "definition_hash", "definition_text", "load", "read_codex"]


@dataclass(eq=False)
class Codex:
    """The checked codex. ``hash`` is the SHA-256 of its canonical data; events pin it."""

    hash: str
    statutes: StatuteBook
    limits: dict[str, Limit]
    thresholds: dict[str, Threshold]
    calendar: Calendar
    definitions: dict[str, Definition]
    indicators: dict[str, Indicator]
    relations: list[Relation]
    outlines: dict[str, Outline]
    duties: dict[str, Duty]
    documents: dict[str, dict[str, Any]]
    _plans: dict[str, Plan] = field(default_factory=dict)
    _laws: dict[str, Law] = field(default_factory=dict)

    def plan(self, key: str) -> Plan:
        """The compiled definition. Raises KeyError for an unknown key."""
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = compile_definition(self.definitions[key])
        return found

    def law(self, place: str = "") -> Law:
        """Limits, thresholds and calendar as they hold at a place (division code)."""
        found = self._laws.get(place)
        if found is None:
            found = self._laws[place] = Law(self.limits, self.thresholds, self.calendar, place)
        return found

    def limit(self, name: str) -> Limit | None:
        """A limit by key or by an alias (old key)."""
        return self.limits.get(name) or next((x for x in self.limits.values() if name in x.aliases), None)

    def with_calendar(self, calendar: Calendar) -> Codex:
        """The same codex counting by another calendar (a new holiday notice)."""
        return Codex(_digest([self.hash, calendar.hash]), self.statutes, self.limits, self.thresholds, calendar,
                     self.definitions, self.indicators, self.relations, self.outlines, self.duties,
                     self.documents)  # fmt: skip


def definition_text(d: Definition) -> str:
    """The definition as canonical JSON: what the store keeps under its hash."""
    data = d.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def definition_hash(d: Definition) -> str:
    """SHA-256 of `definition_text`."""
    return hashlib.sha256(definition_text(d).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


class Reader:
    """Makes a codex of its sources. ``problems`` collects every fault; ``places`` knows where each entry is written."""

    def __init__(self, sources: Sources):
        self.sources = sources
        self.problems = list(sources.problems)
        self.places: dict[tuple[str, str], Place] = {}

    def keyed(self, model: type[BaseModel], what: str, *folders: str, replace: bool = False) -> dict[str, Any]:
        """The entries of folders by key; with ``replace`` an overlay's entry takes the place of a shipped one."""
        found: dict[str, Any] = {}
        for file in self.sources.of(*folders):
            if file.path.name == "relations.yaml":
                continue
            for index, raw in enumerate(file.entries):
                try:
                    entry: Any = validate(model, file.path, index, raw)
                except CodexError as e:
                    self.problems += e.problems
                    continue
                place, name = Place(file.path, index), (what, entry.key)
                if entry.key in found and not (replace and file.overlay and self.places[name].path != file.path):
                    self.problems.append(place.problem(("key",), f"{what}“{entry.key}”已在 {self.places[name].path} 定义"))
                    continue
                found[entry.key], self.places[name] = entry, place
        return found

    def statutes(self) -> StatuteBook:
        entries = self.keyed(Statute, "法规", "statutes")
        try:
            return make_book(entries.values())
        except ValueError as e:
            place = next((self.places["法规", k] for k in reversed(entries) if f"《{k}》" in str(e)), None)
            self.problems.append(place.problem((), str(e)) if place else str(e))
            return StatuteBook([])

    def limits(self) -> tuple[dict[str, Limit], dict[str, Threshold]]:
        places: dict[str, Place] = {}
        found = merged_limits(self.sources.of("limits"), self.problems, places)
        self.places |= {("期限", key): place for key, place in places.items()}
        return found

    def definitions(self) -> dict[str, Definition]:
        general: dict[str, list[dict[str, Any]]] = {}
        for file in self.sources.of("general"):
            for index, raw in enumerate(file.entries):
                try:
                    validate(General, file.path, index, raw)
                    general.setdefault(file.path.stem, []).append(raw)
                except CodexError as e:
                    self.problems += e.problems
        found: dict[str, Definition] = self.keyed(Definition, "定义", "procedures", "registers")
        for key, d in found.items():
            try:
                found[key] = merge_hooks(d, general)
            except HookError as e:
                self.problems.append(self.places["定义", key].problem((), str(e), e.hook))
        return found

    def relations(self) -> list[Relation]:
        found: list[Relation] = []
        for file in self.sources.of("indicators"):
            if file.path.name != "relations.yaml":
                continue
            for index, raw in enumerate(file.entries):
                try:
                    found.append(validate(Relation, file.path, index, raw))
                    self.places["关系", str(len(found) - 1)] = Place(file.path, index)
                except CodexError as e:
                    self.problems += e.problems
        return found

    def documents(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for file in self.sources.of("documents"):
            for index, raw in enumerate(file.entries):
                place = Place(file.path, index)
                if not isinstance(raw.get("key"), str):
                    self.problems.append(place.problem(("key",), "缺少这一项"))
                elif raw["key"] in found:
                    self.problems.append(place.problem(("key",), f"文书“{raw['key']}”已在别处定义"))
                else:
                    found[raw["key"]] = json.loads(json.dumps(raw, default=str))  # as it comes from the compiled form
        return found


def read_codex(sources: Sources, calendar: Calendar) -> Codex:
    """Validate and cross-check the sources. Raises CodexError listing every fault with file and line.

    Sources that were found whole before are not checked against each other again."""
    reader = Reader(sources)
    codex = Codex("", reader.statutes(), *reader.limits(), calendar, reader.definitions(),
                  reader.keyed(Indicator, "指标", "indicators", replace=True), reader.relations(),
                  reader.keyed(Outline, "提纲", "reports", replace=True), reader.keyed(Duty, "职责", "duties"),
                  reader.documents())  # fmt: skip
    if not reader.problems and not sources.checked:
        from yifa.codex.check import cross_check

        reader.problems = [reader.places[f.what, f.key].problem(f.at, f.reason, f.word) for f in cross_check(codex)]
    if reader.problems:
        raise CodexError(list(dict.fromkeys(reader.problems)))
    codex.hash = sources.checked or _hash(codex)
    return codex


def _hash(codex: Codex) -> str:
    return _digest([
        [s.model_dump(mode="json") for s in codex.statutes], [x.model_dump(mode="json") for x in codex.limits.values()],
        [t.model_dump(mode="json") for t in codex.thresholds.values()], codex.calendar.hash,
        [definition_text(d) for d in codex.definitions.values()], [i.model_dump_json() for i in codex.indicators.values()],
        [r.model_dump_json() for r in codex.relations], [o.model_dump_json() for o in codex.outlines.values()],
        [d.model_dump_json() for d in codex.duties.values()], codex.documents])  # fmt: skip


@lru_cache(maxsize=8)
def _load(roots: tuple[Path, ...], mark: str) -> Codex:
    compiled = read_compiled(mark)
    if compiled is not None and compiled.calendar is not None:
        return read_codex(compiled, Calendar.from_data(compiled.calendar))
    sources = read_sources(roots)
    try:
        calendar = merged_calendar(roots)
    except CodexError as e:
        sources.problems += e.problems
        calendar = Calendar([])
    codex = read_codex(sources, calendar)
    write_compiled(mark, sources, codex.hash, calendar.to_data())
    return codex


def load(*overlays: Path | str) -> Codex:
    """The shipped codex with overlay folders (also those of YIFA_OVERLAYS, separated like PATH).

    Raises CodexError with every fault as 'file:line: field: reason'."""
    roots: Sequence[Path] = roots_of(*overlays)
    return _load(tuple(roots), fingerprint(roots))
