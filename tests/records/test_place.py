"""Where an installation lies: regional limits of its county apply to what is recorded there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tests.records.kit import BASIS, LIMITS, accept, make_codex
from yifa.codex import Codex
from yifa.records.organisations import add_organisation, installation_place
from yifa.records.setup import open_home
from yifa.records.store import prepare


def codex() -> Codex:
    """Twenty working days everywhere, five calendar days below 3307."""
    own = {"quantity": 5, "unit": "calendar_day", "from": "2020-01-01", "region": "3307", "basis": BASIS}
    return make_codex(limits=[{**LIMITS[0], "versions": [*LIMITS[0]["versions"], own]}])


@pytest.mark.parametrize(
    ("county", "division", "due"),
    [
        ("330799", None, "2026-03-07"),
        ("county", "330799", "2026-03-07"),
        ("county", None, "2026-03-30"),
        ("320699", None, "2026-03-30"),
    ],
)
def test_a_record_is_judged_by_its_countys_own_limit(tmp_path: Path, county: str, division: str | None, due: str) -> None:
    home, made = tmp_path / "home", codex()
    prepare(home, made)
    add_organisation(county, "山南县人民政府", "county", division_code=division)
    add_organisation("ql", "青龙镇人民政府", "town", county)
    ledger = open_home(home, made, today=lambda: date(2026, 6, 30))
    assert [d["due"] for d in ledger.record(accept()).deadlines] == [due]
    assert ledger.rebuild() == []
    connection.close()


def test_several_topmost_organisations_share_what_their_codes_begin_with(tmp_path: Path) -> None:
    home = tmp_path / "home"
    prepare(home, codex())

    def place() -> str:
        with connection.cursor() as cursor:
            return installation_place(cursor)

    assert place() == ""
    add_organisation("330702", "甲区人民政府", "county")
    add_organisation("330703", "乙区人民政府", "county")
    assert place() == "33070"
    add_organisation("zhen", "丙镇人民政府", "town")
    assert place() == ""
    connection.close()
