"""The HTML page is self-contained; every figure opens the records behind it; nothing sealed is in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from tests.indicators.conftest import ledger
from tests.indicators.tiny import CASE, MEDIATOR, SUMMARY, Ledger
from tests.reports.kit import ENTRIES, report_codex
from yifa.indicators.tables import Column
from yifa.reports.render.html import shown
from yifa.reports.render.produce import produce

__all__ = ["ledger"]


def page_of(ledger: Ledger, folder: Path, **more: Any) -> Any:
    made = produce(ledger.connection, report_codex(more.pop("entries", ENTRIES)), ["A"], "青溪镇人民政府", 2025, folder,
                   outline_key="small", **more)  # fmt: skip
    return lxml_html.fromstring(made.html.read_text(encoding="utf-8"))


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    for i in range(5):
        ledger.add(CASE, {"accepted_on": f"2025-05-0{i + 1}", "closed_on": "2025-06-01" if i else None, "amount": 150,
                          "title": "<b>村道</b>积水", "party": "张三丰"}, restricted="head" if i == 4 else None)  # fmt: skip
    ledger.add(MEDIATOR, {"appointed_on": "2020-01-01"})
    return ledger


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(filled: Ledger, tmp_path: Path) -> None:
    page = page_of(filled, tmp_path)
    assert page.xpath("//script|//link|//img|//iframe|//@onclick") == []
    assert "http" not in lxml_html.tostring(page, encoding="unicode")
    assert not re.search(r"url\(|@import|:has\(|color-mix|oklch|@layer", page.xpath("//style")[0].text)


def test_every_figure_is_a_link_to_its_records_and_back(filled: Ledger, tmp_path: Path) -> None:
    page = page_of(filled, tmp_path)
    links = page.xpath('//article//a[@class="fig"]')
    assert [a.text for a in links] == ["5件", "4件", "80%", "7.50元", "1名"]
    for a in links:
        panel = page.get_element_by_id(a.get("href")[1:])
        assert a.text in panel.xpath("string(h2)")
        back = panel.xpath('a[@class="close"]')[0].get("href")[1:]
        assert page.get_element_by_id(back).text == a.text


def test_visible_and_hidden_records_add_up_and_no_sealed_value_is_shown(filled: Ledger, tmp_path: Path) -> None:
    page = page_of(filled, tmp_path)
    panel = page.get_element_by_id("d-accepted")
    assert len(panel.xpath(".//tbody/tr")) == 4
    assert panel.xpath("string(.//dl)") == "可查看4 条限定岗位查看1 条"
    assert "另有 1 条限定岗位查看" in panel.text_content()
    assert "<b>村道</b>积水" in panel.text_content()
    assert "张三丰" not in page.text_content()
    opened = page_of(filled, tmp_path, readable=["head"]).get_element_by_id("d-accepted")
    assert len(opened.xpath(".//tbody/tr")) == 5


def test_a_sum_shows_what_each_record_adds_in_yuan(filled: Ledger, tmp_path: Path) -> None:
    panel = page_of(filled, tmp_path, readable=["head"]).get_element_by_id("d-amount")
    assert panel.xpath("string(.//th[last()])") == "计入（元）"
    assert [r.xpath("string(td[last()])") for r in panel.xpath(".//tbody/tr")] == ["1.5"] * 5


def test_a_rate_leads_to_its_numerator_and_denominator(filled: Ledger, tmp_path: Path) -> None:
    panel = page_of(filled, tmp_path).get_element_by_id("d-rate")
    assert [(a.get("href"), a.text) for a in panel.xpath("h3/a")] == [("#d-closed", "矛盾纠纷办结 4件"), ("#d-accepted", "受理矛盾纠纷 5件")]


def test_annex_states_definition_count_and_digest(filled: Ledger, tmp_path: Path) -> None:
    rows = page_of(filled, tmp_path).xpath('//section[@id="annex"]//tbody/tr')
    assert [r.xpath("string(td[2])") for r in rows] == ["受理矛盾纠纷", "矛盾纠纷办结", "办结率", "涉及金额", "调解员"]
    assert rows[0].xpath("string(td[5])") == "5"
    assert re.fullmatch(r"[0-9a-f]{64}", rows[0].xpath("string(td[6])"))


def test_summary_entries_are_named_with_their_period(filled: Ledger, tmp_path: Path) -> None:
    filled.add(SUMMARY, {"indicator": "accepted", "period_from": "2025-01-01", "period_to": "2025-03-31", "value": 20})
    page = page_of(filled, tmp_path)
    assert page.xpath('string(//a[@class="fig"])') == "25件（部分仅有汇总、无明细）"
    assert "2025年1月1日至2025年3月31日，20件，仅有汇总、无明细" in page.get_element_by_id("d-accepted").text_content()


def test_least_per_quarter_shows_the_count_of_each_quarter(ledger: Ledger, tmp_path: Path) -> None:
    for on in ("2025-02-01", "2025-05-01", "2025-08-01", "2025-11-01", "2025-11-02"):
        ledger.add(CASE, {"accepted_on": on})
    least = {"key": "accepted", "name": "每季度受理", "least_per": {"of": "case", "on": "accepted_on", "period": "quarter"}}
    panel = page_of(ledger, tmp_path, entries=[least, *ENTRIES[1:]]).get_element_by_id("d-accepted")
    assert panel.xpath("(.//table)[1]//th/text()") == ["第1季度", "第2季度", "第3季度", "第4季度"]
    assert panel.xpath("(.//table)[1]//td/text()") == ["1", "1", "1", "2"]


@pytest.mark.parametrize(("kind", "decimals", "value", "text"), [
    ("number", 2, 150, "1.50"), ("number", 0, 15, "15"), ("boolean", 0, 1, "是"), ("boolean", 0, 0, "否"),
    ("text", 0, None, ""), ("date", 0, "2025-01-05", "2025-01-05"),
])  # fmt: skip
def test_values_are_shown_as_people_read_them(kind: str, decimals: int, value: object, text: str) -> None:
    assert shown(Column("f_x", kind, decimals=decimals), value) == text  # type: ignore[arg-type]


@pytest.mark.chromium
def test_a_click_opens_the_records_beside_the_text_and_back_closes_them(filled: Ledger, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    page_of(filled, tmp_path)
    browser = next(p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n)))
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = opened.new_context(viewport={"width": 1366, "height": 768}, java_script_enabled=True).new_page()
        page.goto(next(tmp_path.glob("*.html")).as_uri())
        assert page.locator(".panel:visible").count() == 0
        page.locator("a.fig").first.click()
        panel = page.locator(".panel:visible")
        assert panel.locator("tbody tr").count() == 4
        text, side = page.locator("article").bounding_box(), panel.bounding_box()
        assert text is not None
        assert side is not None
        assert text["x"] + text["width"] <= side["x"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        panel.locator(".close").click()
        assert page.locator(".panel:visible").count() == 0
        page.emulate_media(media="print")
        assert page.locator(".page aside:visible, .bar:visible").count() == 0
        opened.close()
