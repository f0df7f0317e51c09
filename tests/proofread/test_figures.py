"""What is a figure of a report, and what is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yifa.proofread import Document, Figure, proofread
from yifa.proofread.figures import read_figures
from yifa.proofread.subjects import IndicatorIndex

HERE = Path(__file__).parent
SENTENCES = yaml.safe_load((HERE / "sentences.yaml").read_text(encoding="utf-8"))
SAMPLES = yaml.safe_load((HERE / "samples.yaml").read_text(encoding="utf-8"))
NO_NAMES = IndicatorIndex([])


def brief(figure: Figure) -> str:
    value = f"{figure.value}" if figure.value_max is None else f"{figure.value}..{figure.value_max}"
    return f"{value} {figure.unit}" + (f" {figure.approx}" if figure.approx else "")


def read(text: str) -> list[Figure]:
    return read_figures(Document(text), NO_NAMES, [])


@pytest.mark.parametrize("case", SENTENCES, ids=[case["text"][:16] for case in SENTENCES])
def test_sentence(case: dict[str, Any]) -> None:
    assert [brief(figure) for figure in read(case["text"])] == case["want"]


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_report(name: str, codex: Any) -> None:
    want = SAMPLES[name]
    report = proofread((HERE / "samples" / name).read_text(encoding="utf-8"), codex=codex)
    assert (report.title, report.organization, report.year) == (want["title"], want["organization"], want["year"])
    assert [part.key for part in report.parts if not part.present] == want["missing"]
    assert [brief(figure) for figure in report.figures] == want["figures"]
    assert not report.has_errors


@pytest.mark.parametrize(("text", "subject"), [
    ("发放普法宣传资料15000余份。", "普法宣传资料"), ("全年共举办法治讲座4期。", "法治讲座"), ("购置2台执法仪。", "执法仪"),
    ("今年来，全镇累计受理信访案件53宗。", "受理信访案件"), ("全镇17个行政村设立便民服务站。", "行政村"), ("任务完成率达100%。", "任务完成率"),
])
def test_subject(text: str, subject: str) -> None:
    assert [figure.subject for figure in read(text)] == [subject]


@pytest.mark.parametrize(("text", "names"), [
    ("答复率和答复及时率均达100%。", ["答复率", "答复及时率"]),
    ("受理率、办结率分别为100%、98%。", ["受理率", "办结率"]),
    ("婚姻、邻里纠纷分别为12件和15件。", ["婚姻", "邻里纠纷"]),
])
def test_shared_and_distributed_subjects(text: str, names: list[str]) -> None:
    assert [figure.subject for figure in read(text)] == names


@pytest.mark.parametrize(("text", "keys"), [
    ("受理信访案件53宗，办结49宗，办结率92.5%。", ["petition.accepted", "petition.closed", "petition.closed_rate"]),
    ("受理矛盾纠纷56宗，办结56宗。", ["mediation.accepted", "mediation.town_closed"]),
    ("建设人民调解委员会8个，人民调解员49名，调解室8个。", ["mediation.committees", "mediation.mediators", "mediation.rooms"]),
    ("发放宣传手册300份，受众2000人次。", ["publicity.materials", "publicity.audience"]),
    ("主动公开政府信息51条。", ["disclosure.proactive"]),
    ("植树造林300亩。", [None]),
])
def test_indicator(text: str, keys: list[str | None], codex: Any) -> None:
    assert [figure.indicator for figure in proofread(text, codex=codex).figures] == keys


def test_next_years_targets_are_no_figures_but_a_census_is(codex: Any) -> None:
    text = ("青溪镇2023年法治政府建设工作总结\n一、工作成效\n调解纠纷5件。\n二、下一步打算\n在全镇17个村推广，举办培训8场，覆盖率达到95%。\n")
    assert [brief(figure) for figure in proofread(text, codex=codex).figures] == ["5 件", "17 个"]


def test_figures_in_tables_take_their_unit_from_heading_row_or_caption(codex: Any) -> None:
    text = ("项目\t数量\t单位\n受理矛盾纠纷\t215\t件\n罚没款\t4.8\t万元\n\n（单位：件）\n项目\t上半年\t下半年\n调解成功\t100\t111\n\n"
            "项目\t数量\n普法活动（场次）\t36\n宣传资料\t12\n")
    report = proofread(text, codex=codex)
    assert [brief(figure) for figure in report.figures] == ["215 件", "48000 元", "100 件", "111 件", "36 场次"]
    assert [(finding.kind, finding.text) for finding in report.findings if finding.kind == "table_unit"] == [("table_unit", "12")]


UNITS = st.sampled_from(["件", "起", "次", "场次", "人次", "名", "份", "个", "条", "期", "处", "%"])
SUBJECTS = st.sampled_from(["受理矛盾纠纷", "开展普法宣传", "培训网格员", "发放宣传单", "走访群众", "排查隐患", "公开信息", "办理事项"])
APPROX = st.sampled_from([("", "", None), ("约", "", "约"), ("近", "", "近"), ("", "余", "余"), ("", "多", "多"), ("超过", "", "超"),
                          ("不少于", "", "不少于")])
NUMBER = st.integers(min_value=1, max_value=99_999)
LINK = st.sampled_from(["", "共", "达", "累计", "共计"])
NOISE = st.sampled_from(["", "2023年3月5日，", "严格落实“三重一大”制度，", "按照第十二条要求，", "深入学习党的二十大精神，", "（一）", "坚持三级联动，"])


def written(number: int, style: int) -> str:
    if style == 1:
        return f"{number:,}"
    if style == 2:
        return "".join(chr(ord(char) + 0xFEE0) for char in str(number))
    return str(number)


@given(st.lists(st.tuples(NOISE, SUBJECTS, LINK, NUMBER, UNITS, APPROX, st.integers(0, 2)), min_size=1, max_size=6))
def test_every_figure_written_is_read_back(items: list[tuple[Any, ...]]) -> None:
    text, want = "", []
    for noise, subject, link, number, unit, (before, after, approx), style in items:
        if unit == "%":
            subject, after, before = subject + "率", "", ""
            approx = None
        text += f"{noise}{subject}{link}{before}{written(number, style)}{after}{unit}，"
        want.append((number, unit, approx))
    figures = read(text + "成效明显。")
    assert [(figure.value, figure.unit, figure.approx) for figure in figures] == want
    for figure in figures:
        assert text[figure.start:figure.end] == figure.text


@given(st.text(alphabet="一二三四五六七八九十百千万第次件名％%0123456789，。、（）《》“”年月日约余 \n\t|全镇调解成功率分别为", max_size=200))
def test_any_text_is_read_without_failure_and_offsets_hold(text: str) -> None:
    document = Document(text)
    for figure in read_figures(document, NO_NAMES, []):
        assert document.text[figure.start:figure.end] == figure.text
        assert document.text[:figure.number_start].count("\n") + 1 == figure.line


@pytest.mark.parametrize("text", ["一" * 50_000, "1" * 50_000, "（" * 20_000, "《" * 20_000, "1," * 30_000, "\t1" * 20_000, "率、" * 20_000, "“" * 5000 + "1件",
                                  "第一" * 20_000, "项目\t" + "9" * 9000 + "\n项目\t1", "》" * 9000 + "5件", "一、" * 9000])
def test_senseless_texts_are_read_to_their_end(text: str, codex: Any) -> None:
    assert proofread(text, codex=codex).text == text
