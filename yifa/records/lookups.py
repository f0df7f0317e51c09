"""Look-ups (查对): the related records that a step's check needs, one query each from the projection tables."""

from __future__ import annotations

from typing import Any

from yifa.procedure.definition import Lookup
from yifa.procedure.events import Fold
from yifa.records import sql
from yifa.records.shape import Shape

MOST = 200
Related = dict[str, list[dict[str, Any]]]


class Lookups:
    """Runs look-ups inside one transaction; equal questions are asked once (an import asks the same ones)."""

    def __init__(self, cursor: Any, shape_of: Any):
        self._cursor, self._shape_of = cursor, shape_of
        self._seen: dict[Any, list[dict[str, Any]]] = {}

    def clear(self) -> None:
        """Forget the answers, as projections were written since."""
        self._seen.clear()

    @staticmethod
    def definitions(shape: Shape, step: str) -> set[str]:
        """The definitions that the step's look-ups read."""
        return {x.of for x in shape.definition.lookups if x.key in shape.plan.lookups_by_step.get(step, ())}

    def related(self, shape: Shape, step: str, org: str, on: str, fold: Fold, data: dict[str, Any]) -> Related:
        """The candidates of every look-up that the step names, valid on the day of the step."""
        wanted = shape.plan.lookups_by_step.get(step)
        if not wanted:
            return {}
        found: Related = {}
        for lookup in shape.definition.lookups:
            if lookup.key in wanted:
                facts = {**fold["facts"], **data, shape.plan.steps[step].milestone: on}
                found[lookup.key] = self._ask(shape, lookup, org, on, facts)
        return found

    def _ask(self, shape: Shape, lookup: Lookup, org: str, on: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
        theirs = self._shape_of(self._cursor, lookup.of)
        where: list[str] = []
        parameters: list[Any] = []
        for their_field, our_field in lookup.match.items():
            ours = org if our_field == "org" else facts.get(our_field)
            values = [v for v in (ours if isinstance(ours, list) else [ours]) if v is not None and v.__class__ is not dict]
            if not values:
                return []
            if their_field in theirs.many_tables:
                table = theirs.many_tables[their_field].name
                where.append(f"record IN (SELECT record FROM {table} WHERE value {sql.among(values)})")
            else:
                column = "org" if their_field == "org" else f"f_{their_field}"
                where.append(f"{column} {sql.among(values)}")
            parameters += values
        if lookup.same_organization:
            where.append("org = %s")
            parameters.append(org)
        day = (on + "-01-01")[:10] if len(on) < 7 else (on + "-01")[:10]
        if lookup.valid_from:
            where.append(f"f_{lookup.valid_from} <= %s")
            parameters.append(day)
        if lookup.valid_to:
            where.append(f"(f_{lookup.valid_to} IS NULL OR f_{lookup.valid_to} >= %s)")
            parameters.append(day)
        fields = [k for k, _ in theirs.main.fields if k in self._read_fields(shape, lookup)]
        columns = ", ".join(["record", *(f"f_{k}" for k in fields)])
        statement = f"SELECT {columns} FROM {theirs.main.name} WHERE {' AND '.join(where) or '1 = 1'} ORDER BY record LIMIT {MOST}"
        asked = (statement, *parameters)
        if asked not in self._seen:
            rows = sql.all_rows(self._cursor, statement, parameters)
            self._seen[asked] = [{"uid": row[0], **{k: _plain(v) for k, v in zip(fields, row[1:], strict=True)}}
                                 for row in rows]  # fmt: skip
        return self._seen[asked]

    @staticmethod
    def _read_fields(shape: Shape, lookup: Lookup) -> set[str]:
        """Their fields that the answer must carry: matched ones, validity, and those that conditions compare."""
        wanted = {*lookup.match, lookup.valid_from, lookup.valid_to} - {None}
        for step in shape.steps.values():
            conditions = [c for g in step.guards for c in (g.when, g.require) if c is not None]
            conditions += [c for c in (step.when, step.required_when) if c is not None]
            for c in (c for top in conditions for c in top.walk()):
                if c.kind == "related" and c.operand == lookup.key and c.op == "covers":
                    wanted.add(c.extra or c.value)
        return {str(w) for w in wanted}


def _plain(value: Any) -> Any:
    """As canonical values: PostgreSQL gives dates as dates."""
    return value if value is None or isinstance(value, str | int) else value.isoformat()
