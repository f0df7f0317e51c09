"""The command line itself: help and messages in Chinese, exit codes, JSON alone on stdout, quick start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Yifa
from yifa.cli.main import PARTS, make_app, run

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [name for names in PARTS.values() for name in names]
BELOW = ["law import", "law notice", "codex check", "codex list", "record show", "org add", "org list", "org close"]


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "yifa", *words], cwd=ROOT, env={**os.environ, **environment},
                          capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)  # fmt: skip


def test_the_parts_hold_the_commands_that_the_program_has() -> None:
    import typer

    app = typer.main.get_command(make_app())
    assert set(getattr(app, "commands", {})) == set(COMMANDS)


@pytest.mark.parametrize("words", [*COMMANDS, *BELOW])
def test_every_command_has_help_in_chinese_with_examples(yifa: Yifa, words: str) -> None:
    found = yifa(*words.split(), "--help")
    assert found.code == 0
    assert found.err == ""
    assert f"用法：yifa {words}" in found.out
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this|required|default:|env var", found.out)
    if words not in ("law", "codex", "record", "org"):
        assert f"例：yifa {words}" in found.out
        assert "--format text|json" in found.out


def test_help_lists_all_commands(yifa: Yifa) -> None:
    found = yifa("--help")
    assert found.code == 0
    assert all(re.search(rf"^  {name} ", found.out, re.M) for name in COMMANDS)
    assert yifa().code == 64
    assert yifa().err == found.out
    assert yifa("-h").out == found.out


def test_version(yifa: Yifa) -> None:
    from yifa import __version__

    assert yifa("--version").out.strip() == f"yifa {__version__}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["du"], "没有命令“du”。是不是 due？"),
        (["codex", "chek"], "没有命令“chek”。是不是 check？"),
        (["codex"], "用法：yifa codex"),
        (["due"], "缺少 “期限”"),
        (["due", "20", "working_day"], "缺少 --from 日期"),
        (["due", "20", "working_day", "--from"], "--from 后面要写值"),
        (["due", "20", "working_day", "--from", "2026-01-05", "--form", "x"], "没有选项 --form。是不是"),
        (["due", "20", "working_day", "--from", "2026-01-05", "--party=1"], "--party 不带值"),
        (["codex", "list", "--format", "xml"], "“xml”不对，只能是 text、json"),
        (["report", "--year", "abc"], "“abc”不对，应为整数"),
        (["undo", "1", "2"], "多了“2”"),
    ],
)
def test_a_wrongly_written_command_is_explained(yifa: Yifa, words: list[str], said: str) -> None:
    found = yifa(*words)
    assert found.code == 64
    assert said in found.err
    assert found.out == ""


def test_a_failure_with_json_is_json_on_stdout_and_words_on_stderr(yifa: Yifa) -> None:
    found = yifa("verify", "--format", "json", "--home", "没有")
    assert found.code == 2
    assert found.json == {"error": found.err.strip()}
    assert "没有台账" in found.json["error"]
    assert yifa("due", "x", "--format=json").json["error"].startswith("命令写法有误：缺少 --from")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "磁盘空间不足"),
        (OSError(30, "Read-only file system", "甲.docx"), "“甲.docx”所在的磁盘只能读"),
        (PermissionError(13, "denied", "甲.docx"), "没有权限读写“甲.docx”"),
        (IsADirectoryError(21, "is a directory", "甲"), "“甲”是文件夹，这里要写文件"),
        (FileNotFoundError(2, "none", "甲"), "找不到“甲”"),
        (KeyError("甲"), "YIFA_DEBUG=1"),
    ],
)
def test_what_the_system_refuses_is_said_in_chinese(
    yifa: Yifa, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("yifa.cli.codex_cmds.codex_of", refuse)
    found = yifa("codex", "list")
    assert found.code == 2
    assert said in found.err


def test_interrupting_is_no_fault(yifa: Yifa, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yifa.cli.codex_cmds.codex_of", interrupted)
    assert yifa("codex", "list").code == 130


def test_the_installed_command_gives_the_exit_code_and_clean_output(tmp_path: Path) -> None:
    environment = {"YIFA_CACHE": str(tmp_path), "YIFA_HOME": str(tmp_path / "none")}
    found = command("due", "20", "working_day", "--from", "2026-09-28", "--format", "json", **environment)
    assert (found.returncode, found.stderr) == (0, "")
    assert '"due": "2026-10-30"' in found.stdout
    found = command("verify", **environment)
    assert (found.returncode, found.stdout) == (2, "")
    assert "没有台账" in found.stderr
    assert command("due").returncode == 64


def test_arithmetic_loads_neither_django_nor_the_definitions_nor_writers() -> None:
    code = ("import sys; from yifa.cli.main import run; run(['due', '20', 'working_day', '--from', '2026-09-28', '--format', 'json']);"
            "print([m for m in ('django', 'docx', 'xlsxwriter', 'rich', 'yifa.procedure', 'yifa.codex.bundle') if m in sys.modules],"
            "file=sys.stderr)")  # fmt: skip
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert found.stderr.strip() == "[]"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_stdout_gives_a_failure(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        found = subprocess.run([sys.executable, "-m", "yifa", "codex", "list", "calendar"], cwd=ROOT, stdout=full,
                               stderr=subprocess.PIPE, text=True, encoding="utf-8", timeout=60, check=False,
                               env={**os.environ, "YIFA_CACHE": str(tmp_path)})  # fmt: skip
    assert found.returncode == 2
    assert found.stderr.strip() == "磁盘空间不足，没有写完，已写的部分不作数。请清理磁盘后重试。"


def test_a_full_disk_is_told_when_a_library_trips_over_it_while_tidying_up() -> None:
    import errno

    from yifa.cli.main import _answer

    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        finally:
            b"\xe4\xb8".decode("utf-8")
    except UnicodeDecodeError as error:
        assert _answer(error) == ("磁盘空间不足，没有写完，已写的部分不作数。请清理磁盘后重试。", 2)


def test_run_takes_the_words_of_the_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["yifa", "--version"])
    assert run() == 0
    assert capsys.readouterr().out.startswith("yifa ")
