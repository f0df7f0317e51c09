"""Databases on the measuring server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_count = 0


@contextmanager
def database(server: str) -> Iterator[str]:
    """A new empty database; gives its address."""
    import psycopg

    global _count
    _count += 1
    name = f"bench_{os.getpid()}_{_count}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}"')
    yield server.format(name=name)
