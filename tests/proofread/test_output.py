"""The JSON keys, the page and the tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from lxml import html

from yifa.proofread import proofread, report_page
from yifa.proofread.html import STYLE, style_hash
from yifa.proofread.table import figure_rows, finding_rows, part_rows, summary_rows

SAMPLE = (Path(__file__).parent / "samples" / "a.txt").read_text(encoding="utf-8").replace("办结率97.3%", "办结率93.7%<b>")


def test_json_has_exactly_the_keys_of_the_design(codex: Any) -> None:
    data = json.loads(json.dumps(proofread(SAMPLE, codex=codex, file="a.txt").as_dict(), ensure_ascii=False))
    assert list(data) == ["file", "title", "organization", "year", "parts", "figures", "citations", "findings"]
    assert list(data["parts"][0]) == ["key", "name", "present", "heading", "line"]
    assert list(data["figures"][0]) == ["text", "value", "value_max", "unit", "approx", "subject", "indicator", "start", "end", "line"]
    assert list(data["citations"][0]) == ["text", "statute", "article", "status", "start", "end", "line"]
    assert list(data["findings"][0]) == ["kind", "severity", "message", "text", "start", "end", "line", "suggestion", "basis"]


def test_text_is_given_when_asked_for_and_all_offsets_hold(codex: Any) -> None:
    data = proofread("\ufeff" + SAMPLE.replace("\n", "\r\n"), codex=codex).as_dict(with_text=True)
    assert list(data)[4] == "text"
    assert not {"\r", "\ufeff"} & set(data["text"])
    for item in (*data["figures"], *data["citations"], *data["findings"]):
        assert data["text"][item["start"]:item["end"]] == item["text"]
        assert data["text"][:item["start"]].count("\n") + 1 <= item["line"]


def test_page_is_self_contained_and_shows_the_whole_text(codex: Any) -> None:
    report = proofread(SAMPLE, codex=codex)
    page = report_page(report)
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script|//img|//link|//iframe|//*[@style]|//*[starts-with(name(@*),'on')]")
    assert style_hash() in page
    assert STYLE in page
    for mark in tree.xpath("//div[@class='text']//sup"):
        mark.text, mark[0].text = "", ""
    assert tree.xpath("string(//div[@class='text'])") == report.text
    assert len(tree.xpath("//div[@id and starts-with(@id,'note-')]")) == len(report.findings) > 0
    assert len(tree.xpath("//table[1]/tbody/tr")) >= 1
    assert {link.get("href")[1:] for link in tree.xpath("//a[starts-with(@href,'#')]")} <= {node.get("id") for node in tree.xpath("//*[@id]")}
    assert not re.search(r"(?:src|href)=\"(?!#)", page)


def test_tables(codex: Any) -> None:
    report = proofread(SAMPLE, codex=codex, file="a.txt")
    names = {item.key: item.name for item in codex.indicators}
    assert len(figure_rows(report, names)) == len(report.figures) + 1
    assert [row[5] for row in figure_rows(report, names) if row[1] == "宣传资料"] == ["发放普法资料"]
    assert len(finding_rows(report)) == len(report.findings) + 1
    assert [row[1] for row in part_rows(report)[1:]] == ["有"] * 5
    assert summary_rows([report])[1][:5] == ("a.txt", "云栖县青溪镇", "2023", str(len(report.figures)), str(len(report.citations)))
