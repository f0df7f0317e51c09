"""Database triggers (触发器) that refuse what the ledger never does: change or delete what was recorded.

They stop a slip and a careless tool. Whoever may drop them can change the tables all the same; that is what ``verify``
finds. Django rebuilds SQLite tables in a migration and drops their triggers silently, so they are installed after each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

EVENT, HEAD, RECORD = "yifa_event", "yifa_chain_head", "yifa_record"
SEALED, FILE, DESTROYED, VERSION = "yifa_sealed", "yifa_file", "yifa_destroyed", "yifa_version"


class Connection(Protocol):
    """What is needed of a Django connection."""

    @property
    def vendor(self) -> str: ...

    def cursor(self) -> Any: ...


@dataclass(frozen=True)
class Rule:
    """``when``: the condition, in SQL that both databases read, under which ``action`` on ``table`` is refused."""

    table: str
    action: str
    message: str
    when: str = ""
    vendor: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_no_{self.action.lower()}"


_NOT_DESTROYED = f"NOT EXISTS (SELECT 1 FROM {DESTROYED} d WHERE d.record = OLD.record)"

RULES: tuple[Rule, ...] = (
    Rule(EVENT, "UPDATE", "事件不得改动，只能另记更正或作废"),
    Rule(EVENT, "DELETE", "事件不得删除，只能另记作废"),
    # INSERT OR REPLACE deletes the old row without firing its delete trigger.
    Rule(
        EVENT,
        "INSERT",
        "该链号或案卷序号已有事件，不得覆盖",
        f"EXISTS (SELECT 1 FROM {EVENT} e WHERE e.org = NEW.org AND e.cseq = NEW.cseq)"
        f" OR EXISTS (SELECT 1 FROM {EVENT} e WHERE e.record = NEW.record AND e.rseq = NEW.rseq)",
        vendor="sqlite",
    ),
    Rule(HEAD, "UPDATE", "链头只能前进", "NEW.org <> OLD.org OR NEW.cseq <= OLD.cseq"),
    Rule(HEAD, "DELETE", "链头不得删除"),
    Rule(RECORD, "DELETE", "案卷不得删除，只能作废或依法销毁"),
    Rule(SEALED, "UPDATE", "加密的值不得改动"),
    Rule(SEALED, "DELETE", "加密的值只能随依法销毁删除", _NOT_DESTROYED),
    Rule(FILE, "UPDATE", "附件登记不得改动"),
    Rule(FILE, "DELETE", "附件登记只能随依法销毁删除", _NOT_DESTROYED),
    Rule(DESTROYED, "UPDATE", "销毁清册不得改动"),
    Rule(DESTROYED, "DELETE", "销毁清册不得删除"),
    Rule(VERSION, "UPDATE", "用过的定义、期限和日历不得改动"),
    Rule(VERSION, "DELETE", "用过的定义、期限和日历不得删除"),
)


def rules_of(vendor: str) -> list[Rule]:
    """The rules that a database needs: PostgreSQL has TRUNCATE, SQLite has INSERT OR REPLACE."""
    chosen = [r for r in RULES if r.vendor in ("", vendor)]
    if vendor == "postgresql":
        tables = dict.fromkeys(r.table for r in RULES)
        chosen += [Rule(t, "TRUNCATE", "台账各表不得清空") for t in tables]
    return chosen


def _sqlite(rule: Rule) -> str:
    when = f" WHEN {rule.when}" if rule.when else ""
    return (
        f"CREATE TRIGGER {rule.name} BEFORE {rule.action} ON {rule.table}{when}"
        f" BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
    )


def _body(rule: Rule) -> str:
    refuse = f"RAISE EXCEPTION '{rule.message}' USING ERRCODE = 'integrity_constraint_violation';"
    if rule.when:
        return f" BEGIN IF {rule.when} THEN {refuse} END IF; RETURN {_row(rule)}; END "
    return f" BEGIN {refuse} END "


def _row(rule: Rule) -> str:
    return "OLD" if rule.action == "DELETE" else "NEW"


def install_triggers(connection: Connection) -> None:
    """Installs every missing or altered trigger; doing it again changes nothing."""
    missing = set(check_triggers(connection))
    with connection.cursor() as cursor:
        for rule in rules_of(connection.vendor):
            if rule.name not in missing:
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {rule.name}")
                cursor.execute(_sqlite(rule))
                continue
            each = "STATEMENT" if rule.action == "TRUNCATE" else "ROW"
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $yifa${_body(rule)}$yifa$"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {rule.name} BEFORE {rule.action} ON {rule.table}"
                f" FOR EACH {each} EXECUTE FUNCTION {rule.name}()"
            )
            cursor.execute(f"ALTER TABLE {rule.table} ENABLE ALWAYS TRIGGER {rule.name}")


def remove_triggers(connection: Connection) -> None:
    """Takes the triggers away, for a restore into fresh tables; :func:`install_triggers` must follow."""
    with connection.cursor() as cursor:
        for rule in rules_of(connection.vendor):
            on = f" ON {rule.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {rule.name}{on}")


def check_triggers(connection: Connection) -> list[str]:
    """The names of triggers that are missing, altered or switched off."""
    with connection.cursor() as cursor:
        rules = rules_of(connection.vendor)
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = {name: (table, sql) for name, table, sql in cursor.fetchall()}
            return [r.name for r in rules if found.get(r.name) != (r.table, _sqlite(r))]
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgenabled::text, p.prosrc, t.tgtype, pg_get_triggerdef(t.oid)"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
        seen = {row[0]: row[1:] for row in cursor.fetchall()}
        return [r.name for r in rules if not _intact(r, seen.get(r.name))]


_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def _intact(rule: Rule, found: tuple[str, str, str, int, str] | None) -> bool:
    if found is None:
        return False
    table, enabled, source, kind, definition = found
    expected = 2 | _BITS[rule.action] | (0 if rule.action == "TRUNCATE" else 1)  # BEFORE, action, ROW
    whole = " WHEN " not in definition and " UPDATE OF " not in definition
    return table == rule.table and enabled == "A" and source == _body(rule) and kind == expected and whole
