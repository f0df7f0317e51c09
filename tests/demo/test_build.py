"""What stops the building of the demonstration leaves what was there, and says why."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from yifa.codex import Codex
from yifa.demo import build as module
from yifa.demo.build import DemoError, build


@pytest.mark.parametrize(("number", "words"), [
    (errno.ENOSPC, "磁盘空间不足"), (errno.EACCES, "不能写入"), (errno.EROFS, "不能写入"), (errno.EIO, "没有建成"),
])  # fmt: skip
def test_what_the_system_refuses_is_told_and_nothing_is_left(
    number: int, words: str, tmp_path: Path, codex: Codex, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "demo"
    home.mkdir()
    (home / "demo.json").write_text(json.dumps({"events": 1}), encoding="utf-8")

    def broken(work: Path, *_: Any) -> dict[str, Any]:
        work.mkdir()
        (work / "half").write_bytes(b"made")
        raise OSError(number, "no", str(work))

    monkeypatch.setattr(module, "_make", broken)
    with pytest.raises(DemoError, match=words):
        build(home, codex)
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]
    assert [p.name for p in home.iterdir()] == ["demo.json"]


def test_a_new_ledger_takes_the_place_of_the_old_and_keeps_what_the_user_added(
    tmp_path: Path, codex: Codex, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "demo"
    (home / "overlay" / "registers").mkdir(parents=True)
    (home / "demo.json").write_text("{}", encoding="utf-8")
    (home / "old").write_text("", encoding="utf-8")

    def made(work: Path, *_: Any) -> dict[str, Any]:
        work.mkdir()
        (work / "demo.json").write_text('{"events": 2}', encoding="utf-8")
        return {"events": 2}

    monkeypatch.setattr(module, "_make", made)
    assert build(home, codex) == {"events": 2}
    assert sorted(p.name for p in home.iterdir()) == ["demo.json", "overlay"]
    assert (home / "overlay" / "registers").is_dir()
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]


def test_what_a_run_left_long_ago_is_removed_and_a_running_one_is_not(
    tmp_path: Path, codex: Codex, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    (tmp_path / ".demo.building-1").mkdir()
    (tmp_path / ".demo.building-2").mkdir()
    os.utime(tmp_path / ".demo.building-1", (1, 1))
    monkeypatch.setattr(module, "_make", lambda work, *_: work.mkdir() or {})
    build(tmp_path / "demo", codex)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".demo.building-2", "demo"]
