"""`Codex`: everything the YAML files say, checked against each other, with one hash.

The shipped folder and any overlay folders (a province's, a county's) have the same sub-folders. A fingerprint of
names, sizes and times finds the compiled bundle in the cache; a changed file means reading and checking anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from yifa import __version__
from yifa.codex.hooks import merge_hooks
from yifa.codex.loader import CodexError, explain, line_of, load_models, read_yaml
from yifa.indicators.model import Indicator, Relation
from yifa.law.calendar import Calendar, CalendarError, load_calendar
from yifa.law.limits import Limit, LimitError, Threshold, load_limits
from yifa.law.statute_files import make_book
from yifa.law.statutes import Statute, StatuteBook
from yifa.procedure.clocks import Law
from yifa.procedure.definition import Definition
from yifa.procedure.duty import Duty
from yifa.procedure.plan import Plan, compile_definition
from yifa.reports.outline import Outline

SHIPPED = Path(__file__).parent
_FOLDERS = ("statutes", "limits", "procedures", "registers", "duties", "indicators", "reports", "documents",
            "general", "calendar", "profiles")  # fmt: skip


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
        """The compiled definition. Raises KeyError with the near names for an unknown key."""
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
    return hashlib.sha256(definition_text(d).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _files(roots: Sequence[Path], folder: str) -> list[Path]:
    return [p for root in roots for p in sorted((root / folder).glob("*.yaml"))]


def _keyed(model: type[BaseModel], files: Iterable[Path], problems: list[str], what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in files:
        try:
            entries = load_models(model, path)
        except CodexError as e:
            problems += e.problems
            continue
        for index, entry in enumerate(entries):
            key = entry.key  # type: ignore[attr-defined]
            if key in found:
                problems.append(f"{path}:{line_of(path, index, ('key',))}: key: {what}“{key}”已在别处定义")
            found[key] = entry
    return found


def read_codex(roots: Sequence[Path]) -> Codex:
    """Read, validate and cross-check the folders. Raises CodexError listing every fault with file and line."""
    from yifa.codex.check import cross_check

    problems: list[str] = []
    statutes = _statutes(roots, problems)
    limits, thresholds = _limits(roots, problems)
    try:
        calendar = load_calendar(roots[0] / "calendar")
        for root in roots[1:]:
            if (root / "calendar").is_dir():
                for notice in load_calendar(root / "calendar").notices:
                    calendar = calendar.with_notice(notice)
    except CalendarError as e:
        raise CodexError([*problems, str(e)]) from e
    definitions = _keyed(Definition, _files(roots, "procedures") + _files(roots, "registers"), problems, "定义")
    general = {p.stem: read_yaml(p) for p in _files(roots, "general")}
    for key, d in definitions.items():
        try:
            definitions[key] = merge_hooks(d, general)
        except ValueError as e:
            problems.append(f"{key}: {e}")
    indicator_files = [p for p in _files(roots, "indicators") if p.stem != "relations"]
    indicators = _keyed(Indicator, indicator_files, problems, "指标")
    relations: list[Relation] = []
    for path in _files(roots, "indicators"):
        if path.stem == "relations":
            relations += load_models(Relation, path)
    outlines = _keyed(Outline, _files(roots, "reports"), problems, "提纲")
    duties = _keyed(Duty, _files(roots, "duties"), problems, "职责")
    documents = {d["key"]: d for p in _files(roots, "documents") for d in read_yaml(p) if "key" in d}
    parts = [[s.model_dump(mode="json") for s in statutes], [x.model_dump(mode="json") for x in limits.values()],
             [t.model_dump(mode="json") for t in thresholds.values()], calendar.hash,
             [definition_text(d) for d in definitions.values()], [i.model_dump_json() for i in indicators.values()],
             [r.model_dump_json() for r in relations], [o.model_dump_json() for o in outlines.values()],
             [d.model_dump_json() for d in duties.values()]]  # fmt: skip
    codex = Codex(_digest(parts), statutes, limits, thresholds, calendar, definitions, indicators, relations, outlines,
                  duties, documents)  # fmt: skip
    problems += cross_check(codex)
    if problems:
        raise CodexError(problems)
    return codex


def _statutes(roots: Sequence[Path], problems: list[str]) -> StatuteBook:
    entries: list[Statute] = []
    for path in _files(roots, "statutes"):
        try:
            entries += load_models(Statute, path)
        except CodexError as e:
            problems += e.problems
    try:
        return make_book(entries)
    except ValueError as e:
        raise CodexError([*problems, str(e)]) from e


def _limits(roots: Sequence[Path], problems: list[str]) -> tuple[dict[str, Limit], dict[str, Threshold]]:
    """An overlay's limit of a shipped key brings its own versions: they take the place of the shipped ones of the same
    region, or, without a region, of those that ship empty (a county fills a number that no law fixes)."""
    entries: dict[str, dict[str, Any]] = {}
    where: dict[str, tuple[Path, int]] = {}
    for root in roots:
        for path in sorted((root / "limits").glob("*.yaml")):
            for index, raw in enumerate(read_yaml(path)):
                key = str(raw.get("key"))
                if key in entries and root != roots[0]:
                    entries[key] = _overlaid(entries[key], raw)
                elif key in entries:
                    problems.append(f"{path}:{line_of(path, index, ('key',))}: key: 期限“{key}”已在别处定义")
                else:
                    entries[key] = raw
                where[key] = (path, index)
    try:
        return load_limits(entries.values())
    except LimitError as e:
        key = list(entries)[e.index] if e.index is not None else ""
        path, index = where.get(key, (roots[0] / "limits", 0))
        raise CodexError([*problems, f"{path}:{line_of(path, index, e.path)}: {e}"]) from e
    except ValidationError as e:  # pragma: no cover - load_limits explains its own
        raise CodexError([*problems, *explain(roots[0], 0, e)]) from e


def _overlaid(old: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    own = [v for v in raw.get("versions", []) if isinstance(v, dict)]
    regions = {v.get("region") for v in own if v.get("region")}
    number = "value" if old.get("type") == "threshold" else "quantity"
    fills = any(not v.get("region") for v in own)
    kept = [v for v in old.get("versions", [])
            if v.get("region") not in regions and not (fills and not v.get("region") and v.get(number) is None)]  # fmt: skip
    return {**old, **{k: v for k, v in raw.items() if k != "versions"}, "versions": [*kept, *own]}


def _fingerprint(roots: Sequence[Path]) -> str:
    seen = [__version__]
    for root in roots:
        for folder in _FOLDERS:
            for p in sorted((root / folder).glob("*.yaml")):
                stat = p.stat()
                seen.append(f"{p}|{stat.st_size}|{stat.st_mtime_ns}")
    for code in (SHIPPED, SHIPPED.parent / "law", SHIPPED.parent / "procedure", SHIPPED.parent / "indicators"):
        seen += [f"{p.name}|{p.stat().st_mtime_ns}" for p in sorted(code.glob("*.py"))]
    return _digest(seen)


def _cache_folder() -> Path:
    return Path(os.environ.get("YIFA_CACHE") or Path(tempfile.gettempdir()) / f"yifa-{os.environ.get('USER', 'user')}")


@lru_cache(maxsize=8)
def _load(roots: tuple[Path, ...], fingerprint: str) -> Codex:
    return read_codex(roots)


def load(*overlays: Path | str) -> Codex:
    """The shipped codex with overlay folders (also those of YIFA_OVERLAYS, separated like PATH).

    Raises CodexError with every fault as 'file:line: field: reason'."""
    extra = [Path(p) for p in os.environ.get("YIFA_OVERLAYS", "").split(os.pathsep) if p]
    roots = (SHIPPED, *extra, *(Path(p) for p in overlays))
    missing = [str(r) for r in roots if not r.is_dir()]
    if missing:
        raise CodexError([f"{m}: 没有这个文件夹" for m in missing])
    return _load(roots, _fingerprint(roots))
