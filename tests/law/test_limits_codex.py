"""The shipped limits: whole, unambiguous, and in agreement with the texts of the statutes."""

from __future__ import annotations

import os
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from yifa.law.limits import LimitVersion, alias_index, load_limits

FOLDER = Path(__file__).parents[2] / "yifa" / "codex" / "limits"
ENTRIES = [e for path in sorted(FOLDER.glob("*.yaml")) for e in yaml.safe_load(path.read_text(encoding="utf-8"))]
LIMITS, THRESHOLDS = load_limits(ENTRIES)
SHARED = Path(os.environ.get("YIFA_SHARED", Path(__file__).parents[2] / ".." / "shared"))

USED_BY_PROCEDURES = [
    "disclosure.reply",
    "disclosure.reply_extension",
    "disclosure.correction_notice",
    "disclosure.correction_period",
    "disclosure.third_party_opinion",
    "disclosure.joint_maker_opinion",
    "disclosure.fee_payment",
    "petition.notice_direct",
    "petition.notice_transferred",
    "petition.objection",
    "petition.handle",
    "petition.extend",
    "petition.review_apply",
    "petition.review_decide",
    "petition.final_apply",
    "petition.final_decide",
    "petition.duty_branch",
    "mediation.close",
    "mediation.confirm",
    "dispute.verify",
    "dispute.due",
    "dispute.review",
    "dispute.followup",
    "penalty.limitation_general",
    "penalty.limitation_extended",
    "penalty.case_filing_decision",
    "penalty.evidence_register",
    "penalty.statement_window",
    "penalty.hearing_request",
    "penalty.hearing_notice_lead",
    "penalty.decision_limit",
    "penalty.decision_service",
    "penalty.service_announce",
    "penalty.fine_payment",
    "penalty.publish",
    "penalty.court_enforce_demand_wait",
    "penalty.court_enforce_apply",
    "penalty.archive_due",
    "reconsideration.apply",
    "litigation.direct",
]


@pytest.mark.parametrize("key", USED_BY_PROCEDURES)
def test_the_limits_that_procedures_use_are_there(key: str) -> None:
    assert key in LIMITS


def test_a_limit_checked_with_the_statute_says_when() -> None:
    for entry in (*LIMITS.values(), *THRESHOLDS.values()):
        current = [v for v in entry.versions if v.valid_to is None and v.region is None]
        if any(v.basis and v.basis.statute and v.basis.verified is True and v.valid_from for v in current):
            assert entry.last_verified_on in (date(2026, 6, 3), None), entry.key


def test_a_number_that_no_law_fixes_is_empty_nationally() -> None:
    empty = (
        "dispute.verify dispute.due dispute.review dispute.followup penalty.case_filing_decision penalty.archive_due"
    )
    for key in (
        *empty.split(),
        "penalty.statement_window",
        "contract.review",
        "document.file_upper",
        "document.validity",
    ):
        national = [v for v in LIMITS[key].versions if v.region is None]
        assert national, key
        assert all(v.quantity is None for v in national), key
    for key in ("penalty.hearing_threshold", "inspection.frequency_cap", "contract.major_amount"):
        assert all(v.value is None for v in THRESHOLDS[key].versions), key


def test_an_unset_hearing_threshold_gives_the_party_the_hearing() -> None:
    assert THRESHOLDS["penalty.hearing_threshold"].when_unknown == "treat_as_met"


def test_local_versions_apply_in_their_region_only() -> None:
    close, day = LIMITS["mediation.close"], date(2024, 5, 6)

    def said(place: str | None) -> tuple[int | None, str]:
        version = close.version_on(day, place)
        assert version is not None
        return version.quantity, version.unit

    assert said(None) == said("110101") == (1, "month")
    assert said("440305001") == (30, "calendar_day")  # 深圳
    assert said("440106") == (1, "month")  # 广州
    assert said("510104") == (30, "calendar_day")  # 四川
    board = LIMITS["village.board"]
    assert board.version_on(day) is None
    assert [v and v.quantity for v in (board.version_on(day, "500101"), board.version_on(day, "370102"))] == [10, 5]
    assert [
        v and v.quantity for v in (board.version_on(date(2026, 1, 1), "500101"), board.version_on(date(2026, 1, 1)))
    ] == [15, 15]


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("penalty.simple_fine_person", 5_000, 20_000),
        ("penalty.simple_fine_organization", 100_000, 300_000),
        ("penalty.onspot_collect", 2_000, 10_000),
        ("penalty.late_fine_rate", 3, 3),
        ("penalty.late_fine_cap", 100, 100),
    ],
)
def test_apl_51_68_72_amounts_before_and_after_the_revision(key: str, before: int, after: int) -> None:
    assert THRESHOLDS[key].value_on(date(2021, 7, 14)) == before
    assert THRESHOLDS[key].value_on(date(2021, 7, 15)) == after


def test_apl_72_the_cap_on_late_fines_came_with_the_compulsion_law() -> None:
    assert THRESHOLDS["penalty.late_fine_cap"].value_on(date(2011, 12, 31)) is None
    assert THRESHOLDS["penalty.late_fine_cap"].value_on(date(2012, 1, 1)) == 100


# -- against the reference and the texts ------------------------------------------------------------------------------

TABLES = {
    "petitions-mediation-publicity-report.md": ["## 0. "],
    "enforcement.md": ["## 10. "],
    "decisions-documents-disclosure.md": ["### 1.1", "### 3.1", "### 5.2", "### 7.2", "### 7.5", "### 8.2", "## 10. "],
}
# Rows with a date in the calendar or a rhythm are duties, not limits.
DUTIES = {
    "cq_month",
    "cq_quarter",
    "sd_finance",
    "village_finance",
    "village_general",
    "pub_enforce_stats",
    "pub_sme_overdue",
    "annual_stats",
    "ar_internal",
    "ar_publish",
    "ar_submit",
    "const_day",
    "dis_rhythm",
    "gov_info_ar",
    "mid_check",
    "pet_year",
    "pub_list",
    "shufa",
}


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "reference").is_dir(), reason="no shared folder")
@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_the_deadline_tables_is_a_limit_or_a_duty(name: str) -> None:
    text = (SHARED / "reference" / name).read_text(encoding="utf-8")
    known = alias_index(LIMITS, THRESHOLDS)
    rows: set[str] = set()
    for section in TABLES[name]:
        begin = text.index("\n" + section)
        body = text[begin : begin + 4 + re.search(r"\n## |\n### |\Z", text[begin + 4 :]).start()]  # type: ignore[union-attr]
        body = body.split("| event |")[0]
        for match in re.finditer(r"^\|\s*([a-z][a-z0-9_ /]*?)\s*\|", body, re.MULTILINE):
            rows |= {key for key in re.split(r"\s*/\s*", match.group(1)) if key != "key"}
    assert len(rows) > 20
    assert {r for r in rows if r not in known} <= DUTIES


def chinese(n: int) -> str:
    digits = "零一二三四五六七八九"
    if n < 10:
        return digits[n]
    tens, ones = divmod(n, 10)
    if n < 100:
        return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
    hundreds, rest = divmod(n, 100)
    tail = (
        chinese(rest) if rest >= 20 else ("一" + chinese(rest) if rest >= 10 else "零" + chinese(rest) if rest else "")
    )
    return digits[hundreds] + "百" + tail


@cache
def texts() -> dict[str, list[tuple[str, str]]]:
    """title -> [(date of adoption, text)], oldest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((SHARED / "laws").rglob("*.md")):
        match = re.fullmatch(r"(.+)\((\d{4}-\d\d-\d\d)\)", path.stem)
        if match:
            found.setdefault(match[1], []).append((match[2], path.read_text(encoding="utf-8")))
    return found


def article(statute: str, number: int, adopted_before: str) -> str | None:
    editions = [text for adopted, text in texts().get(statute, []) if adopted <= adopted_before]
    if not editions:
        return None
    match = re.search(
        rf"^\s*第{chinese(number)}条(?!之).*?(?=^\s*第[一二三四五六七八九十百零]+条|^#|\Z)",
        editions[-1],
        re.DOTALL | re.MULTILINE,
    )
    return match[0].translate(str.maketrans("０１２３４５６７８９", "0123456789")) if match else ""


def says(text: str, version: LimitVersion) -> bool:
    assert version.quantity is not None
    number = f"(?:{chinese(version.quantity)}|{version.quantity}{'|两' if version.quantity == 2 else ''})"
    unit = {"working_day": "(?:个工作)?日", "calendar_day": "日", "hour": "小时", "month": "个月", "year": "年"}[
        version.unit
    ]
    return re.search(rf"(?<![十百零一二三四五六七八九\d]){number}{unit}", text) is not None


CURRENT = [
    (limit.key, version)
    for limit in LIMITS.values()
    for version in limit.versions
    if version.quantity and version.valid_to is None and version.basis and version.basis.verified is True
]


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "laws").is_dir(), reason="no shared folder")
@pytest.mark.parametrize(("key", "version"), CURRENT, ids=[key for key, _ in CURRENT])
def test_the_article_cited_says_the_number(key: str, version: LimitVersion) -> None:
    basis = version.basis
    assert basis is not None
    assert basis.statute is not None
    assert isinstance(basis.article, int)
    text = article(basis.statute, basis.article, "2026-06-03")
    assert text, f"{basis}: no text to check {key} with; mark it verified: partly"
    assert says(text, version), f"{basis}: {text[:80]}"
