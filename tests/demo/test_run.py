"""`yifa demo` as a user meets it: made once, found again, never half there, and its advice works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from yifa.demo.build import DemoError, check_place, events_in, marked


def _yifa(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "YIFA_TODAY": "2026-11-20", "PYTHONUTF8": "1", **environment}
    for name in ("YIFA_HOME", "YIFA_DATABASE", "YIFA_OVERLAYS"):
        env.pop(name, None)
    return subprocess.run([sys.executable, "-m", "yifa", *arguments], cwd=folder, env=env, capture_output=True, encoding="utf-8")


def _demo(folder: Path, *arguments: str) -> dict[str, Any]:
    done = _yifa(folder, "demo", "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder in which `yifa demo` was run once, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, _demo(folder)


pytestmark = pytest.mark.slow


def test_the_first_run_makes_everything(place: tuple[Path, dict[str, Any]]) -> None:
    folder, said = place
    assert said["made"]
    assert said["verified"]
    assert said["records"] > 5_000
    assert said["figures"] > 100
    assert said["proofread"]["error"] >= 5
    for path in said["files"].values():
        assert (folder / path).stat().st_size > 100, path
    assert zipfile.is_zipfile(folder / said["files"]["report_docx"])
    page = (folder / said["files"]["report_html"]).read_text(encoding="utf-8")
    assert "青石镇关于2025年法治政府建设情况的报告" in page
    assert "src=\"http" not in page
    assert "href=\"http" not in page


def test_nothing_else_is_left_beside_the_home(place: tuple[Path, dict[str, Any]]) -> None:
    assert [p.name for p in place[0].iterdir() if p.name.startswith((".demo", "demo"))] == ["demo"]


def test_the_second_run_finds_the_finished_ledger(place: tuple[Path, dict[str, Any]]) -> None:
    folder, first = place
    before = (folder / "demo" / "demo.json").read_text(encoding="utf-8")
    second = _demo(folder)
    assert not second["made"]
    assert (second["records"], second["events"]) == (first["records"], first["events"])
    assert (folder / "demo" / "demo.json").read_text(encoding="utf-8") == before


def test_what_it_says_to_try_works(place: tuple[Path, dict[str, Any]]) -> None:
    folder, said = place
    commands = [n["arguments"] for n in said["next"]]
    assert 5 <= len(commands) <= 8
    for words in commands:
        done = _yifa(folder, *words)
        wanted = 1 if words[0] == "proofread" else 0  # the sample has errors, as the exit code says
        assert done.returncode == wanted, f"{words}: {done.stdout[-400:]}{done.stderr[-800:]}"
        assert done.stdout.strip()


def test_the_text_output_names_places_and_commands_unbroken(place: tuple[Path, dict[str, Any]]) -> None:
    folder, said = place
    done = _yifa(folder, "demo", COLUMNS="60")
    assert done.returncode == 0
    lines = [line.strip() for line in done.stdout.splitlines()]
    for n in said["next"]:
        assert any(line.endswith(" ".join(n["arguments"])) for line in lines), n
    assert any(line.endswith(said["files"]["report_docx"]) for line in lines)


def test_the_sample_is_told_its_faults(place: tuple[Path, dict[str, Any]]) -> None:
    folder, said = place
    done = _yifa(folder, "proofread", said["files"]["sample"], "--format", "json")
    kinds = {f["kind"] for f in json.loads(done.stdout)["findings"]}
    assert kinds >= {"repealed_statute", "rate_mismatch", "sum_mismatch", "part_exceeds_total", "missing_part", "duplicate_passage",
                     "junk_text", "wrong_article", "heading_numbering", "personal_data"}  # fmt: skip


def test_a_ledger_that_was_worked_in_is_not_rebuilt(place: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = place
    mark = folder / "demo" / "demo.json"
    whole = mark.read_text(encoding="utf-8")
    said = json.loads(whole)
    try:
        mark.write_text(json.dumps({**said, "codex": "older", "events": said["events"] - 1}), encoding="utf-8")
        again = _demo(folder)
        assert not again["made"]
        assert any("--fresh" in note for note in again["notes"])
    finally:
        mark.write_text(whole, encoding="utf-8")


def test_a_broken_off_run_leaves_nothing_in_place_and_the_next_is_whole(tmp_path: Path) -> None:
    env = {**os.environ, "YIFA_TODAY": "2026-11-20"}
    env.pop("YIFA_DATABASE", None)
    run = subprocess.Popen([sys.executable, "-m", "yifa", "demo"], cwd=tmp_path, env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if list(tmp_path.glob(".demo.building-*/yifa.sqlite3")):
                break
            time.sleep(0.05)
    finally:
        run.kill()
        run.wait()
    assert not (tmp_path / "demo").exists()
    left = list(tmp_path.glob(".demo.building-*"))
    assert left
    for folder in left:
        os.utime(folder, (1, 1))
    (tmp_path / "demo" / "overlay" / "registers").mkdir(parents=True)
    assert _demo(tmp_path)["made"]
    assert not list(tmp_path.glob(".demo.*"))
    assert (tmp_path / "demo" / "overlay" / "registers").is_dir()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "yifa.sqlite3").write_bytes(b"mine")
    done = _yifa(tmp_path, "demo", "--home", str(tmp_path))
    assert done.returncode == 2
    assert "不会改动" in done.stderr
    assert (tmp_path / "yifa.sqlite3").read_bytes() == b"mine"


def test_a_file_is_no_home(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("", encoding="utf-8")
    with pytest.raises(DemoError, match="是文件"):
        check_place(path)


def test_an_unreadable_mark_and_a_lost_ledger_are_told(tmp_path: Path) -> None:
    assert marked(tmp_path) is None
    (tmp_path / "demo.json").write_text("{", encoding="utf-8")
    with pytest.raises(DemoError, match="--fresh"):
        marked(tmp_path)
    with pytest.raises(DemoError, match="不见了"):
        events_in(tmp_path)
    (tmp_path / "yifa.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(DemoError, match="打不开"):
        events_in(tmp_path)
