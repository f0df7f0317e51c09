"""The worked example of docs/codex.md is loaded as it stands there, and does what the text says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from yifa.codex import Codex, load
from yifa.demo.generate import acts
from yifa.procedure.engine import check, empty_fold
from yifa.procedure.events import Event

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Codex:
    """The shipped codex with the example as overlay."""
    folder = tmp_path_factory.mktemp("overlay")
    text = (ROOT / "docs" / "codex.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", text, re.S)
    assert len(blocks) == 5
    for name, body in blocks:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(body, encoding="utf-8")
    return load(folder)


def test_everything_of_the_example_is_there(county: Codex) -> None:
    assert {"loudspeaker", "suggestion"} <= county.definitions.keys()
    assert {"county.airings", "county.suggestion_reply_rate"} <= county.indicators.keys()
    assert "county.airing_each_month" in {*county.duties}
    assert county.hash != load().hash


def test_the_county_fills_a_number_that_no_law_gives(county: Codex) -> None:
    fold = empty_fold()
    plan, law = county.plan("dispute"), county.law()
    register = {"source": "网格巡查", "dispute_type": "邻里", "party_a": "甲"}
    check(plan, law, fold, Event(1, "step", "register", "2025-03-03", data=register))
    check(plan, law, fold, Event(2, "step", "assign", "2025-03-03", data={"responsible_unit": "综治中心"}))
    assert [c["due"] for c in fold["clocks"].values() if c["limit"] == "dispute.due"] == ["2025-04-02"]


def test_the_register_warns_and_the_procedure_keeps_duties_apart(county: Codex) -> None:
    airing = Event(1, "step", "enter", "2025-03-03", data={"village": "1", "topic": "民法典", "minutes": 121})
    assert [(b.key, b.strength) for b in check(county.plan("loudspeaker"), county.law(), empty_fold(), airing).breaches] == [("not_too_long", "warn")]
    fold = empty_fold()
    plan, law = county.plan("suggestion"), county.law()
    check(plan, law, fold, Event(1, "step", "receive", "2026-09-28", data={"content": "增设路灯", "handler": "甲"}))
    assert next(iter(fold["clocks"].values()))["due"] == "2026-10-16"
    reply = Event(2, "step", "reply", "2026-10-15", data={"adopted": "采纳", "signer": "甲"})
    assert [b.strength for b in check(plan, law, fold, reply).refusals] == ["block"]
    assert fold["status"] == "closed"


def test_the_readmes_begin_with_the_prerequisites_and_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        for word in ("make", "git", "python3-venv", "postgresql", "chromium", "libreoffice-writer", "libreoffice-calc"):
            assert word in lines[0], (name, word)
        head = "\n".join(lines[:12])
        assert "make demo" in head
        assert "make test" in head


def test_the_readmes_state_the_demonstration_as_it_is() -> None:
    made = acts(load())
    records = sum(a.record is None for a in made)
    english, chinese = ((ROOT / n).read_text(encoding="utf-8") for n in ("README.md", "README.zh-CN.md"))
    assert f"{records:,} records in {len(made):,} events" in english
    assert f"{records} 件记录、{len(made)} 个事件" in chinese
    assert all(f"{len(made)} 条事件、{records} 件案卷" in text for text in (english, chinese))


def _commands() -> dict[str, Any]:
    """Every command by the words that call it."""
    import typer

    from yifa.cli.main import app

    found: dict[str, Any] = {}
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        subs = getattr(command, "commands", None)
        found |= {f"{name} {sub}": c for sub, c in subs.items()} if subs else {name: command}
    return found


def test_every_command_stands_in_the_reference() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for words in _commands():
        assert f"`yifa {words}`：" in text, f"docs/commands.md 没有写 {words}"
        assert f"\n    yifa {words}" in text, f"docs/commands.md 没有 {words} 的例子"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/commands.md", "docs/codex.md"])
def test_what_the_documents_call_exists(name: str) -> None:
    """Every `yifa …` in the documents is a command that is there, and its options are its own."""
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = _commands()
    calls = re.findall(r"(?:\n    (?:\$ )?|`)yifa ([^`\n#]+)", text)
    assert calls
    for call in calls:
        words = call.split()
        command = commands.get(" ".join(words[:2])) or commands.get(words[0])
        assert command is not None, f"{name}: yifa {call}"
        options = {o for p in command.params for o in p.opts} | {"--help"}
        assert {w for w in words if w.startswith("--")} <= options, f"{name}: yifa {call}"
