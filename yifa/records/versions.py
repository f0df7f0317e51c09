"""Versions (版本): every definition, set of limits and calendar ever used stays loadable by its hash.

A record pins the version of its definition, and the limits and calendar of its last assessment (`Pin`). So a refold gives
the same fold for ever, until a recomputation under a newer calendar is asked for and lists what moved.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from yifa.codex import Codex
from yifa.codex.bundle import definition_text
from yifa.law.calendar import Calendar
from yifa.law.limits import load_limits
from yifa.procedure.clocks import Law
from yifa.procedure.definition import Definition
from yifa.procedure.plan import compile_definition
from yifa.records import sql
from yifa.records.canonical import dumps, sm3
from yifa.records.shape import Shape


@dataclass(slots=True, frozen=True)
class Pinned:
    """What one record is judged by, ready to use."""

    id: int
    shape: Shape
    law: Law
    def_hash: str
    limits: str
    calendar: str


def _raw_condition(value: Any) -> Any:
    """Dumped conditions back into the form that jurists write; everything else as it is."""
    if isinstance(value, list):
        return [_raw_condition(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "op" not in value or not ("kind" in value or "parts" in value):
        return {k: _raw_condition(v) for k, v in value.items()}
    op, kind = value["op"], value.get("kind", "")
    if not kind:
        parts = [_raw_condition(p) for p in value["parts"]]
        return {op: parts[0] if op == "not" else parts}
    operand, extra = value.get("operand", ""), value.get("extra")
    given: Any = value.get("value")
    if op in ("count", "days_late"):
        return {kind: operand, op: {extra: given}}
    if op in ("in", "not_in"):
        return {kind: operand, op: [_raw_value(v) for v in given[1:]]}
    return {kind: operand, op: _raw_value(given), **({"by": extra} if extra is not None else {})}


def _raw_value(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 2 and value[0] in ("limit", "field"):
        return {value[0]: value[1]}
    return value


def read_definition(text: str) -> Definition:
    """The definition that `definition_text` described."""
    return Definition.model_validate(_raw_condition(json.loads(text)))


def limits_text(codex: Codex) -> str:
    """The limits and thresholds of a codex as canonical text."""
    entries = [x.model_dump(mode="json", by_alias=True, exclude_defaults=True) for x in codex.limits.values()]
    entries += [{**x.model_dump(mode="json", by_alias=True, exclude_defaults=True), "type": "threshold"}
                for x in codex.thresholds.values()]  # fmt: skip
    return dumps(sorted(entries, key=lambda e: e["key"]))


class Library:
    """The versions of one database, with what was compiled of them; ``place`` is the installation's division code."""

    def __init__(self, codex: Codex, place: str = ""):
        self.codex, self.place = codex, place
        self.limits = limits_text(codex)
        self.limits_hash = sm3(self.limits)
        self.calendar = dumps(codex.calendar.to_data())
        self.calendar_hash = sm3(self.calendar)
        self._laws: dict[tuple[str, str], Law] = {(self.limits_hash, self.calendar_hash): codex.law(place)}
        self._shapes: dict[str, Shape] = {}
        self._pins: dict[int, Pinned] = {}
        self._current: dict[str, Pinned] = {}
        self._ids: dict[tuple[str, str, str], int] = {}
        self._hashes: dict[str, str] = {}
        self._added = False

    def def_hash(self, key: str) -> str:
        """The SM3 of the codex's present version of a definition. Raises KeyError for an unknown key."""
        found = self._hashes.get(key)
        if found is None:
            found = self._hashes[key] = sm3(definition_text(self.codex.definitions[key]))
        return found

    def current(self, cursor: Any, key: str) -> Pinned:
        """What a record opened today is judged by. Raises KeyError for a definition that the codex does not have."""
        found = self._current.get(key)
        if found is None:
            def_hash = self.def_hash(key)
            if def_hash not in self._shapes:
                self._shapes[def_hash] = Shape(self.codex.plan(key))
            found = self._current[key] = self._of(cursor, key, def_hash, self.limits_hash, self.calendar_hash)
        return found

    def renewed(self, cursor: Any, pinned: Pinned) -> Pinned:
        """The same definition under the limits and calendar of today."""
        if pinned.limits == self.limits_hash and pinned.calendar == self.calendar_hash:
            return pinned
        return self._of(cursor, pinned.shape.key, pinned.def_hash, self.limits_hash, self.calendar_hash)

    def version(self, cursor: Any, key: str, def_hash: str) -> Pinned:
        """A stored version of a definition under the limits and calendar of today. Raises LookupError for an unknown one."""
        return self._of(cursor, key, def_hash, self.limits_hash, self.calendar_hash)

    def by_id(self, cursor: Any, pin: int) -> Pinned:
        """What the pin of a record stands for."""
        found = self._pins.get(pin)
        if found is None:
            definition, def_hash, limits, calendar = sql.one(cursor, sql.READ_PIN, (pin,))
            found = self._make(cursor, pin, definition, def_hash, limits, calendar)
        return found

    def _of(self, cursor: Any, key: str, def_hash: str, limits: str, calendar: str) -> Pinned:
        whole = (def_hash, limits, calendar)
        if whole not in self._ids:
            row = sql.first(cursor, sql.FIND_PIN, whole)
            if row is None:
                self._added = True
                cursor.execute(sql.ADD_PIN, (key, *whole))
                row = sql.one(cursor, sql.FIND_PIN, whole)
            self._ids[whole] = row[0]
        pin = self._ids[whole]
        return self._pins.get(pin) or self._make(cursor, pin, key, def_hash, limits, calendar)

    def forget_pins(self) -> None:
        """After a rollback: pins that were added in it do not exist."""
        if self._added:
            self._added = False
            self._pins.clear()
            self._current.clear()
            self._ids.clear()

    def _make(self, cursor: Any, pin: int, key: str, def_hash: str, limits: str, calendar: str) -> Pinned:
        shape = self._shapes.get(def_hash)
        if shape is None:
            plan = (self.codex.plan(key) if key in self.codex.definitions and self.def_hash(key) == def_hash
                    else compile_definition(read_definition(self._body(cursor, def_hash))))  # fmt: skip
            shape = self._shapes[def_hash] = Shape(plan)
        made = self._pins[pin] = Pinned(pin, shape, self._law(cursor, limits, calendar), def_hash, limits, calendar)
        return made

    def _law(self, cursor: Any, limits: str, calendar: str) -> Law:
        found = self._laws.get((limits, calendar))
        if found is None:
            if limits == self.limits_hash:
                book, thresholds = self.codex.limits, self.codex.thresholds
            else:
                book, thresholds = load_limits(json.loads(self._body(cursor, limits)))
            days = (self.codex.calendar if calendar == self.calendar_hash
                    else Calendar.from_data(json.loads(self._body(cursor, calendar))))  # fmt: skip
            found = self._laws[(limits, calendar)] = Law(book, thresholds, days, self.place)
        return found

    def _body(self, cursor: Any, digest: str) -> str:
        return str(sql.one(cursor, sql.READ_VERSION, (digest,))[0])

    def store(self, cursor: Any, now: str) -> None:
        """Keep everything of the codex under its hash, and pins for every definition version in use."""
        rows = [(self.limits_hash, "limits", "", self.limits, now),
                (self.calendar_hash, "calendar", "", self.calendar, now)]  # fmt: skip
        hashes = {}
        for key, d in self.codex.definitions.items():
            hashes[key] = self.def_hash(key)
            rows.append((hashes[key], "definition", key, definition_text(d), now))
        body = {"limits": self.limits_hash, "calendar": self.calendar_hash, "definitions": hashes, "place": self.place}
        rows.append((self.codex.hash, "codex", "", dumps(body), now))
        cursor.executemany(sql.ADD_VERSION, rows)
        for key in self.codex.definitions:
            self.current(cursor, key)
        for key, def_hash in sql.all_rows(cursor, "SELECT DISTINCT definition, def_hash FROM yifa_pin", ()):
            self._of(cursor, key, def_hash, self.limits_hash, self.calendar_hash)
