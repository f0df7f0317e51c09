"""The whole codex: overlays, and the compiled form that is loaded instead of the YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from yifa.codex import CodexError, bundle, load, sources
from yifa.codex.bundle import Codex, definition_text
from yifa.codex.lawbook import load_lawbook
from yifa.codex.sources import fingerprint, read_compiled, roots_of

REGISTER = """\
key: night_patrol
name: 夜间巡查
kind: register
version: {from: 2024-01-01}
fields:
  - {key: patrolled_on, name: 巡查日期, type: date, milestone: true, required: true}
  - {key: place, name: 地点, type: text, required: true}
"""


@pytest.fixture(autouse=True)
def cache(shipped_read_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache folder, and nothing remembered from other tests."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("YIFA_CACHE", str(folder))
    bundle._load.cache_clear()
    yield folder
    bundle._load.cache_clear()


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def everything(codex: Codex) -> str:
    """All that a codex says, as text."""
    parts = [codex.hash, codex.calendar.hash, [s.model_dump(mode="json") for s in codex.statutes],
             [x.model_dump(mode="json") for x in [*codex.limits.values(), *codex.thresholds.values()]],
             [definition_text(d) for d in codex.definitions.values()],
             [i.model_dump(mode="json") for i in [*codex.indicators.values(), *codex.relations]],
             [o.model_dump(mode="json") for o in [*codex.outlines.values(), *codex.duties.values()]], codex.documents]  # fmt: skip
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def test_the_compiled_form_gives_the_same_codex(cache: Path) -> None:
    fresh = load()
    assert len(list(cache.glob("codex-*.json"))) == 1
    bundle._load.cache_clear()
    again = load()
    assert again is not fresh
    assert everything(again) == everything(fresh)
    assert [d.all_steps for d in again.definitions.values()] == [d.all_steps for d in fresh.definitions.values()]


def test_the_compiled_form_is_used_without_reading_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load()
    bundle._load.cache_clear()
    monkeypatch.setattr(sources, "read_yaml", lambda path: pytest.fail(f"read {path}"))
    assert load().hash == first.hash
    assert load_lawbook().limit("foi_reply").key == "disclosure.reply"  # type: ignore[union-attr]


def test_a_changed_file_is_read_anew(county: Path) -> None:
    path = put(county, "registers/patrol.yaml", REGISTER)
    first = load(county)
    path.write_text(REGISTER.replace("地点", "巡查地点"), encoding="utf-8")
    assert load(county).definitions["night_patrol"].fields[1].name == "巡查地点"
    assert load(county).hash != first.hash
    path.unlink()
    assert "night_patrol" not in load(county).definitions


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"0" * 64 + b"\n{}"])
def test_a_damaged_compiled_form_is_made_again(cache: Path, damage: bytes) -> None:
    first = load()
    (path,) = cache.glob("codex-*.json")
    good = path.read_bytes()
    path.write_bytes(damage)
    bundle._load.cache_clear()
    assert load().hash == first.hash
    assert path.read_bytes() == good


def test_one_changed_digit_in_the_compiled_form_is_noticed(cache: Path) -> None:
    load()
    (path,) = cache.glob("codex-*.json")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"quantity": 20', '"quantity": 21', 1), encoding="utf-8")
    assert text != path.read_text(encoding="utf-8")
    assert read_compiled(fingerprint(roots_of())) is None


def test_a_cache_folder_that_cannot_be_made_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "file", "")
    monkeypatch.setenv("YIFA_CACHE", str(tmp_path / "file" / "below"))
    assert "dispute" in load().definitions


def test_a_full_disk_leaves_no_half_of_a_compiled_form(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    load()
    assert list(cache.iterdir()) == []


def test_old_compiled_forms_are_forgotten(county: Path, cache: Path) -> None:
    sources.write_compiled("0" * 64, sources.Sources([]), "", {})
    for n in range(1, 15):
        sources.write_compiled(f"{n:064x}"[::-1], sources.Sources([]), "", {})
    assert len(list(cache.iterdir())) <= sources._KEPT


def test_a_county_adds_a_register_without_code(county: Path) -> None:
    put(county, "registers/patrol.yaml", REGISTER)
    put(county, "indicators/patrol.yaml", "key: patrol.nights\nname: 夜间巡查次数\nunit: 次\nflow: {of: night_patrol, on: patrolled_on}\n")
    codex = load(county)
    assert codex.plan("night_patrol") is not None
    assert codex.indicators["patrol.nights"].unit == "次"
    assert "night_patrol" not in load().definitions


def test_a_county_fills_a_number_that_no_law_fixes(county: Path) -> None:
    assert load().limits["contract.review"].versions[-1].quantity is None
    put(county, "limits/own.yaml", """\
- key: contract.review
  versions:
    - {quantity: 5, unit: working_day, from: 2020-01-01, basis: {document: 本县政府合同管理办法, article: 9}}
""")
    versions = load(county).limits["contract.review"].versions
    assert [v.quantity for v in versions] == [5]
    assert load(county).limits["contract.review"].name == load().limits["contract.review"].name


def test_a_countys_regional_number_stands_beside_the_nations(county: Path) -> None:
    put(county, "limits/own.yaml", """\
- key: disclosure.reply
  versions:
    - {quantity: 15, unit: working_day, region: "510000", from: 2020-01-01, basis: {document: 本省规定, article: 9}}
""")
    from datetime import date

    limit = load(county).limits["disclosure.reply"]
    assert [limit.version_on(date(2026, 1, 1), p).quantity for p in ("510000123", "110000", None)] == [15, 20, 20]  # type: ignore[union-attr]


def test_an_overlays_indicator_and_outline_take_the_place_of_shipped_ones(county: Path) -> None:
    shipped = load()
    key = "mediation.accepted"
    put(county, "indicators/own.yaml", f"key: {key}\nname: {shipped.indicators[key].name}\nunit: 宗\nflow: {{of: dispute, on: accepted_on}}\n")
    put(county, "reports/own.yaml", "key: annual_rule_of_law\nname: 本县年度报告\ntitle: '{town}报告'\nfrom: 2021\nparts:\n  - {key: achievements, heading: 成效}\n")
    own = load(county)
    assert own.indicators[key].unit == "宗"
    assert len(own.indicators) == len(shipped.indicators)
    assert own.outlines["annual_rule_of_law"].name == "本县年度报告"


def test_any_other_key_may_stand_once(county: Path) -> None:
    put(county, "registers/a.yaml", REGISTER)
    put(county, "registers/b.yaml", REGISTER)
    put(county, "registers/c.yaml", REGISTER.replace("night_patrol", "publicity_event"))
    put(county, "indicators/d.yaml", "- &a {key: x.y, name: 甲指标, unit: 次, flow: {of: dispute, on: accepted_on}}\n- {key: x.y, name: 乙指标, unit: 次, flow: {of: dispute, on: accepted_on}}\n")
    with pytest.raises(CodexError) as caught:
        load(county)
    said = caught.value.problems
    assert len(said) == 3
    assert any(f"{county}/registers/b.yaml:1: key: 定义“night_patrol”已在" in s for s in said)
    assert any("publicity_event" in s for s in said)
    assert any(f"{county}/indicators/d.yaml:2: key" in s for s in said)


@pytest.mark.parametrize("name", ["patrol.yaml", "register/patrol.yaml", "registers/patrol.yml", "registers/deep/patrol.yaml"])
def test_a_file_that_nobody_would_read_is_a_problem(county: Path, name: str) -> None:
    path = put(county, name, REGISTER)
    with pytest.raises(CodexError, match="不会被读取") as caught:
        load(county)
    assert caught.value.problems[0].startswith(f"{path}:1: ")


def test_a_missing_folder_and_a_file_for_a_folder_are_told_apart(county: Path) -> None:
    with pytest.raises(CodexError, match="没有这个文件夹"):
        load(county / "没有")
    with pytest.raises(CodexError, match="应是文件夹"):
        load(put(county, "a.yaml", REGISTER))


def test_counting_days_does_not_wait_for_a_register_to_be_mended(county: Path) -> None:
    put(county, "registers/patrol.yaml", "key: [")
    assert load_lawbook(county).limit("disclosure.reply") is not None
    put(county, "limits/own.yaml", "key: [")
    with pytest.raises(CodexError):
        _ = load_lawbook(county).limits
    assert load_lawbook(county).calendar is not None
