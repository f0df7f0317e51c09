"""The structured condition (条件): data that runs in Python on one record and compiles to SQL over a million.

Forms (exactly one operator beside the operand):

    {all: [..]} {any: [..]} {not: {..}}
    {field: f, is|is_not: v} {field: f, in|not_in: [..]} {field: f, known: true|false} {field: f, contains: v}
    {field: f, at_least|at_most|more_than|less_than: number | {limit: threshold key} | {field: g}}
    {field: f, before|after|not_before|not_after: date | {field: g}}          dates, partial ones by their first day
    {field: f, before|not_before: {period: start}} {field: f, after|not_after: {period: end}}   indicators only
    {deadline: limit, known|met|expired: true|false} {deadline: limit, days_late: {at_most: n}}
    {field: f, count: {at_least: n}}                 how many different values; guards only
    {step: s, done: true|false} {step: s, count: {at_least: n}}                guards only
    {step: s, followed_by: [t, u]}    every s has a later t or u (for its own party); true without any s; guards only
    {related: lookup, at_least: n} {related: lookup, covers: field, by: their_field}   guards only

A comparison with an empty value is false, and so is its opposite; ask ``known`` for emptiness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from pydantic_core import core_schema

ORDER_OPS = ("at_least", "at_most", "more_than", "less_than", "before", "after", "not_before", "not_after")
FIELD_OPS = ("is", "is_not", "in", "not_in", "known", "contains", "count", *ORDER_OPS)
STEP_OPS = ("done", "count", "followed_by")
DEADLINE_OPS = ("known", "met", "expired", "days_late")
RELATED_OPS = ("at_least", "covers")
_SYMBOL = {"at_least": ">=", "not_before": ">=", "at_most": "<=", "not_after": "<=",
           "more_than": ">", "after": ">", "less_than": "<", "before": "<"}  # fmt: skip


class ConditionError(ValueError):
    """A condition that is not of the documented form."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``op`` is all/any/not, or an operator; ``operand`` names what it looks at (``field``, ``step``, ...)."""

    op: str
    kind: str = ""
    operand: str = ""
    value: Any = None
    extra: Any = None
    parts: tuple[Condition, ...] = ()

    def fields(self) -> set[str]:
        """Names of the fields that the condition reads."""
        found = {f for p in self.parts for f in p.fields()}
        if self.kind == "field":
            found.add(self.operand)
        if isinstance(self.value, tuple) and self.value[0] == "field":
            found.add(self.value[1])
        if self.kind == "related" and self.op == "covers":
            found.add(self.value)
        return found

    def walk(self) -> list[Condition]:
        return [self, *(c for p in self.parts for c in p.walk())]

    def to_data(self) -> dict[str, Any]:
        """The form in which it is written, so that a stored definition can be read again."""
        if self.op in ("all", "any"):
            return {self.op: [p.to_data() for p in self.parts]}
        if self.op == "not":
            return {"not": self.parts[0].to_data()}
        value = self.value
        if self.op in ("count", "days_late"):
            return {self.kind: self.operand, self.op: {self.extra: value}}
        if isinstance(value, tuple):
            value = [_plain(v) for v in value[1:]] if value[0] == "list" else _plain(value)
        by = {} if self.extra is None else {"by": self.extra}
        return {self.kind: self.operand, self.op: value, **by}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            parse_condition, serialization=core_schema.plain_serializer_function_ser_schema(Condition.to_data)
        )


def _plain(value: Any) -> Any:
    return {value[0]: value[1]} if isinstance(value, tuple) else value


def _value(raw: Any) -> Any:
    """A literal, or ('limit', key) / ('field', key) / ('period', start or end)."""
    if isinstance(raw, dict):
        if len(raw) == 1 and next(iter(raw)) in ("limit", "field"):
            return next(iter(raw.items()))
        if raw in ({"period": "start"}, {"period": "end"}):
            return next(iter(raw.items()))
        raise ConditionError(f"条件的值只能是常量、{{limit: …}}、{{field: …}} 或 {{period: start|end}}，不能是 {raw}")
    if isinstance(raw, date):
        return raw.isoformat()
    return raw


def parse_condition(raw: Any) -> Condition:
    """Read a condition from parsed YAML. Raises ConditionError with what is wrong and what is allowed."""
    if isinstance(raw, Condition):
        return raw
    if not isinstance(raw, dict) or not raw:
        raise ConditionError(f"条件应是一个映射，例如 {{field: amount, at_least: 100}}，现为 {raw!r}")
    keys = set(raw)
    for group in ("all", "any"):
        if group in keys:
            if keys != {group} or not isinstance(raw[group], list) or not raw[group]:
                raise ConditionError(f"{group} 后面应只有一个条件列表")
            return Condition(group, parts=tuple(parse_condition(r) for r in raw[group]))
    if "not" in keys:
        if keys != {"not"}:
            raise ConditionError("not 后面应只有一个条件")
        return Condition("not", parts=(parse_condition(raw["not"]),))
    for kind, ops in (("field", FIELD_OPS), ("step", STEP_OPS), ("deadline", DEADLINE_OPS), ("related", RELATED_OPS)):
        if kind not in keys:
            continue
        found = [k for k in raw if k in ops]
        rest = keys - {kind, "by"} - set(found)
        if len(found) != 1 or rest:
            raise ConditionError(f"{kind} 条件要有且只有一个运算：{'、'.join(ops)}；现为 {raw}")
        op = found[0]
        value = raw[op]
        if op in ("count", "days_late"):
            if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in ORDER_OPS:
                raise ConditionError(f"{op} 后面应是 {{at_least: n}} 一类的比较")
            cmp_op, n = next(iter(value.items()))
            return Condition(op, kind, str(raw[kind]), n, cmp_op)
        if op in ("in", "not_in", "followed_by"):
            if not isinstance(value, list) or not value:
                raise ConditionError(f"{op} 后面应是一个列表")
            return Condition(op, kind, str(raw[kind]), ("list", *[_value(v) for v in value]))
        if op in ("known", "done", "met", "expired") and not isinstance(value, bool):
            raise ConditionError(f"{op} 后面应是 true 或 false")
        return Condition(op, kind, str(raw[kind]), _value(value), raw.get("by"))
    raise ConditionError(f"看不懂的条件 {raw}：应以 all、any、not、field、step、deadline 或 related 开头")


class View(Protocol):
    """What a condition may ask of a record."""

    def fact(self, key: str) -> Any: ...
    def step_count(self, key: str) -> int: ...
    def step_entries(self, key: str) -> list[list[Any]]: ...
    def clocks(self, limit: str) -> list[dict[str, Any]]: ...
    def threshold(self, key: str) -> tuple[int | None, bool]: ...
    def related(self, key: str) -> list[dict[str, Any]]: ...
    @property
    def day(self) -> str: ...


Test = Callable[[View], bool]


def _comparable(value: Any) -> Any:
    """Partial dates compare by their first day."""
    if isinstance(value, str):
        if len(value) == 4 and value.isdigit():
            return value + "-01-01"
        if len(value) == 7 and value[4] == "-":
            return value + "-01"
    return value


def compare(symbol: str, left: Any, right: Any) -> bool:
    """Order two facts; empty or unlike values compare false."""
    left, right = _comparable(left), _comparable(right)
    if left is None or right is None or isinstance(left, dict) or isinstance(right, dict):
        return False
    if isinstance(left, str) != isinstance(right, str):
        return False
    if symbol == ">=":
        return bool(left >= right)
    if symbol == "<=":
        return bool(left <= right)
    if symbol == ">":
        return bool(left > right)
    return bool(left < right)


def _known(value: Any) -> bool:
    return value is not None and value != "" and value != [] and not (isinstance(value, dict) and "unknown" in value)


def compile_condition(c: Condition) -> Test:
    """Turn a condition into a function of a view; done once per definition."""
    op, operand, value = c.op, c.operand, c.value
    if op in ("all", "any"):
        tests = [compile_condition(p) for p in c.parts]
        if op == "all":
            return lambda v: all(t(v) for t in tests)
        return lambda v: any(t(v) for t in tests)
    if op == "not":
        inner = compile_condition(c.parts[0])
        return lambda v: not inner(v)
    if c.kind == "field" and op == "count":
        symbol = _SYMBOL[c.extra]
        return lambda v: compare(symbol, len(_values(v.fact(operand))), value)
    if c.kind == "field":
        return _field_test(op, operand, value)
    if c.kind == "step":
        if op == "done":
            return lambda v: (v.step_count(operand) > 0) is value
        if op == "followed_by":
            return lambda v: _followed(v, operand, value[1:])
        symbol = _SYMBOL[c.extra]
        return lambda v: compare(symbol, v.step_count(operand), value)
    if c.kind == "deadline":
        return _deadline_test(c)
    if op == "at_least":
        return lambda v: len(v.related(operand)) >= value
    by = c.extra
    return lambda v: _covers(v, operand, value, by)


def _values(value: Any) -> set[str]:
    """The different values of a field; a person named twice counts once."""
    if not _known(value):
        return set()
    return {str(x) for x in value} if isinstance(value, list) else {str(value)}


def _followed(v: View, step: str, later: tuple[str, ...]) -> bool:
    """Each entry of ``step`` is answered by an entry of ``later`` recorded after it, of the same party or of none."""
    answers = [e for key in later for e in v.step_entries(key)]

    def answered(entry: list[Any]) -> bool:
        mine = entry[3] if len(entry) > 3 else None
        return any(a[0] != entry[0] and a[1] >= entry[1] and (mine is None or len(a) < 4 or a[3] == mine)
                   for a in answers)  # fmt: skip

    return all(answered(e) for e in v.step_entries(step))


def _covers(v: View, lookup: str, field: str, by: str | None) -> bool:
    """Every one named in our field has a related record (by their field ``by``)."""
    ours = v.fact(field)
    ours = ours if isinstance(ours, list) else [ours] if _known(ours) else []
    theirs = {r.get(by or field) for r in v.related(lookup)}
    return bool(ours) and all(o in theirs for o in ours)


def _field_test(op: str, key: str, value: Any) -> Test:
    if op == "known":
        return lambda v: _known(v.fact(key)) is value
    if op in ("is", "is_not") and isinstance(value, tuple) and value[0] == "field":
        other, same = value[1], op == "is"
        return lambda v: _known(v.fact(key)) and _known(v.fact(other)) and (v.fact(key) == v.fact(other)) is same
    if op == "is":
        return lambda v: v.fact(key) == value
    if op == "is_not":
        return lambda v: _known(v.fact(key)) and v.fact(key) != value
    if op in ("in", "not_in"):
        allowed = set(value[1:])
        if op == "in":
            return lambda v: _known(v.fact(key)) and not isinstance(v.fact(key), list) and v.fact(key) in allowed
        return lambda v: _known(v.fact(key)) and v.fact(key) not in allowed
    if op == "contains":
        return lambda v: _known(v.fact(key)) and value in v.fact(key)
    if isinstance(value, tuple) and value[0] == "period":
        raise ConditionError("{period: …} 只用于指标的条件")
    symbol = _SYMBOL[op]
    if isinstance(value, tuple) and value[0] == "field":
        other = value[1]
        return lambda v: compare(symbol, v.fact(key), v.fact(other))
    if isinstance(value, tuple):
        limit = value[1]

        def against_threshold(v: View) -> bool:
            number, met_when_unknown = v.threshold(limit)
            if number is None:
                return met_when_unknown and _known(v.fact(key))
            return compare(symbol, v.fact(key), number)

        return against_threshold
    return lambda v: compare(symbol, v.fact(key), value)


def _deadline_test(c: Condition) -> Test:
    op, limit, value = c.op, c.operand, c.value
    if op == "known":
        return lambda v: bool(v.clocks(limit)) is value
    if op == "met":
        return lambda v: (bool(v.clocks(limit)) and all(k.get("met_on") for k in v.clocks(limit))) is value
    if op == "expired":
        return lambda v: any(k.get("due") and k["state"] == "running" and k["due"][:10] < v.day
                             for k in v.clocks(limit)) is value  # fmt: skip
    symbol = _SYMBOL[c.extra]

    def days_late(v: View) -> bool:
        late = [k["days_late"] for k in v.clocks(limit) if k.get("days_late") is not None]
        return bool(late) and all(compare(symbol, d, value) for d in late)

    return days_late
