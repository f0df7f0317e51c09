"""What reading many published reports taught: constructions that were misread, and slips that went unnoticed."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from yifa.proofread import proofread, read_document
from yifa.proofread.docx_numbers import chinese_number
from yifa.proofread.read import join_lines

PARTS = (
    "一、主要举措和成效\n（一）抓学习\n全年学法4次。\n（二）抓执法\n{}\n",
    "二、存在的不足和原因\n一是队伍力量偏弱，原因是编制少。二是宣传方式单一，原因是人手紧。\n",
    "三、党政主要负责人履行推进法治建设第一责任人职责情况\n书记、镇长带头学法，研究法治工作3次。\n",
    "四、2024年主要安排\n继续加强培训，完善制度，补齐短板，让群众办事更方便。\n",
    "五、其他需要报告的情况\n无。\n",
)
HEAD = "柳溪镇2023年度法治政府建设情况报告\n2023年，柳溪镇认真推进依法行政工作，为全镇发展提供保障。现将2023年度法治政府建设情况报告如下：\n"
TAIL = "柳溪镇人民政府\n2024年1月9日\n"


def report(sentence: str = "开展检查5次。", leave_out: int | None = None) -> str:
    parts = [part for place, part in enumerate(PARTS) if place != leave_out]
    return HEAD + "".join(parts).replace("{}", sentence) + TAIL


def kinds(text: str, codex: Any, severity: str = "error") -> set[str]:
    return {item.kind for item in proofread(text, codex=codex).findings if item.severity == severity}


def all_kinds(text: str, codex: Any) -> set[str]:
    return {item.kind for item in proofread(text, codex=codex).findings}


def test_the_sound_report_has_no_finding(codex: Any) -> None:
    assert not [item for item in proofread(report(), codex=codex).findings if item.severity != "info"]


@pytest.mark.parametrize("place", range(4))
def test_a_part_left_out_of_the_statutory_outline_is_an_error(place: int, codex: Any) -> None:
    found = [item for item in proofread(report(leave_out=place), codex=codex).findings if item.kind == "missing_part"]
    assert [item.severity for item in found] == ["error"]


def test_a_second_level_heading_in_passing_does_not_stand_for_a_part(codex: Any) -> None:
    text = report(leave_out=2).replace("（二）抓执法", "（二）压实第一责任人职责")
    found = [item for item in proofread(text, codex=codex).findings if item.kind == "missing_part"]
    assert [item.severity for item in found] == ["warning"]


@pytest.mark.parametrize("year", ["2021", "2022", "2024", "2025"])
def test_a_wrong_year_in_the_title_is_marked_there(year: str, codex: Any) -> None:
    found = proofread(report().replace("柳溪镇2023", f"柳溪镇{year}", 1), codex=codex)
    assert found.year == 2023
    assert [(item.kind, item.text, item.line) for item in found.findings if item.severity == "error"] == [("year_mismatch", f"{year}年", 1)]


def test_next_years_ideas_in_the_opening_do_not_set_the_year(codex: Any) -> None:
    text = "柳溪镇党委：\n2023年，柳溪镇依法行政。现将柳溪镇2023年法治建设情况及2024年度工作思路报告如下：\n一、2023年工作成效\n学法3次。\n"
    found = proofread(text, codex=codex)
    assert (found.year, [item.kind for item in found.findings if item.severity == "error"]) == (2023, [])


def test_a_signature_before_the_year_is_over(codex: Any) -> None:
    assert "year_mismatch" in all_kinds(report().replace("2024年1月9日", "2023年1月9日"), codex)


@pytest.mark.parametrize(("sentence", "kind"), [
    ("处罚90宗，其中简易程序案件70件，罚款金额2万元；普通程序案件30件，罚款金额8万元。", "sum_mismatch"),
    ("执法队员15名，其中派驻6人，市场站2人，资规站18人。", "part_exceeds_total"),
    ("开展活动30场次，其中讲座9场、院坝会41场。", "part_exceeds_total"),
    ("应出庭4件，实际出庭3件，出庭应诉率100%。", "rate_mismatch"),
    ("受理上年结转案件4件，当年受理46件，办结49件，办结率89%。", "rate_mismatch"),
    ("发生纠纷50件，其中邻里纠纷20件、一般纠纷30件。已成功调解48件，正在调处的纠纷2件，成功率69%。", "rate_mismatch"),
    ("调解矛盾纠纷60宗，调解成功66宗。", "part_exceeds_total"),
    ("查处违法行为300余件次，罚款金额达18000余万元。", "unit_mismatch"),
    ("投入资金9万份，建成广场1处。", "unit_mismatch"),
])
def test_slips_in_numbers(sentence: str, kind: str, codex: Any) -> None:
    assert kind in all_kinds(report(sentence), codex)


@pytest.mark.parametrize("sentence", [
    "查出一般隐患150条，重大隐患4条，整改完成154条，整改完成率100%。",
    "处罚100宗，其中简易程序案件70件，罚款金额2万元；普通程序案件30件，罚款金额8万元。",
    "办理案件40起，其中简易程序15起，出动200人次，受理纠纷90起。",
    "4个部门主要负责人现场述法，7个部门主要负责人书面述法。",
    "受理上年结转案件4件，当年受理46件，办结49件，办结率98%。",
    "今年我镇坚持问题导向，宣传10场。",
    "村民方便的办事点有3处。居民金融知识宣传2场。",
])
def test_sound_numbers(sentence: str, codex: Any) -> None:
    assert not [item for item in proofread(report(sentence), codex=codex).findings if item.severity != "info"]


@pytest.mark.parametrize("title", [
    "中华人民共和国民法曲", "信访访工作条例", "行政处罚罚法", "中华人民共和国乡村兴振促进法", "中华人民共和国城市房地产管里法", "优化营营商环境条例",
    "党政主要负责人履行推动法治建设第一责任人职责规定", "城市市容和环境卫生官理条例", "中华人民共和国土地官理法",
])
def test_titles_with_one_slip(title: str, codex: Any) -> None:
    assert "wrong_title" in all_kinds(report(f"学习《{title}》。"), codex)


@pytest.mark.parametrize("title", [
    "新安全生产法", "养老服务条例", "平安建设条例", "规范性文件管理办法", "物业管理办法", "监察官法", "城市管理条例", "电梯安全条例", "村民自治章程",
])
def test_titles_of_other_documents(title: str, codex: Any) -> None:
    assert "wrong_title" not in kinds(report(f"学习《{title}》。"), codex)


def test_a_villagers_full_name(codex: Any) -> None:
    assert "personal_data" in all_kinds(report("办理村民赵大河的信访事项1件。"), codex)


def test_numbering_of_running_text_without_line_breaks(codex: Any) -> None:
    text = "现将2023年法治建设情况报告如下：一、成效 （一）抓学习。学法4次。（三）抓执法。检查5次。二、不足。三、打算。"
    assert "heading_numbering" in all_kinds(text, codex)
    assert "heading_numbering" not in all_kinds(text.replace("（三）", "（二）"), codex)


def test_villages_are_counted_as_villages(codex: Any) -> None:
    figure = proofread("邀请法律顾问到14个村开展服务。", codex=codex).figures[0]
    assert (figure.value, figure.indicator) == (14, None)


def test_a_table_whose_unit_spans_its_columns(codex: Any) -> None:
    text = "处罚情况\n处罚数量（宗） | | |\n警告 | 罚款 | 罚没金额（万元） |\n12 | 30 | 4.5 |\n"
    assert [(item.value, item.unit) for item in proofread(text, codex=codex).figures] == [(12, "宗"), (30, "宗"), (45000, "元")]


def test_table_rows_of_a_web_page_stay_together(codex: Any) -> None:
    page = "<html><body><table><tr><th>项目</th><th>数量（件）</th></tr><tr><td>受理纠纷</td><td>64</td></tr>\n<tr><td>化解纠纷</td><td>60</td></tr></table></body></html>"
    found = proofread(read_document(page.encode(), "a.html"), codex=codex)
    assert [(item.value, item.unit) for item in found.figures] == [(64, "件"), (60, "件")]


def test_automatic_numbers_of_a_docx_are_headings(codex: Any) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    part = document.part.numbering_part.element
    part.insert(0, parse_xml(
        f'<w:abstractNum {space} w:abstractNumId="91"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>'))
    part.append(parse_xml(f'<w:num {space} w:numId="91"><w:abstractNumId w:val="91"/></w:num>'))
    for level, words in ((0, "主要举措和成效"), (1, "抓学习"), (1, "抓执法"), (None, "检查5次。"), (0, "存在的不足和原因"), (1, "人少")):
        paragraph = document.add_paragraph(words)
        if level is not None:
            number, depth, key = OxmlElement("w:numPr"), OxmlElement("w:ilvl"), OxmlElement("w:numId")
            depth.set(qn("w:val"), str(level))
            key.set(qn("w:val"), "91")
            number.append(depth)
            number.append(key)
            paragraph._p.get_or_add_pPr().append(number)
    stream = io.BytesIO()
    document.save(stream)
    text = read_document(stream.getvalue(), "a.docx").text
    assert text.split("\n") == ["一、主要举措和成效", "1.抓学习", "2.抓执法", "检查5次。", "二、存在的不足和原因", "1.人少"]
    assert [part.present for part in proofread(text, codex=codex).parts][:2] == [True, True]


def test_chinese_numbers_of_lists() -> None:
    assert [chinese_number(value) for value in (1, 10, 11, 20, 21, 99, 100)] == ["一", "十", "十一", "二十", "二十一", "九十九", "100"]


def test_blanks_inside_words_of_a_pdf_are_taken_out() -> None:
    assert join_lines("柳 溪 镇 2 0 2 3 年 法 治 报 告") == "柳溪镇2023年法治报告"
    assert join_lines("共 12 件，办结率 98%。") == "共12件，办结率98%。"
    assert join_lines("受理 办结 成功") == "受理 办结 成功"
