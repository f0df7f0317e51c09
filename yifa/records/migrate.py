"""换版: moves a record to another version of its definition, and back. Explicit, logged in its chain, never by itself."""

from __future__ import annotations

from collections.abc import Sequence

from yifa.procedure.events import Breach
from yifa.procedure.roles import role_names
from yifa.records import amend, sql
from yifa.records.acts import BadInput, Outcome, Problem, Refused
from yifa.records.case import Case
from yifa.records.refold import effective
from yifa.records.sealing import identity_of
from yifa.records.versions import Pinned
from yifa.records.work import Work

ADMIN = "system_admin"
"""The role of the system administrator (系统管理员), who alone moves records to another version."""


def migrate(work: Work, case: Case, *, actor: str, roles: Sequence[str], reason: str, to: str | None = None) -> Outcome:
    """Let the record be judged and projected by the codex's present version of its definition, or by version ``to`` (its
    hash). Breaches that the new version sees become findings.

    Raises BadInput (no reason, unknown version, the one it has) and Refused (no right, or a step that was taken does not
    exist in that version)."""
    if not reason.strip():
        raise BadInput([Problem("reason", "换版要写明理由。")])
    if ADMIN not in roles:
        raise Refused([Breach("role", "block", f"换版只能由{role_names([ADMIN])}办理；{actor or '登记人'}的岗位是"
                              f"{role_names(roles)}。")])  # fmt: skip
    old, new = case.pinned, _wanted(work, case, to)
    if new.def_hash == old.def_hash:
        raise BadInput([Problem("to", f"{case.number}已经是这一版（{new.def_hash[:12]}）。")])
    gone = dict.fromkeys(e.step for e in effective(amend.history(work, case)) if e.step not in new.shape.steps)
    if gone:
        named = "、".join(old.shape.steps[s].name for s in gone)
        raise Refused([Breach("step_gone", "block", f"{case.number}已办理“{named}”，要换到的版本没有这一环节，不能换版。")])
    outcome = amend.append(work, case, "migrate", actor=actor, roles=roles, reason=reason, on=work.today,
                           data={"from": old.def_hash, "to": new.def_hash}, pinned=new)  # fmt: skip
    case.left, case.before = old.shape, None
    if new.shape.identity != old.shape.identity:
        case.identity = identity_of(work.cursor, work.ledger.keyring, case) if new.shape.identity else None
    return outcome


def _wanted(work: Work, case: Case, to: str | None) -> Pinned:
    library = work.ledger.library
    if to is None:
        if case.definition not in library.codex.definitions:
            raise BadInput([Problem("to", f"现行法典里已没有“{case.definition}”，请写明要换到哪一版。")])
        return library.current(work.cursor, case.definition)
    known = sql.all_rows(work.cursor, "SELECT hash FROM yifa_version WHERE kind = 'definition' AND key = %s", (case.definition,))
    if (to,) not in [tuple(r) for r in known]:
        listed = "、".join(r[0][:12] for r in known)
        raise BadInput([Problem("to", f"“{case.definition}”没有版本 {to}。现存的版本：{listed}。")])
    return library.version(work.cursor, case.definition, to)
