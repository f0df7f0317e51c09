"""kill -9 in the middle of recording: what was committed is there whole, the rest is not there at all."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.records.conftest import Home
from tests.records.kit import patrol
from tests.records.test_concurrency import rows, sound, writer


@pytest.fixture
def delays() -> Iterator[float]:
    """Moments at which to kill, spread over a batch; the seed is fixed, the timing of the machine is not."""
    dice = random.Random(20260630)
    return iter([dice.uniform(0.0, 0.12) for _ in range(50)])


def kill_after(home: Home, mode: str, lines: int, delay: float, name: str = "") -> list[str]:
    """Start a writer, let it commit ``lines`` times, wait a little, kill it; gives the commits it told of."""
    process = writer(home, mode, 0, name)
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line.strip())
        if len(told) > lines:
            break
    time.sleep(delay)
    process.kill()
    rest, _ = process.communicate()
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while home.vendor == "postgresql" and rows(others) != [(0,)]:
        time.sleep(0.02)  # the server may still be finishing what the dead client had sent
    return [t for t in [*told, *rest.split("\n")] if t and t != "ready"]


def test_killed_in_the_middle_of_an_import(home: Home, delays: Iterator[float]) -> None:
    told = sum(len(kill_after(home, "batch", 1, next(delays), str(i))) for i in range(4))
    ((records,),) = rows("SELECT count(*) FROM yifa_record")
    ((batches,),) = rows("SELECT count(*) FROM yifa_batch")
    assert records == batches * 100
    assert rows("SELECT count(*) FROM yifa_event") == [(records,)]
    # A commit of which the process could not tell any more counts; one that it told of is never lost.
    assert told <= batches <= told + 4
    sound(home, home.ledger())
    assert home.ledger().record(patrol()).number == f"青龙镇〔2026〕巡查{batches * 50 + 1}号"


def test_killed_in_the_middle_of_recording(home: Home, delays: Iterator[float]) -> None:
    told = sum(len(kill_after(home, "one", 3, next(delays) / 10, str(i))) for i in range(4))
    ((records,),) = rows("SELECT count(*) FROM yifa_record")
    assert told <= records <= told + 4
    ledger = home.ledger()
    assert ledger.rebuild() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT stored FROM yifa_file")
        known = {r[0] for r in cursor.fetchall()}
    assert known <= set(ledger.files.all_stored())
    from yifa.records.verify import verify

    problems = verify(connection, home.path).problems
    assert problems == []
