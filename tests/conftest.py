"""Fixtures of all tests: databases, and the last line that says what did not run and why."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import postgres_bin, running_server, unprivileged

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_ALL = os.environ.get("YIFA_REQUIRE_ALL") == "1"
# Tests name their databases themselves; a developer's own ledger must never be the one they write to.
os.environ.pop("YIFA_DATABASE", None)
os.environ.pop("YIFA_HOME", None)
_NOT_RUN: dict[str, tuple[str, int]] = {}


def _browser() -> str | None:
    return next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


def _shared() -> Path:
    return Path(os.environ.get("YIFA_SHARED") or ROOT.parent / "shared")


def _missing() -> dict[str, str]:
    """Marker -> why its tests cannot run here."""
    found = {}
    if not _shared().is_dir():
        found["shared"] = f"没有共享文件夹 {os.environ.get('YIFA_SHARED') or '../shared'} / no shared folder"
    if postgres_bin() is None:
        found["postgres"] = "没有 PostgreSQL 服务器程序 / no PostgreSQL server"
    elif os.name == "posix" and os.geteuid() == 0 and unprivileged() is None:
        found["postgres"] = "没有可用来运行 PostgreSQL 的普通用户 / no unprivileged user for PostgreSQL"
    if _browser() is None:
        found["chromium"] = "没有 Chromium / no Chromium"
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        found["libreoffice"] = "没有 LibreOffice / no LibreOffice"
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = _missing()
    for item in items:
        for marker, why in missing.items():
            if item.get_closest_marker(marker) is not None:
                if REQUIRE_ALL:
                    raise pytest.UsageError(f"YIFA_REQUIRE_ALL=1，但{why}")
                item.add_marker(pytest.mark.skip(reason=why))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count skipped tests by marker; in a parallel run the controlling process sees every report."""
    if report.skipped and report.when == "setup":
        for marker in ("shared", "postgres", "chromium", "libreoffice"):
            if marker in report.keywords:
                why = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
                _NOT_RUN[marker] = (str(why).removeprefix("Skipped: "), _NOT_RUN.get(marker, ("", 0))[1] + 1)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = [f"{count} 项 {marker}：{why}" for marker, (why, count) in sorted(_NOT_RUN.items())]
    notes = os.environ.get("YIFA_NOTES")
    if notes and lines:
        with Path(notes).open("a", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
    if lines:
        terminalreporter.write_line("未运行 / did not run: " + "; ".join(lines))


def _memory() -> str | None:
    """A folder in memory with room enough, if there is one: the server syncs after every commit as in production, and on
    a busy disk that is nearly all of the tests' time. The tests kill clients, never the machine."""
    shm = Path("/dev/shm")
    return str(shm) if shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 1 << 30 else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this session; gives its address without a database name."""
    with running_server() as address:
        yield address


@pytest.fixture
def postgres_database(postgres_server: str) -> str:
    """The address of an empty database: one per session, emptied for each test (a new one costs ten times as much)."""
    import psycopg

    name = f"yifa_{os.getpid()}"
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as conn:
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            conn.execute(f'CREATE DATABASE "{name}"')
    address = postgres_server.format(name=name)
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                     (name,))  # fmt: skip
        conn.execute("SET client_min_messages = warning")
        conn.execute("DROP SCHEMA public CASCADE")
        conn.execute("CREATE SCHEMA public")
    return address


@pytest.fixture(scope="session", autouse=True)
def _database_access(django_db_blocker: Any) -> Iterator[None]:
    """The tests make their own databases in temporary homes; pytest-django's guard is for its own test database."""
    with django_db_blocker.unblock():
        yield


if sys.platform == "win32":  # pragma: no cover - the demotion above is for POSIX
    os.geteuid = lambda: 1  # type: ignore[attr-defined]
