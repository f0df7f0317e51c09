"""Where a rule must keep silent, and where it must speak (each kind with its own cases)."""

from __future__ import annotations

from typing import Any

import pytest

from yifa.proofread import Finding, proofread


def found(text: str, codex: Any, year: int = 2023) -> list[Finding]:
    return proofread(text, codex=codex, year=year).findings


def kinds(text: str, codex: Any, year: int = 2023) -> set[str]:
    return {item.kind for item in found(text, codex, year)}


@pytest.mark.parametrize(("text", "year"), [
    ("严格执行《信访条例》，规范信访秩序。", 2020), ("《信访条例》已经废止，改为执行《信访工作条例》。", 2023), ("学习《民法典》，《合同法》同时废止。", 2021),
    ("对2021年受理的信访事项，依照《信访条例》办结。", 2023), ("上年结转的案件适用当时有效的《合同法》。", 2021), ("原《婚姻法》的规定写入民法典。", 2022),
    ("严格执行《信访工作条例》和《行政处罚法》第四十二条。", 2023),
])
def test_repealed_statute_keeps_silent(text: str, year: int, codex: Any) -> None:
    assert not {"repealed_statute", "not_yet_effective", "wrong_article"} & kinds(text, codex, year)


@pytest.mark.parametrize(("text", "year", "kind"), [
    ("严格执行《信访条例》。", 2023, "repealed_statute"), ("依据《合同法》《担保法》审查合同。", 2022, "repealed_statute"),
    ("依据《民法典》第一千三百条办理。", 2023, "wrong_article"), ("根据《法治宣传教育法》开展工作。", 2024, "not_yet_effective"),
])
def test_statute_rules_speak(text: str, year: int, kind: str, codex: Any) -> None:
    assert "error" in [item.severity for item in found(text, codex, year) if item.kind == kind]


@pytest.mark.parametrize("text", [
    "受理信访案件53宗，办结49宗，办结率92.5%。", "排查纠纷242件，调解242件，调解成功238件，调解率达100%，调解成功率达98%以上。",
    "受理53件，办结49件，按期办结率100%。", "受理约50件，办结48件，办结率98%。", "调解纠纷30余件，成功率100%。",
    "组织116名干部参加考试，参考率99.14%，合格率100%。", "受理信访件12件，全部办结，办结率100%。", "排查矛盾纠纷168起，调处165起，调处成功163起，成功率98.8%。",
    "受理90件，办结85件，办结率94.4%，其中重复信访5件。", "3名执法人员全部取得行政执法证，法律知识考试通过率100%。",
    "调解纠纷97起，成功率97%，满意率99%。", "开展宣传30场，群众知晓率95%。", "受理热线2316件，办结2316件，办结率100%，满意率98.2%。",
])
def test_rates_that_agree(text: str, codex: Any) -> None:
    assert not {"rate_mismatch", "part_exceeds_total", "sum_mismatch"} & kinds(text, codex)


@pytest.mark.parametrize("text", [
    "受理信访案件53宗，办结49宗，办结率95.2%。", "受理53件，办结53件，办结率98%。", "受理信访事项12件，已全部办结，办结率95%。",
    "共调解矛盾纠纷一百件，调解成功九十八件，成功率百分之九十五。", "排查隐患40处，整改38处，整改率100%。", "收到意见20条，采纳15条，采纳率85%。",
])
def test_rates_that_do_not_agree(text: str, codex: Any) -> None:
    assert "rate_mismatch" in kinds(text, codex)


@pytest.mark.parametrize("text", [
    "受理信访件50件，化解上年结转积案等60件。", "立案390件（其中简易程序110件、普通程序280件、立案撤销8件）。", "办理案件20件，其中罚款5件。",
    "现有干部10名，其中党员8名、女性5名。", "开展活动30场，发放资料50份。", "调解纠纷20件，其中邻里纠纷8件、婚姻纠纷5件等。",
    "设调解委员会16个，人民调解员68名。", "排查各类矛盾纠纷100件，化解信访积案4件。", "全镇受理纠纷60件，村级化解纠纷86件。",
])
def test_parts_within_their_totals(text: str, codex: Any) -> None:
    assert not [item for item in found(text, codex) if item.severity == "error"]


@pytest.mark.parametrize(("text", "kind"), [
    ("受理纠纷60件，调解成功66件。", "part_exceeds_total"), ("办理案件20件，其中罚款25件。", "part_exceeds_total"),
    ("受理纠纷60件，其中邻里纠纷30件、婚姻纠纷20件、土地纠纷20件。", "sum_mismatch"), ("签订协议50份，其中书面协议20份、口头协议20份。", "sum_mismatch"),
    ("讲座5场、宣传6场，共计12场。", "sum_mismatch"), ("立案30件，比去年的20件增长60%。", "year_on_year_mismatch"),
    ("立案30件，较上年的20件下降50%。", "year_on_year_mismatch"),
])
def test_parts_against_totals(text: str, kind: str, codex: Any) -> None:
    assert kind in kinds(text, codex)


@pytest.mark.parametrize("text", [
    "联系电话：0578-2120000。", "编号11330703736025508。", "统一社会信用代码11331122MB1234567X。", "信访人张某某反映。", "当事人王某。", "受理群众来信。",
    "发布于20231201123456号。", "国务院令第711号。",
])
def test_no_personal_data(text: str, codex: Any) -> None:
    assert "personal_data" not in kinds(text, codex)


@pytest.mark.parametrize("text", [
    "身份证号33010219900307451X。", "请拨13912345678。", "张三 330102199003074518 ", "收款账号6222021234567890128。", "信访人李建国（已息访）。",
])
def test_personal_data(text: str, codex: Any) -> None:
    assert "personal_data" in kinds(text, codex)


@pytest.mark.parametrize("text", [
    "一、甲\n（一）乙\n（二）丙\n二、丁\n（一）戊\n1.己\n2.庚\n（二）辛\n1.壬\n三、癸", "一是学习。二是落实。\n一是检查。二是整改。三是总结。",
    "一、甲\n一是学。二是做。\n二、乙\n一是查。二是改。",
])
def test_heading_numbers_in_order(text: str, codex: Any) -> None:
    assert "heading_numbering" not in kinds(text, codex)


@pytest.mark.parametrize(("text", "at"), [
    ("一、甲\n二、乙\n四、丁", "四、丁"), ("一、甲\n（一）乙\n（一）丙", "（一）丙"), ("一、甲\n1.乙\n3.丙", "3.丙"), ("一是学习。三是落实。", "三是"), ("一、甲\n（二）乙", "（二）乙"),
])
def test_heading_numbers_out_of_order(text: str, at: str, codex: Any) -> None:
    assert [item.text for item in found(text, codex) if item.kind == "heading_numbering"] == [at]


@pytest.mark.parametrize("text", [
    "与2022年相比，案件下降。", "自2021年以来，持续推进。", "荣获2022年度先进集体。", "《2022年工作要点》印发。", "2023年，我镇开展工作。", "2024年将继续推进。",
    "落实《法治政府建设实施纲要（2021—2025年）》。", "2022年结转案件3件。",
])
def test_years_in_order(text: str, codex: Any) -> None:
    assert "year_mismatch" not in kinds(text, codex)


@pytest.mark.parametrize("text", ["2023年2月29日召开会议。", "4月31日开展宣传。", "2023年13月，启动。", "发布日期：2023-02-30。"])
def test_invalid_date(text: str, codex: Any) -> None:
    assert "invalid_date" in kinds(text, codex)


@pytest.mark.parametrize("text", ["2024年2月29日召开会议。", "2月29日", "12月4日国家宪法日。", "2023年12月", "6月31处隐患。"])
def test_valid_date(text: str, codex: Any) -> None:
    assert "invalid_date" not in kinds(text, codex)


@pytest.mark.parametrize("text", [
    "工作效率提高3次。", "罚款9件3000元。", "宣传资料5种1000份。", "培训网格员3次。", "人均学时12.5学时。", "满意度98.6分。", "受众2.5万人次。", "面积12.5亩。", "执法人员3.2万名。",
])
def test_units_that_fit(text: str, codex: Any) -> None:
    assert not {"unit_mismatch", "fraction_count"} & kinds(text, codex)


@pytest.mark.parametrize(("text", "kind"), [
    ("发放宣传资料2000人次。", "unit_mismatch"), ("调解成功率98件。", "unit_mismatch"), ("配备调解员30份。", "unit_mismatch"), ("拆除面积2000名。", "unit_mismatch"),
    ("查处案件9宗，罚款3000万元。", "unit_mismatch"), ("投入普法经费5万元。全年普法经费5元。", "unit_mismatch"), ("受理矛盾纠纷53.5件。", "fraction_count"),
    ("合格率105%。", "rate_over_100"),
])
def test_units_that_do_not_fit(text: str, kind: str, codex: Any) -> None:
    assert kind in kinds(text, codex)


@pytest.mark.parametrize(("text", "kind"), [
    ("区工商局参加。", "stale_body_name"), ("在全国法制宣传日开展活动。", "stale_body_name"), ("深入贯彻二十届三中全会精神。", "meeting_not_yet_held"),
    ("以“七五”普法规划为抓手。", "stale_plan"), ("（内部资料，注意保存）", "secret_marking"), ("落实稳控责任。", "internal_wording"),
    ("健全机制，，落实责任。", "doubled_punctuation"), ("发放资料２００份，接待30人。", "mixed_width"), ("我镇制定了政府规章2件。", "county_only_duty"),
])
def test_wording(text: str, kind: str, codex: Any) -> None:
    assert kind in kinds(text, codex)


@pytest.mark.parametrize("text", [
    "原工商局职责划入市场监督管理局。", "“七五”普法顺利收官，“八五”普法启动。", "喜迎党的二十大。", "为迎接二十届三中全会召开。",
])
def test_wording_keeps_silent(text: str, codex: Any) -> None:
    assert not {"stale_body_name", "meeting_not_yet_held", "stale_plan"} & kinds(text, codex, 2022)


@pytest.mark.parametrize("text", [
    "坚持学习，坚持落实。坚持学习，坚持总结。", "一是加强领导。二是加强领导。", "为全镇高质量发展提供有力法治保障。\n为全镇高质量发展提供有力法治保障。",
])
def test_short_repeats_are_no_error(text: str, codex: Any) -> None:
    assert not [item for item in found(text, codex) if item.kind == "duplicate_passage" and item.severity == "error"]


@pytest.mark.parametrize("text", [
    "排查纠纷168起，化解163起，正在化解5起，化解率97%。", "受理信访53件，上年结转7件，办结57件，办结率95%。",
    "受理各类案件100件，办结98件；其中信访案件30件，办结率100%。", "受理信访20件，化解矛盾纠纷168件，化解率100%。",
    "组织培训5场，参加考试20人，合格率100%。", "发现隐患126处，整改121处，其余5处限期整改，整改率96%。",
    "办结案件25件（含上年结转2件），办结率96%。", "审查合同41份，提出意见57条，采纳51条，采纳率89.5%。",
    "接待来访30批50人次，办结30件，办结率100%。", "调解纠纷60件，村级调解成功40件，镇级调解成功19件，成功率98.3%。",
])
def test_rates_in_the_company_of_other_counts(text: str, codex: Any) -> None:
    assert not [item for item in found(text, codex) if item.severity == "error"]


@pytest.mark.parametrize(("title", "severity"), [
    ("中华人民共和国行政处发法", "error"), ("民事诉颂法", "error"), ("重大行政决策程序规定", "warning"), ("禁毒条例", "warning"), ("江东镇工作规则", None),
    ("浙江省行政程序规定", None), ("道路交通安全法", None), ("习近平法治思想学习纲要", None),
])
def test_titles_that_look_like_another(title: str, severity: str | None, codex: Any) -> None:
    assert [item.severity for item in found(f"落实《{title}》。", codex) if item.kind == "wrong_title"] == ([severity] if severity else [])


@pytest.mark.parametrize("text", ["出台制度2项，合同备案15份。", "走访企业3家，成功化解纠纷20起。", "收到建议5条，办理提案8件。", "制定规范性文件1件，审查合同28件。"])
def test_two_matters_are_not_held_against_each_other(text: str, codex: Any) -> None:
    assert "part_exceeds_total" not in kinds(text, codex)


OPENING = "青溪镇2023年法治政府建设情况报告\n2023年，青溪镇坚持依法行政。\n"


@pytest.mark.parametrize("text", ["石桥镇党委高度重视法治建设。", "2023年，石桥乡坚持依法行政。"])
def test_another_towns_name(text: str, codex: Any) -> None:
    assert "other_town" in kinds(OPENING + text, codex)


@pytest.mark.parametrize("text", [
    "我镇党委高度重视。", "镇党委坚持领导。", "青溪镇人民政府认真落实。", "与石桥镇党委联合开展。", "各乡镇党委、街道党工委认真学习。", "乡镇政府坚持。", "提高镇政府水平。", "坚持以镇党委为核心。", "通过乡党委会学习。", "县直部门和石桥镇政府到会。",
])
def test_the_own_town_and_neighbours(text: str, codex: Any) -> None:
    assert "other_town" not in kinds(OPENING + text, codex)
