"""字段值：from what clerks write to the canonical value, or a refusal that says what to do."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yifa.procedure.definition import FieldDef
from yifa.procedure.events import UNKNOWN
from yifa.procedure.identifiers import id_check_character
from yifa.procedure.measures import heading_factor, same_unit
from yifa.procedure.values import Context, ValueProblem, cleaner


def clean(raw: Any, *, factor: Fraction = Fraction(1), context: Context | None = None, **spec: Any) -> Any:
    f = FieldDef.model_validate({"key": "f", "name": "栏", **spec})
    return cleaner(f, context or Context(date(2026, 6, 30)), factor)(raw)


def why(raw: Any, **spec: Any) -> str:
    with pytest.raises(ValueProblem) as e:
        clean(raw, **spec)
    return str(e.value)


@pytest.mark.parametrize("kind", ["text", "count", "money", "date", "choice", "boolean", "organization", "statute", "person"])
@pytest.mark.parametrize("raw", [None, "", " ", "/", "—", "-"])
def test_empty_is_nothing(kind: str, raw: Any) -> None:
    assert clean(raw, type=kind, of=["甲"] if kind == "choice" else None) is None


@pytest.mark.parametrize("kind", ["text", "count", "money", "date", "boolean", "organization"])
def test_unknown_is_a_value_of_its_own(kind: str) -> None:
    assert clean("不详", type=kind) == UNKNOWN
    assert clean(" 不明 ", type=kind) == UNKNOWN
    assert clean({"unknown": True}, type=kind) == UNKNOWN
    assert "看不懂" in why({"sealed": "x"}, type=kind)


@pytest.mark.parametrize(("raw", "value"), [
    (12, 12), (12.0, 12), ("12", 12), ("１２", 12), ("1,200", 1200), ("1，200", 1200), ("1 200", 1200), ("十二", 12), ("两百", 200), ("0.3万", 3000),
    ("12人次", 12), ("12人", 12), ("无", None), ("3千", 3000),
    ("3百人", 300), ("二百人次", 200), ("一人", 1), ("壹拾贰", 12),
])  # fmt: skip
def test_counts(raw: Any, value: int | None) -> None:
    assert clean(raw, type="count", unit="人次") == value


def test_counts_that_are_none() -> None:
    assert "应是数字" in why("很多", type="count")
    assert why(True, type="count").startswith("栏应是数字，现为“是”。")
    assert "应是数字" in why(float("nan"), type="count")
    assert "整数" in why(1.5, type="count")
    assert "不能小于 0" in why(-1, type="count")
    assert "确切" in why("约400", type="count")
    assert "确切" in why("二百余人", type="count", unit="人")
    assert "单位应是“人”" in why("两公斤", type="count", unit="人")
    assert clean("约400余", type="count", may_be_estimated=True) == 400
    assert "单位应是“人次”" in why("3公斤", type="count", unit="人次")
    assert "太大" in why(10**17, type="count")
    assert clean(-5, type="integer") == -5
    assert "不能大于 12" in why(13, type="count", at_most=12)
    assert "不能小于 3" in why(2, type="count", at_least=3)


@pytest.mark.parametrize(("raw", "value"), [
    (200, 20_000), (200.5, 20_050), ("200.55元", 20_055), ("￥1,234.50", 123_450), ("¥3", 300), ("3.5万元", 3_500_000), ("3.5万", 3_500_000), ("1亿", 10**10),
    (0.1 + 0.2, 30), ("人民币200元整", 20_000), ("两万元", 2_000_000), ("壹万贰仟元整", 1_200_000), (1234.56, 123_456),
])  # fmt: skip
def test_money_is_kept_in_fen(raw: Any, value: int) -> None:
    assert clean(raw, type="money") == value


def test_money_of_a_heading_in_ten_thousands() -> None:
    def in_wan(raw: Any) -> Any:
        return clean(raw, type="money", factor=heading_factor("万元", "元") or Fraction(0))

    assert (in_wan(0.35), in_wan("0.35"), in_wan("3500元"), in_wan("0.35万元")) == (350_000,) * 4
    assert "两位小数" in why("0.001", type="money")


def test_decimals_are_scaled_integers() -> None:
    assert clean("2.5", type="decimal", decimals=1) == 25
    assert clean(66.7, type="decimal", decimals=1) == 667
    assert clean("-2.5", type="decimal", decimals=2) == -250
    assert "最多 1 位小数" in why(2.55, type="decimal", decimals=1)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_a_float_of_a_spreadsheet_is_the_decimal_it_shows(n: int, decimals: int) -> None:
    assert clean(n / 10**decimals, type="decimal", decimals=decimals) == n


OPTIONS = ["各方同意", "不同意", "现场咨询", "其他", "邻里", "村（居）民", "不属实", "属实"]


@pytest.mark.parametrize(("raw", "value"), [
    ("各方同意", "各方同意"), (" 各方 同意", "各方同意"), ("咨询", "现场咨询"), ("邻里纠纷", "邻里"), ("村(居)民", "村（居）民"), ("属实", "属实"), ("同意", "各方同意"), ("现场", "现场咨询"),
])  # fmt: skip
def test_choices(raw: str, value: str) -> None:
    assert clean(raw, type="choice", of=OPTIONS) == value


@pytest.mark.parametrize("raw", ["基本属实", "他", "不", "同意与不同意", "唱歌"])
def test_choices_are_not_guessed(raw: str) -> None:
    assert "可填：各方同意、" in why(raw, type="choice", of=OPTIONS)


def test_a_negation_is_never_shortened_away() -> None:
    assert "不在选项内" in why("满意", type="choice", of=["不满意", "一般"])
    assert "不在选项内" in why("未调解成功", type="choice", of=["调解成功", "其他"])


def test_yes_and_no() -> None:
    for raw in ("是", "√", "有", "1", 1, 1.0, True, "YES"):
        assert clean(raw, type="boolean") is True
    for raw in ("否", "×", "无", "0", 0, False, "没有"):
        assert clean(raw, type="boolean") is False
    assert "“是”或“否”" in why("也许", type="boolean")


def test_text_is_kept_but_for_what_nobody_sees() -> None:
    assert clean("  Ａ座（1）\r\n第二行\u200b\x07 ", type="text") == "Ａ座（1）\n第二行"
    assert clean(13900000000.0, type="text") == "13900000000"
    assert clean(datetime(2025, 3, 1, 9, 30), type="text") == "2025-03-01 09:30"
    assert "太长" in why("字" * 20_001, type="text")
    assert "后几位已丢失" in why(1.1e17, type="text")


def test_a_choice_knows_the_other_words_of_clerks() -> None:
    channel = {"type": "choice", "of": ["走访", "书信"], "also": {"来访": "走访"}}
    assert clean("来访", **channel) == "走访"
    assert "不在选项内" in why("来信", **channel)
    with pytest.raises(ValueError, match="also"):
        clean("来访", type="choice", of=["书信"], also={"来访": "走访"})


@pytest.mark.parametrize(("raw", "value"), [
    ("11010519491231002x", "11010519491231002X"), ("110105 19491231 002X", "11010519491231002X"), ("110105491231002", "11010519491231002X"), ("无", None),
    ("110101188403203000", "110101188403203000"),
])  # fmt: skip
def test_id_numbers(raw: Any, value: str | None) -> None:
    assert clean(raw, type="text", format="id_number") == value


@pytest.mark.parametrize(("raw", "words"), [
    (1.1010519491231e17, "文本"), ("1.10105E+17", "文本"), ("110105194912310000", "文本"), ("110105194912310021", "校验码"), ("张三", "校验码"),
])  # fmt: skip
def test_id_numbers_that_are_none(raw: Any, words: str) -> None:
    assert words in why(raw, type="text", format="id_number")


def test_a_number_cell_never_holds_a_whole_id_number() -> None:
    assert "后几位已丢失" in why(110101188403203000.0, type="text", format="id_number")
    assert "文本" in why(110101188403203000, type="text", format="id_number")


def test_other_identifiers() -> None:
    assert clean("91350100m000100y43", type="text", format="uscc") == "91350100M000100Y43"
    assert "信用代码" in why("91350100M000100Y44", type="text", format="uscc")
    assert clean(13900000000.0, type="text", format="phone") == "13900000000"
    assert clean("010-1234 5678", type="text", format="phone") == "010-12345678"
    assert "电话" in why("张三", type="text", format="phone")
    assert clean("6200 0000 0000 0000 123", type="text", format="bank_account") == "6200000000000000123"
    assert "文本" in why(6.2e18, type="text", format="bank_account")


def test_lists() -> None:
    assert clean("张三、李四，王五;赵六\n钱七", type="person", many=True) == ["张三", "李四", "王五", "赵六", "钱七"]
    assert clean('["张、三", "李四"]', type="person", many=True) == ["张、三", "李四"]
    assert clean("《民法典》《宪法》等", type="statute", many=True) == ["民法典", "宪法"]
    assert clean("《关于执行〈某法〉若干问题的规定》", type="statute", many=True) == ["关于执行〈某法〉若干问题的规定"]
    assert clean("甲、乙", type="choice", of=["甲、乙", "丙"], many=True) == ["甲、乙"]
    assert clean("、 ", type="person", many=True) is None
    assert "不在选项内" in why("甲、丁", type="choice", of=["甲", "乙"], many=True)


ROWS = {"type": "rows", "fields": [{"key": "name", "name": "姓名", "type": "text", "required": True}, {"key": "n", "name": "人数", "type": "count"}]}


def test_rows() -> None:
    assert clean("张三；3\n李四", **ROWS) == [{"name": "张三", "n": 3}, {"name": "李四"}]
    assert clean([{"name": "张三", "n": "３"}, {}], **ROWS) == [{"name": "张三", "n": 3}]
    assert clean('[["张；三", 3]]', **ROWS) == [{"name": "张；三", "n": 3}]
    assert "第 2 行：缺少姓名" in why("张三\n；3", **ROWS)
    assert "第 1 行：人数应是数字" in why("张三；很多", **ROWS)
    assert "依次是：姓名；人数" in why("张三；3；多出", **ROWS)
    assert "没有栏目“x、y”" in why([{"name": "张三", "y": 1, "x": 1}], **ROWS)
    assert clean([{}, {"name": "张三"}], **ROWS) == [{"name": "张三"}]
    assert "依次是" in why(7, **ROWS)


def test_what_a_ledger_knows() -> None:
    context = Context(None, {"石桥村": "v1"}.get, lambda name: ["石桥村"], lambda title: "民法典" if "民法" in title else None,
                      lambda of, number: "f" * 32 if (of, number) == ("patrol", "巡1号") else None)  # fmt: skip
    assert clean("石桥村", type="organization", context=context) == "v1"
    assert "是否为：石桥村" in why("石乔村", type="organization", context=context)
    assert clean("《中华人民共和国民法典》", type="statute", context=context) == "民法典"
    assert clean("某办法", type="statute", context=context) == "某办法"
    assert clean("巡1号", type="record", of="patrol", context=context) == "f" * 32
    assert clean("巡2号", type="record", of="patrol", context=context) == "巡2号"
    assert "先上传文件" in why("照片", type="file")
    assert clean("A" * 64, type="file") == "a" * 64


@pytest.mark.parametrize(("stated", "expected", "factor"), [
    ("万元", "元", 10_000), ("元", "元", 1), ("千元", "元", 1000), ("亿元", "元", 10**8), ("亩", "平方米", Fraction(2000, 3)), ("㎡", "平方米", 1),
    ("万人次", "人次", 10_000), ("人", "人次", 1), ("月", "人次", 1), ("", "元", 1), ("分钟", "小时", Fraction(1, 60)), ("公斤", "吨", Fraction(1, 1000)),
    ("平方公里", "平方米", 10**6), ("公里", "米", 1000), ("公斤", "人次", None), ("万元", "平方米", None), ("万元", "", None), ("万", "人次", 10_000),
])  # fmt: skip
def test_units_of_headings(stated: str, expected: str, factor: Any) -> None:
    assert heading_factor(stated, expected) == factor


def test_units_of_cells() -> None:
    assert same_unit("人", "人次")
    assert same_unit("平米", "平方米")
    assert not same_unit("万元", "元")
    assert not same_unit("亩", "平方米")
    assert not same_unit("公斤", "")


def test_what_a_spreadsheet_made_of_text() -> None:
    """A number typed into a text column comes as a float, a day as a time at midnight."""
    assert (clean(2.0, type="text"), clean(1.5, type="text"), clean(999_999_999_999_999.0, type="text")) == ("2", "1.5", "999999999999999")
    assert "后几位已丢失" in why(1e15, type="text")
    assert (clean(datetime(2025, 3, 1), type="text"), clean(datetime(2025, 3, 1, 9), type="text")) == ("2025-03-01", "2025-03-01 09:00")
    assert clean("字" * 20_000, type="text") == "字" * 20_000
    assert clean("Ａ类", type="choice", of=["A类", "B类"]) == "A类"


def test_a_number_is_not_looked_up_unless_it_names_a_record() -> None:
    context = Context(None, record=lambda of, number: "f" * 32)
    assert clean("巡1号", type="text", context=context) == "巡1号"
    assert clean("巡1号", type="record", context=context) == "f" * 32


def test_identifiers_as_spreadsheets_spoil_them() -> None:
    assert clean(110105491231002.0, type="text", format="id_number") == "11010519491231002X"
    assert clean("'11010519491231002X", type="text", format="id_number") == "11010519491231002X"
    assert clean("暂无", type="text", format="id_number") is None
    assert clean("6200-0000-0000-0000-123", type="text", format="bank_account") == "6200000000000000123"
    assert why("12345", type="text", format="bank_account") == "栏不是银行账号。请只填数字。"
    for raw in (1e15, 13900000000.5):
        assert "后几位已丢失" in why(raw, type="text", format="phone")
    unborn = "11010520260701001"
    assert "不是有效的公民身份号码" in why(unborn + id_check_character(unborn), type="text", format="id_number")


@pytest.mark.parametrize("raw", ["NULL", "None", "#N/A", "NaN", "——"])
def test_words_for_an_empty_cell(raw: str) -> None:
    assert clean(raw, type="count") is None
    assert clean(raw, type="money") is None


def test_a_heading_s_unit_is_for_bare_numbers() -> None:
    assert clean(3, type="money", factor=Fraction(10_000)) == 3_000_000
    assert clean(3.0, type="money", factor=Fraction(10_000)) == 3_000_000
    assert why("3公斤", type="count").startswith("栏应是数字，现为“3公斤”。")


@pytest.mark.parametrize(("raw", "as_day", "as_time"), [
    ("2025年3月1日下午2时30分", "2025-03-01", "2025-03-01T14:30"), ("2025-03-01", "2025-03-01", "2025-03-01"), (date(2025, 3, 1), "2025-03-01", "2025-03-01"),
    (datetime(2025, 3, 1, 9), "2025-03-01", "2025-03-01T09:00"), (datetime(2025, 3, 1, 0, 5), "2025-03-01", "2025-03-01T00:05"),
    (datetime(2025, 3, 1, 9, 30, 15), "2025-03-01", "2025-03-01T09:30"), (datetime(2025, 3, 1), "2025-03-01", "2025-03-01"),
    (45717, "2025-03-01", "2025-03-01"), (45717.0, "2025-03-01", "2025-03-01"), (date(9999, 12, 31), None, None),
])  # fmt: skip
def test_days_and_times_as_cells_hold_them(raw: Any, as_day: str | None, as_time: str | None) -> None:
    assert (clean(raw, type="date"), clean(raw, type="datetime")) == (as_day, as_time)


def test_a_day_that_is_none_names_its_column() -> None:
    for kind in ("date", "datetime"):
        assert why("2025-02-30", type=kind).startswith("栏：“2025-02-30”不是存在的日期")
        assert "不是日期" in why(True, type=kind)


def test_bounds_are_in_the_field_s_own_unit_and_belong_to_it() -> None:
    """at_least and at_most of money are yuan, though what is kept is 分."""
    assert [clean(n, type="money", at_least=10, at_most=20) for n in (10, 20)] == [1000, 2000]
    assert why("9.99", type="money", at_least=10).startswith("栏不能小于 10，现为“9.99”。")
    assert why("20.01", type="money", at_most=20).startswith("栏不能大于 20，现为“20.01”。")
    assert why("-0.01", type="money").startswith("栏不能小于 0，现为“-0.01”。")
    assert [clean(n, type="count", at_least=3, at_most=12) for n in (3, 12, "3")] == [3, 12, 3]
    assert clean(9_000_000_000_000_000, type="integer") == 9_000_000_000_000_000
    assert "太大，现为“9000000000000001”" in why(9_000_000_000_000_001, type="integer")
    assert why("0.001", type="money").endswith("现为“0.001”。")


def test_choices_of_few_or_short_words() -> None:
    assert clean("甲、乙", type="choice", of=["甲、乙", "丙"]) == "甲、乙"
    assert clean("邻里（类）", type="choice", of=["邻里", "婚姻家庭"]) == "邻里"
    for raw, options in (("甲", ["其他"]), ("他", ["其他"]), ("无纠纷", ["无", "其他"])):
        assert "不在选项内" in why(raw, type="choice", of=options)


def test_a_unit_that_is_not_known_says_what_to_do() -> None:
    near = Context(None, lambda name: None, lambda name: [name[:2] + "村", "石坝村"])
    none = Context(None, lambda name: None)
    for context, said in ((near, "栏：认不出单位“石桥”。是否为：石桥村、石坝村？"), (none, "栏：认不出单位“石桥”。请先登记该单位。")):
        with pytest.raises(ValueProblem) as e:
            clean("石桥", type="organization", context=context)
        assert str(e.value) == said


def test_rows_know_the_ledger_too() -> None:
    context = Context(None, {"石桥村": "v1"}.get)
    fields = [{"key": "v", "name": "村", "type": "organization"}, {"key": "days", "name": "日", "type": "date", "many": True}]
    assert clean("石桥村；2025-3-1、2025-3-2", type="rows", fields=fields, context=context) == [{"v": "v1", "days": ["2025-03-01", "2025-03-02"]}]


@pytest.mark.parametrize(("raw", "value"), [
    ('["甲"] ', ["甲"]), ('["甲"', ['["甲"']), ("甲]", ["甲]"]), ("[1", ["[1"]), ("[]", None), (["甲", "", None], ["甲"]), (("甲", "乙"), ["甲", "乙"]), (7, ["7"]),
])  # fmt: skip
def test_what_is_a_list_and_what_only_looks_like_one(raw: Any, value: list[str] | None) -> None:
    assert clean(raw, type="person", many=True) == value


def test_what_was_written_is_repeated_in_the_refusal() -> None:
    assert why("也许", type="boolean") == "栏应填“是”或“否”，现为“也许”。"
    assert why("x" * 30, type="file") == f"栏应是已上传文件的摘要，现为“{'x' * 20}”。请先上传文件。"
    assert why("1.5", type="count").startswith("栏应是整数，现为“1.5”。")
    assert why("0.001", type="money").startswith("栏应是最多两位小数的金额（元），现为“0.001”。")


def test_long_text_is_text() -> None:
    assert clean(" 第一行\r\n第二行 ", type="longtext") == "第一行\n第二行"


def test_the_brackets_of_a_title_are_not_its_name() -> None:
    assert clean("《民法典》", type="statute", context=Context(None, statute=lambda title: None)) == "民法典"
