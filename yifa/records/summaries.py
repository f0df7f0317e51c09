"""Totals without records (汇总录入) never count work that is also recorded: both sides are checked when they are entered.

A summary entry over records or over another entry is refused; a record entered into a period that an entry covers is
taken (it is true) with a finding that names the entry.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yifa.codex import Codex
from yifa.indicators.model import Flow, Indicator
from yifa.indicators.overlaps import summary_overlaps
from yifa.indicators.summary import REGISTER
from yifa.procedure.clocks import Law
from yifa.procedure.condition import Condition, Test, compile_condition
from yifa.procedure.events import Breach, Fold
from yifa.procedure.rules import FoldView
from yifa.records.acts import BadInput, Problem, Refused
from yifa.records.shape import Shape, first_day

_COLUMNS = ("record", "number", "f_indicator", "f_period_from", "f_period_to")


@dataclass(slots=True, frozen=True)
class Stated:
    """A summary entry as the check of records needs it; days are ISO text."""

    record: str
    number: str
    indicator: str
    first: str
    last: str


@dataclass(slots=True, frozen=True)
class _Counted:
    """How a definition's records enter one figure: by which date, under which condition, and what of them it reads."""

    indicator: Indicator
    on: str
    total: str | None
    reads: frozenset[str]
    test: Test | None


class Summaries:
    """The check of one codex. Without the register of summary entries there is nothing to check."""

    def __init__(self, codex: Codex):
        self.codex = codex
        self.kept = REGISTER in codex.definitions
        self._counted: dict[str, list[_Counted]] = {}
        for i in codex.indicators.values() if self.kept else ():
            if i.flow is not None and not i.flow.distinct:
                self._counted.setdefault(i.flow.of, []).append(_counted(codex, i, i.flow))

    def reads(self, definition: str) -> set[str]:
        """The definitions whose records an entry of ``definition`` is checked against."""
        return {REGISTER, *self._counted} if self.kept and definition == REGISTER else set()

    # -- entries of an organisation -----------------------------------------------------------------------------------

    def column(self, vendor: str) -> str:
        """An SQL expression beside ``h.org``: all entries of the organisation as one JSON text. Asked with the lock of its
        chain, so that recording a step takes no further statement."""
        if not self.kept:
            return "NULL"
        each = ", ".join(f"s.{c}" for c in _COLUMNS)
        made = (f"json_group_array(json_array({each}))" if vendor == "sqlite"
                else f"json_agg(json_build_array({each}))::text")  # fmt: skip
        return f"(SELECT {made} FROM p_{REGISTER} s WHERE s.org = h.org)"

    @staticmethod
    def parsed(text: str | None) -> list[Stated]:
        """The entries of `column`; those without a period cover nothing."""
        if text is None or text == "[]":
            return []
        return [Stated(r, n or "", i, a, b) for r, n, i, a, b in json.loads(text) if i and a and b]

    # -- a record -----------------------------------------------------------------------------------------------------

    def notes(self, shape: Shape, law: Law, fold: Fold, taken: dict[str, Any], day: str,
              entries: Sequence[Stated]) -> tuple[Breach, ...]:  # fmt: skip
        """What to note of an act that brings ``taken`` (fields and milestone) into a record: each entry that covers the
        date by which the record counts in the entry's figure."""
        facts = {**fold["facts"], **taken}
        found = []
        for c in self._counted.get(shape.key, ()):
            on = first_day(facts.get(c.on))
            if on is None or c.reads.isdisjoint(taken) or (c.total and not isinstance(facts.get(c.total), int)):
                continue
            i = c.indicator
            covering = [e for e in entries if e.indicator in (i.key, i.name) and e.first <= on <= e.last]
            if covering and (c.test is None or c.test(FoldView({**fold, "facts": facts}, law, day, {}))):
                e = covering[0]
                found.append(Breach(f"summary_covers:{i.key}", "warn", f"{e.first} 至 {e.last} 的“{i.name}”已作汇总录入"
                                    f"{e.number and '（'}{e.number}{e.number and '）'}，本件会重复计算。请更正那条汇总的期间和"
                                    "数值，或将它作废。"))  # fmt: skip
        return tuple(found)

    # -- an entry -----------------------------------------------------------------------------------------------------

    def refuse(self, connection: Any, org: str, facts: dict[str, Any], except_record: str | None = None) -> None:
        """Whether a summary entry with these facts may stand. Raises BadInput (unknown indicator, incomplete day) and
        Refused (records or another entry in the period, or a figure that takes no entries)."""
        indicator = self._indicator(str(facts.get("indicator") or ""))
        days = [facts.get(k) for k in ("period_from", "period_to")]
        if not all(isinstance(d, str) and len(d) == 10 for d in days):
            raise BadInput([Problem("period_from", "汇总录入的期间起和期间止都要写到日，如 2025-01-01 至 2025-06-30。")])
        overlaps = summary_overlaps(connection, self.codex, indicator.key, org, str(days[0]), str(days[1]), except_record)
        if overlaps:
            raise Refused([Breach(f"summary_{o.kind}", "block", f"{o.message}。") for o in overlaps])

    def _indicator(self, given: str) -> Indicator:
        known = self.codex.indicators
        if given in known:
            return known[given]
        names = {i.name: i for i in known.values()}
        if given in names:
            return names[given]
        words = {w: i for i in known.values() for w in (i.key, i.name, *i.alias)}
        near = dict.fromkeys(words[w].key for w in difflib.get_close_matches(given, list(words), n=5, cutoff=0.5))
        listed = "、".join(f"{known[k].name}（{k}）" for k in list(near)[:3])
        asked = f"是不是：{listed}？" if listed else "请从指标表中选择。"
        raise BadInput([Problem("indicator", f"没有指标“{given}”。{asked}")])


def _counted(codex: Codex, i: Indicator, flow: Flow) -> _Counted:
    """Conditions over the rows of a rows-field, and over the period, are not judged here: the note is then given."""
    steps = {s.key for s in codex.definitions[flow.of].all_steps} if flow.of in codex.definitions else set()
    own = flow.rows is None or flow.rows in steps
    test = flow.where if own and flow.where is not None and not _of_period(flow.where) else None
    total = flow.sum if own else None
    reads = {flow.on, *([total] if total else []), *(test.fields() if test else ())}
    return _Counted(i, flow.on, total, frozenset(reads), compile_condition(test) if test else None)


def _of_period(c: Condition) -> bool:
    return any(isinstance(x.value, tuple) and x.value[0] == "period" for x in c.walk())
