"""Recomputing (重算): running cases under a newer calendar or newer limits, with the list of deadlines that moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yifa.procedure.engine import fold_events
from yifa.records import sql
from yifa.records.amend import history

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger

_SIZE = 500
_RUNNING = """(r.status IN ('open', 'suspended') OR r.status IN ('closed', 'terminated') AND EXISTS (SELECT 1 FROM yifa_deadline d
WHERE d.record = r.uid AND d.state IN ('running', 'paused') AND d.due_on >= %s))"""


@dataclass(slots=True, frozen=True)
class Moved:
    """A deadline that a newer calendar or limit moved; dates are ISO text, None where there is none."""

    record: str
    number: str
    org: str
    definition: str
    limit: str
    name: str
    party: str | None
    old_due: str | None
    new_due: str | None
    provisional: bool


def recompute(ledger: Ledger) -> list[Moved]:
    """Fold all running cases by the ledger's present limits and calendar, in one transaction, and list what moved.

    A closed case of which a period still runs (the party's for reconsideration) is among them; all other closed cases
    stay as they were judged. The calendar and limits are kept by their hash when the ledger is opened.
    """
    moved: list[Moved] = []
    with ledger.writing() as work:
        orgs = [r[0] for r in sql.all_rows(work.cursor, f"SELECT DISTINCT r.org FROM yifa_record r WHERE {_RUNNING}", (work.today,))]
        work.lock(orgs)
        rows = sql.all_rows(work.cursor, "SELECT r.uid FROM yifa_record r JOIN yifa_pin p ON p.id = r.pin "
                            f"WHERE {_RUNNING} AND (p.limits <> %s OR p.calendar <> %s) ORDER BY r.id",
                            (work.today, ledger.library.limits_hash, ledger.library.calendar_hash))  # fmt: skip
        for some in sql.chunks([r[0] for r in rows], _SIZE):
            cases = list(work.read(list(some)).values())
            for case in cases:
                old = {c["id"]: c for c in (case.fold or {"clocks": {}})["clocks"].values()}
                case.remember()
                case.pinned = ledger.library.renewed(work.cursor, case.pinned)
                events = history(work, case)
                law = case.pinned.law
                case.fold = fold_events(case.pinned.shape.plan, law, events)
                case.refolded = True
                case.settle()
                for key in sorted({*old, *case.fold["clocks"]}):
                    before, after = old.get(key), case.fold["clocks"].get(key)
                    old_due, new_due = (c["due"] if c else None for c in (before, after))
                    if old_due != new_due:
                        limit = (after or before or {})["limit"]
                        moved.append(Moved(case.uid, case.number, case.org, case.definition, limit,
                                           law.limits[limit].name if limit in law.limits else limit,
                                           (after or before or {})["party"], old_due, new_due,
                                           bool(after and after.get("prov"))))  # fmt: skip
            work.write(cases)
    return moved
