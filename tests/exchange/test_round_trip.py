"""导出写出的，导入能原样读回：every definition, register and procedure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.exchange.conftest import close, make_ledger, stored
from tests.exchange.made import Maker
from yifa.codex import load
from yifa.exchange.export import export_file
from yifa.exchange.importer import import_file
from yifa.exchange.template import choices_of, write_template
from yifa.procedure.definition import Definition
from yifa.records.acts import IMPORTER, Act, BatchRefused, new_uid
from yifa.records.ledger import Ledger

DEFINITIONS = sorted(load().definitions)


def enter(ledger: Ledger, d: Definition, count: int, seed: int = 1) -> None:
    """Records as the store takes them, without any spreadsheet."""
    acts = []
    for i, steps in enumerate(Maker(ledger.codex, seed).records(d, count)):
        uid = new_uid()
        for n, s in enumerate(steps):
            acts.append(Act("qs", d.key, s.step, s.on, s.data, "小王", (IMPORTER,), uid if n else None, None if n else uid, True,
                            "补录", {"system": "test"}, foreign_number=f"{d.name}-{i}" if i % 2 else None))  # fmt: skip
    try:
        ledger.record_many(acts)
    except BatchRefused as e:
        raise AssertionError([(o.problems, o.refusals) for o in e.outcomes if o.problems or o.refusals]) from e


def core(records: list[dict[str, Any]]) -> list[Any]:
    return sorted(((r["steps"], r["foreign"]) for r in records), key=repr)


@pytest.mark.parametrize("key", DEFINITIONS)
def test_what_is_exported_is_imported_again_as_it_was(shared_ledger: Ledger, tmp_path: Path, key: str) -> None:
    d = shared_ledger.codex.definitions[key]
    enter(shared_ledger, d, 12)
    path = tmp_path / "out.xlsx"
    assert export_file(shared_ledger, key, path, org="qs", personal="换机迁移数据") >= 3
    report = import_file(shared_ledger, key, "bh", path, actor="小李")
    assert report.problems == []
    assert (report.new, report.same, report.changed) == (report.rows, 0, 0)
    assert core(stored(shared_ledger, key, "bh")) == core(stored(shared_ledger, key, "qs"))


@pytest.mark.postgres
@pytest.mark.parametrize("key", ["publicity_event", "mediation_committee", "dispute", "penalty"])
def test_the_same_on_postgresql(postgres_database: str, tmp_path: Path, key: str) -> None:
    ledger = make_ledger(tmp_path / "home", postgres_database)
    try:
        enter(ledger, ledger.codex.definitions[key], 8)
        path = tmp_path / "out.xlsx"
        export_file(ledger, key, path, org="county", personal="换机迁移数据")
        assert import_file(ledger, key, "qs", path, actor="小李").changed == 0
        assert import_file(ledger, key, "bh", path, actor="小李").problems == []
        assert core(stored(ledger, key, "bh")) == core(stored(ledger, key, "qs"))
    finally:
        close()


@pytest.mark.parametrize("key", DEFINITIONS)
def test_an_export_imported_where_it_came_from_changes_nothing(shared_ledger: Ledger, tmp_path: Path, key: str) -> None:
    """Also without the personal values: what an export does not show stays as it is."""
    d = shared_ledger.codex.definitions[key]
    if not stored(shared_ledger, key, "qs"):
        enter(shared_ledger, d, 12)
    for personal in ("", "核对个人信息"):
        path = tmp_path / f"out{bool(personal)}.xlsx"
        export_file(shared_ledger, key, path, org="qs", personal=personal)
        report = import_file(shared_ledger, key, "qs", path, actor="小李")
        assert report.problems == []
        assert (report.new, report.changed, report.same, report.written) == (0, 0, report.rows, False)


@pytest.mark.parametrize("key", DEFINITIONS)
def test_the_template_s_example_row_imports_once_its_mark_is_gone(shared_ledger: Ledger, tmp_path: Path, key: str) -> None:
    import openpyxl

    path = tmp_path / "template.xlsx"
    d = shared_ledger.codex.definitions[key]
    write_template(d, path, choices_of(shared_ledger.codex, d))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [c.value for c in sheet[1]]
    assert sheet.cell(2, headings.index("原编号") + 1).value == "示例"
    sheet.cell(2, headings.index("原编号") + 1).value = "云河〔2026〕1号"
    for n, heading in enumerate(headings, 1):  # what only the town can say
        if str(heading).endswith("*") and sheet.cell(2, n).value is None:
            sheet.cell(2, n).value = "柳河村"
    book.save(path)
    report = import_file(shared_ledger, key, "county", path, actor="小李", dry_run=True)
    assert report.problems == []
    assert report.new == 1
    assert report.unread == []
