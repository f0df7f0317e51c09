"""Django settings (设置). Django serves as connection manager, ORM of small tables and migration tool; nothing else.

``YIFA_HOME`` names the home folder of a ledger (default: ``demo`` here or beside the program), ``YIFA_DATABASE`` a
``postgresql://user:password@host:port/name`` address; without it the ledger is ``yifa.sqlite3`` in the home folder.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

DATABASE_FILE = "yifa.sqlite3"
BUSY_SECONDS = 30


class SettingsError(ValueError):
    """A setting that cannot be used; the message says which and what to write instead."""


def default_home() -> Path:
    """``YIFA_HOME``; else ``./demo``; else the ``demo`` folder that `make demo` makes beside the program."""
    given = os.environ.get("YIFA_HOME")
    if given:
        return Path(given)
    here = Path("demo")
    return here if here.is_dir() else Path(__file__).resolve().parents[1] / "demo"


def database(home: Path, address: str | None = None, busy: float = BUSY_SECONDS) -> dict[str, Any]:
    """Django's description of the database of ``home``; ``busy``: seconds that SQLite waits for another writer. Raises SettingsError for an address it cannot read."""
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / DATABASE_FILE),
            "OPTIONS": {
                "timeout": busy,
                "transaction_mode": "IMMEDIATE",
                # Durable (FULL syncs the log on every commit); deleted keys and sealed values are overwritten.
                "init_command": "PRAGMA journal_mode=wal; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=FAST; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise SettingsError("YIFA_DATABASE 应写成 postgresql://用户:密码@主机:端口/库名；用 SQLite 时不设此项。")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    try:
        port = parts.port
    except ValueError:
        raise SettingsError("YIFA_DATABASE 中的端口应是数字。") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or options.pop("port", "")),
        "CONN_MAX_AGE": None,
        # Statements are prepared by the server after three uses: a quarter less time for one recorded step.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **options},
    }


HOME: Path = default_home()
DATABASES = {"default": database(HOME, os.environ.get("YIFA_DATABASE"))}
INSTALLED_APPS = ["yifa.records"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
SECRET_KEY = "unused: no session, form or signature of Django is used"


def setup(home: Path | str | None = None, database_address: str | None = None, busy: float = BUSY_SECONDS) -> Path:
    """Make Django ready for the ledger in ``home``; called once by a command, again by tests to change the ledger.

    ``database_address`` defaults to ``YIFA_DATABASE``. Gives the home folder (which need not exist yet); ``busy``: seconds
    that SQLite waits for another writer. Raises SettingsError.
    """
    database_address = database_address or os.environ.get("YIFA_DATABASE")
    chosen = Path(home) if home is not None else default_home()
    described = database(chosen, database_address, busy)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yifa.settings")
    import django
    from django.apps import apps
    from django.conf import settings as live

    if not apps.ready:
        live.DATABASES = {"default": described}
        live.HOME = chosen
        django.setup()
        return chosen
    from django.db import connections

    connections.close_all()
    configured = connections.configure_settings({"default": described})
    live.DATABASES = configured
    live.HOME = chosen
    connections.settings = configured
    with contextlib.suppress(AttributeError):  # this thread had no connection yet
        del connections["default"]
    return chosen
