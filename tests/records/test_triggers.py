"""Triggers: what was recorded is neither changed nor deleted, and a migration does not take them away unnoticed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, InternalError, models, transaction

from tests.records.verify_kit import Place
from yifa.records.triggers import RULES, check_triggers, install_triggers, remove_triggers
from yifa.records.verify import verify

REFUSED = {
    "UPDATE yifa_event SET body = '' WHERE org = 'a' AND cseq = 2": "事件不得改动",
    "UPDATE yifa_event SET body = body": "事件不得改动",
    "DELETE FROM yifa_event WHERE org = 'a' AND cseq = 7": "事件不得删除",
    "UPDATE yifa_chain_head SET cseq = 3 WHERE org = 'a'": "链头只能前进",
    "UPDATE yifa_chain_head SET hash = 'x' WHERE org = 'a'": "链头只能前进",
    "UPDATE yifa_chain_head SET org = 'z', cseq = 99 WHERE org = 'a'": "链头只能前进",
    "DELETE FROM yifa_chain_head": "链头不得删除",
    "DELETE FROM yifa_record WHERE uid = 'r1'": "案卷不得删除",
    "UPDATE yifa_sealed SET digest = NULL": "加密的值不得改动",
    "DELETE FROM yifa_sealed WHERE record = 'r1'": "加密的值只能随依法销毁删除",
    "UPDATE yifa_file SET name = 'x'": "附件登记不得改动",
    "DELETE FROM yifa_file": "附件登记只能随依法销毁删除",
    "UPDATE yifa_version SET body = 'x'": "不得改动",
    "DELETE FROM yifa_version": "不得删除",
}


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(place: Place, statement: str) -> None:
    with place.connection.cursor() as cursor, pytest.raises((IntegrityError, InternalError), match=REFUSED[statement]):
        cursor.execute(statement)
    assert verify(place.connection, place.home).ok


def test_an_event_is_not_overwritten_by_insert_or_replace_nor_a_table_emptied(place: Place) -> None:
    with place.connection.cursor() as cursor:
        if place.connection.vendor == "sqlite":
            for values in ("'a', 2, 'new', 1", "'new', 1, 'r1', 1"):
                with pytest.raises(IntegrityError, match="不得覆盖"):
                    cursor.execute(f"INSERT OR REPLACE INTO yifa_event (org, cseq, record, rseq, hash, body)"
                                   f" VALUES ({values}, 'h', 'b')")  # fmt: skip
        else:
            for table in dict.fromkeys(r.table for r in RULES):
                with pytest.raises((IntegrityError, InternalError), match="不得清空"):
                    cursor.execute(f"TRUNCATE {table}")


def test_what_the_ledger_does_is_let_through(place: Place) -> None:
    with place.connection.cursor() as cursor:
        cursor.execute("UPDATE yifa_chain_head SET cseq = 8, hash = 'h' WHERE org = 'a'")
        cursor.execute("UPDATE yifa_record SET status = 'closed', wrapped_key = NULL WHERE uid = 'r1'")
        cursor.execute(
            "INSERT INTO yifa_destroyed (record, org, definition, number, rseq, destroyed_at, actor, basis)"
            " VALUES ('r1', 'a', 'dispute', 'n', 4, 't', 'x', 'y')"
        )
        cursor.execute("DELETE FROM yifa_sealed WHERE record = 'r1'")
        cursor.execute("DELETE FROM yifa_file WHERE record = 'r1'")
        for statement in ("UPDATE yifa_destroyed SET basis = 'x'", "DELETE FROM yifa_destroyed"):
            with pytest.raises((IntegrityError, InternalError), match="销毁清册不得"):
                cursor.execute(statement)


def test_installing_is_repeatable_and_mends_an_altered_trigger(place: Place) -> None:
    assert check_triggers(place.connection) == []
    install_triggers(place.connection)
    remove_triggers(place.connection)
    wanted = check_triggers(place.connection)
    assert "yifa_event_no_update" in wanted
    assert "yifa_event_no_delete" in wanted
    with place.connection.cursor() as cursor:
        if place.connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER yifa_event_no_update BEFORE UPDATE ON yifa_event WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END"
            )
        else:
            cursor.execute(
                "CREATE TRIGGER yifa_event_no_update BEFORE UPDATE ON yifa_event FOR EACH ROW WHEN (false)"
                " EXECUTE FUNCTION yifa_event_no_update()"
            )
    assert check_triggers(place.connection) == wanted
    install_triggers(place.connection)
    assert check_triggers(place.connection) == []


def test_a_trigger_switched_off_or_emptied_on_postgresql_is_missed(place: Place) -> None:
    if place.connection.vendor != "postgresql":
        return
    changes = [
        "ALTER TABLE yifa_event DISABLE TRIGGER yifa_event_no_update",
        "ALTER TABLE yifa_event ENABLE REPLICA TRIGGER yifa_event_no_update",
        "CREATE OR REPLACE FUNCTION yifa_event_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE OR REPLACE TRIGGER yifa_event_no_update AFTER UPDATE ON yifa_event FOR EACH ROW"
        " EXECUTE FUNCTION yifa_event_no_update()",
        "CREATE OR REPLACE TRIGGER yifa_event_no_update BEFORE UPDATE OF hash ON yifa_event FOR EACH ROW"
        " EXECUTE FUNCTION yifa_event_no_update()",
    ]
    for change in changes:
        with place.connection.cursor() as cursor:
            cursor.execute(change)
        assert check_triggers(place.connection) == ["yifa_event_no_update"], change
        install_triggers(place.connection)
        assert check_triggers(place.connection) == []


def test_a_migration_that_rebuilds_a_table_drops_them_and_the_next_step_brings_them_back(place: Place) -> None:
    """Django rebuilds a SQLite table to alter a column; ``post_migrate`` installs the triggers again."""
    from django.apps import apps
    from django.core.management import call_command

    event = apps.get_model("records", "Event")
    old = event._meta.get_field("hash")
    new = models.CharField(max_length=80)
    new.set_attributes_from_name("hash")
    new.model = event
    remove_first = place.connection.vendor == "postgresql"
    with place.connection.schema_editor(atomic=True) as editor:
        editor.alter_field(event, old, new, strict=False)
    missing = [n for n in check_triggers(place.connection) if n.startswith("yifa_event")]
    assert bool(missing) is not remove_first
    call_command("migrate", verbosity=0)
    assert check_triggers(place.connection) == []
    report = verify(place.connection, place.home)
    assert report.ok, report.lines()


def test_triggers_hold_inside_a_transaction(place: Place) -> None:
    with place.connection.cursor() as cursor:
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            cursor.execute("DELETE FROM yifa_event")
        cursor.execute("SELECT COUNT(*) FROM yifa_event")
        assert cursor.fetchone()[0] == 11


def test_names_are_told_apart() -> None:
    names: list[Any] = [r.name for r in RULES]
    assert len(names) == len(set(names))
