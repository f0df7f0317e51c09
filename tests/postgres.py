"""A real PostgreSQL server of our own, in a temporary folder, for tests and measurements."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def postgres_bin() -> Path | None:
    """The folder of initdb and pg_ctl: on PATH, or the newest of Debian's."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: (len(p.parent.name), p.parent.name))
    return next((p for p in reversed(folders) if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


def unprivileged() -> Any:
    """The system user that runs PostgreSQL when the tests run as root."""
    import pwd

    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server on a private socket, as an unprivileged user; gives its address with ``{name}`` for the database."""
    binaries = postgres_bin()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="yifa-pg-"))
    demote: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = unprivileged()
        os.chown(folder, user.pw_uid, user.pw_gid)
        demote = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)}

    def run(*command: str) -> None:
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, **demote)
        if done.returncode:
            log = folder / "log"
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}")

    data = folder / "data"
    run(str(binaries / "initdb"), "-D", str(data), "-U", "yifa", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-instructions")  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=60 -c shared_buffers=128MB"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield f"postgresql://yifa@/{{name}}?host={folder}"
    finally:
        try:
            run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
