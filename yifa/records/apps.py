"""The Django application of the store."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _triggers(sender: Any, using: str, **kwargs: Any) -> None:
    """Django rebuilds SQLite tables and drops triggers silently; so they are installed after every migration."""
    from django.db import connections

    from yifa.records.triggers import install_triggers

    install_triggers(connections[using])


class RecordsConfig(AppConfig):
    name = "yifa.records"
    label = "records"
    verbose_name = "台账与案卷"

    def ready(self) -> None:
        post_migrate.connect(_triggers, sender=self)
