"""`yifa due`: the shape of its JSON, limits, bare arithmetic, and what cannot be counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Yifa


def test_the_json_of_a_limit_has_exactly_the_documented_shape(yifa: Yifa) -> None:
    found = yifa("due", "disclosure.reply", "--from", "2026-09-28", "--format", "json")
    assert (found.code, found.err) == (0, "")
    data = found.json
    assert set(data) == {"due", "provisional", "skipped", "basis", "calendar"}
    assert (data["due"], data["provisional"], len(data["skipped"])) == ("2026-10-30", False, 12)
    assert data["skipped"][0] == {"date": "2026-10-01", "reason": "国庆节"}
    assert "2026-10-10" not in {s["date"] for s in data["skipped"]}, "worked instead (调休上班)"
    assert data["basis"] == {"statute": "政府信息公开条例", "article": 33, "version_from": "2019-05-15"}
    assert data["calendar"].startswith("2004-2026/")


def test_bare_arithmetic_has_no_basis(yifa: Yifa) -> None:
    data = yifa("due", "20", "working_day", "--from", "2026-09-28", "--format", "json").json
    assert (data["due"], len(data["skipped"]), data["basis"]) == ("2026-10-30", 12, None)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (["20", "working_day", "--from", "2026-09-28"], "2026-10-30"),
        (["20", "个工作日", "--from", "2026-09-28"], "2026-10-30"),
        (["20个工作日", "--from", "2026年9月28日"], "2026-10-30"),
        (["二十工作日", "--from", "20260928"], "2026-10-30"),
        (["２０", "工作日", "--from", "2026/9/28"], "2026-10-30"),
        (["7", "working_day", "--from", "2026-11-12", "--before"], "2026-11-02"),
        (["15", "calendar_day", "--from", "2026-09-20"], "2026-10-05"),
        (["15", "日", "--from", "2026-09-20", "--party"], "2026-10-08"),
        (["三个月", "--from", "2026-01-31"], "2026-04-30"),
        (["1", "year", "--from", "2024-02-29"], "2025-02-28"),
        (["48", "hour", "--from", "2026-09-28T10:00"], "2026-09-30T10:00:00"),
        (["48小时", "--from", "2026-09-28 10:00"], "2026-09-30T10:00:00"),
        (["foi_reply", "--from", "2026-09-28"], "2026-10-30"),
    ],
)
def test_quantities_units_and_dates_as_people_write_them(yifa: Yifa, words: list[str], due: str) -> None:
    assert yifa("due", *words, "--format", "json").json["due"] == due


def test_for_people_the_days_not_counted_and_the_article_are_shown(yifa: Yifa) -> None:
    out = yifa("due", "disclosure.reply", "--from", "2026-09-28").out
    assert "到期日：2026-10-30" in out
    assert "不计入 12 日：" in out
    assert "《政府信息公开条例》第33条（2019-05-15 起施行）" in out


def test_the_last_working_day_is_shown_where_the_last_day_is_not_worked(yifa: Yifa) -> None:
    assert "最后一个工作日：2026-09-30" in yifa("due", "15", "calendar_day", "--from", "2026-09-20").out
    assert "最后一个工作日" not in yifa("due", "7", "working_day", "--from", "2026-11-12", "--before").out


def test_a_year_without_a_notice_is_provisional(yifa: Yifa) -> None:
    found = yifa("due", "20", "working_day", "--from", "2026-12-28", "--format", "json")
    assert found.json["provisional"] is True
    assert "暂定" in yifa("due", "20", "working_day", "--from", "2026-12-28").out


def test_an_older_version_applies_to_an_older_date(yifa: Yifa) -> None:
    data = yifa("due", "disclosure.reply", "--from", "2018-03-01", "--format", "json").json
    assert data["basis"]["version_from"] == "2008-05-01"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["disclosure.repl", "--from", "2026-09-28"], 64, "disclosure.reply（答复期限）"),
        (["没有这种期限", "--from", "2026-09-28"], 64, "yifa codex list limits"),
        (["disclosure.reply", "--from", "2026-02-30"], 64, "没有“2026-02-30”这一天"),
        (["disclosure.reply", "--from", "明天"], 64, "“明天”不是日期"),
        (["disclosure.reply", "--from", ""], 64, "不是日期"),
        (["disclosure.reply", "--from", "2000-01-01"], 1, "自2008-05-01起才有规定"),
        (["contract.review", "--from", "2026-01-05"], 1, "没有法定的数"),
        (["20", "week", "--from", "2026-01-05"], 64, "不认识单位“week”"),
        (["2.5", "month", "--from", "2026-01-05"], 64, "“2.5”不是整数"),
        (["48", "hour", "--from", "2026-01-05"], 64, "几时几分"),
        (["99999999", "working_day", "--from", "2026-01-05"], 64, "超出工作日历范围"),
        (["99999999", "year", "--from", "2026-01-05"], 64, "超出可计算的日期范围"),
        (["20", "working_day", "--from", "1890-01-05"], 64, "超出工作日历范围"),
    ],
)
def test_what_cannot_be_counted_is_explained(yifa: Yifa, words: list[str], code: int, said: str) -> None:
    found = yifa("due", *words)
    assert (found.code, found.out) == (code, "")
    assert said in found.err


def test_a_regions_own_rule_needs_the_place(yifa: Yifa, tmp_path: Path) -> None:
    own = tmp_path / "home" / "overlay" / "limits"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text("""\
- key: disclosure.reply
  versions:
    - {quantity: 15, unit: working_day, region: "51", from: 2020-01-01, basis: {document: 本省规定, article: 9}}
""", encoding="utf-8")
    words = ["due", "disclosure.reply", "--from", "2026-09-28", "--format", "json", "--home", tmp_path / "home"]
    assert yifa(*words).json["basis"]["article"] == 33
    assert yifa(*words, "--place", "510104").json["basis"] == {"statute": "本省规定", "article": 9, "version_from": "2020-01-01"}


def test_a_limit_made_of_others_ends_with_the_deciding_one(yifa: Yifa) -> None:
    from yifa.codex import load

    made = next(x for x in load().limits.values() if x.latest_of)
    found = yifa("due", made.key, "--from", "2026-09-28", "--format", "json")
    assert found.code == 0, found.err
    parts = [yifa("due", k, "--from", "2026-09-28", "--format", "json").json["due"] for k in made.latest_of]
    assert found.json["due"] == max(parts)


@pytest.mark.parametrize(("name", "option"), [("petition.handle", "--party"), ("disclosure.reply", "--before")])
def test_an_option_against_the_limits_own_kind_is_refused(yifa: Yifa, name: str, option: str) -> None:
    """An agency's period does not roll forward (民法典 203 speaks of the parties'); the limit itself says which way it runs."""
    found = yifa("due", name, "--from", "2026-09-20", option)
    assert found.code == 64
    assert f"不能加 {option}" in found.err


def test_an_option_that_the_limit_has_anyway_changes_nothing(yifa: Yifa) -> None:
    plain, same = (yifa("due", "penalty.hearing_request", "--from", "2026-09-25", *o).out for o in ([], ["--party"]))
    assert plain == same
