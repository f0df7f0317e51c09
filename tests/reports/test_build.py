"""Building a report: parts, numbering, what people write, what is refused."""

from __future__ import annotations

import pytest

from tests.reports.kit import figures, report_codex
from yifa.reports.build import ReportError, build, figures_needed
from yifa.reports.document import Meta, chinese_number, title_lines

TEXTS = {"problems": ["一是人手不足。", "", "二是培训不够。"]}


def test_the_parts_the_law_demands_are_numbered_and_figures_marked() -> None:
    doc = build(report_codex(), figures(accepted=53, closed=49, rate="92.5", mediators=8), "small", "青溪镇人民政府",
                2025, "2025-11-30", TEXTS)  # fmt: skip
    assert doc.plain_text() == (
        "青溪镇人民政府关于2025年法治政府建设情况的报告\n"
        "现将青溪镇人民政府2025年的情况报告如下，统计截止日为2025年11月30日。\n"
        "一、2025年主要举措和成效\n（一）化解矛盾纠纷\n"
        "受理矛盾纠纷53件，办结49件，办结率92.5%（办结数与受理数之比）。\n"
        "（二）建强队伍\n现有调解员8名。\n"
        "二、存在的不足和原因\n一是人手不足。\n二是培训不够。\n三、其他需要报告的情况\n无。\n"
    )
    assert list(doc.figures) == ["accepted", "closed", "rate", "mediators"]


def test_an_empty_section_leaves_and_the_numbering_closes_up() -> None:
    doc = build(report_codex(), figures(mediators=8), "small", "青溪镇", 2025, "2025-12-31", TEXTS)
    assert [s.heading for s in doc.parts[0].sections] == ["（一）建强队伍"]


def test_sentences_stand_in_paragraphs_as_the_outline_says() -> None:
    doc = build(report_codex(), figures(accepted=1, amount="3000"), "small", "青溪镇", 2025, "2025-12-31", TEXTS)
    section = doc.parts[0].sections[0]
    assert [p.text for p in section.paragraphs] == ["受理矛盾纠纷1件。", "纠纷涉及金额3000元。"]


def test_a_draft_shows_what_is_left_to_write_and_a_final_report_is_refused() -> None:
    meta = Meta(prompts={"problems": ["本年有 3 件逾期。"]})
    doc = build(report_codex(), figures(mediators=8), "small", "青溪镇", 2025, "2025-12-31", meta=meta)
    assert [(p.kind, p.text) for p in doc.parts[1].paragraphs] == [
        ("todo", "【待撰写】此部分由人撰写。"), ("prompt", "写明原因。"), ("prompt", "本年有 3 件逾期。")]  # fmt: skip
    assert doc.unwritten == ["存在的不足和原因"]
    with pytest.raises(ReportError, match="还有 1 个部分没有写：存在的不足和原因"):
        build(report_codex(), figures(mediators=8), "small", "青溪镇", 2025, "2025-12-31", draft=False)
    final = build(report_codex(), figures(mediators=8), "small", "青溪镇", 2025, "2025-12-31", TEXTS, draft=False)
    assert "待撰写" not in final.plain_text()


def test_people_may_add_to_any_section_and_a_part_without_data_is_not_silent() -> None:
    doc = build(report_codex(), figures(), "small", "青溪镇", 2025, "2025-12-31", {**TEXTS, "people": ["聘请退休法官。"]})
    assert doc.parts[0].sections[0].paragraphs[0].text == "聘请退休法官。"
    empty = build(report_codex(), figures(), "small", "青溪镇", 2025, "2025-12-31", TEXTS)
    assert empty.parts[0].paragraphs[0].text.startswith("【待撰写】统计期内没有可以写入的数据")


@pytest.mark.parametrize(("change", "word"), [
    ({"outline_key": "nothing"}, "没有报告提纲“nothing”；现有：small"),
    ({"year": 2026, "cutoff": "2026-12-31"}, "适用于 2021—2025年度"),
    ({"cutoff": "2026-01-01"}, "不在 2025 年内"),
    ({"texts": {"nowhere": ["x"]}}, "提纲里没有“nowhere”"),
    ({"figures": {}}, "缺少 5 个数字"),
])  # fmt: skip
def test_what_cannot_be_built_says_why(change: dict, word: str) -> None:
    given = {"figures": figures(), "outline_key": "small", "town": "青溪镇", "year": 2025, "cutoff": "2025-12-31"}
    with pytest.raises(ReportError, match=word):
        build(report_codex(), **{**given, **change})


def test_an_outline_names_all_figures_that_it_may_print() -> None:
    assert figures_needed(report_codex().outlines["small"]) == ["accepted", "closed", "rate", "amount", "mediators"]


@pytest.mark.parametrize(("n", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_chinese_numbers_of_headings(n: int, words: str) -> None:
    assert chinese_number(n) == words


def test_long_titles_break_before_the_matter() -> None:
    assert title_lines("青溪镇人民政府关于2025年法治政府建设情况的报告") == ["青溪镇人民政府", "关于2025年法治政府建设情况的报告"]
    assert title_lines("青溪镇2025年法治政府建设年度报告") == ["青溪镇2025年法治政府建设年度报告"]
