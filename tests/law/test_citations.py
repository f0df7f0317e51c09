"""Citations: found with their articles, judged by the time that the sentence speaks of."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yifa.law.citations import article_problem, edition_problem, find_citations, judge, read_articles, title_problem
from yifa.law.numerals import article_number, parse_cn
from yifa.law.statute_files import shipped_book

BOOK = shipped_book()


def keys(text: str) -> list[str | None]:
    return [c.statute_key for c in find_citations(text, BOOK)]


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《行政处罚法》第六十四条", (64,)), ("《行政处罚法》第64条", (64,)), ("《行政处罚法》第５７条第1款", (57,)),
        ("《行政处罚法》第五十七条第一款第（三）项、第六十四条", (57, 64)), ("《行政处罚法》第十、十二条", (10, 12)),
        ("《行政处罚法》第十条和第十二条", (10, 12)), ("《行政处罚法》第十至十二条", (10, 11, 12)),
        ("《行政处罚法》第十条至第十二条", (10, 11, 12)), ("《行政处罚法》的第三十条", (30,)),
        ("《行政处罚法》（2021年修订）第四十二条", (42,)), ("《行政处罚法》", ()), ("《行政处罚法》十条措施", ()),
        ("《行政处罚法》第一款", ()), ("《行政处罚法》第三批试点", ()), ("行政处罚法第六十四条第（一）项", (64,)),
        ("《民法典》第一千二百五十四条", (1254,)),
    ],
)
def test_articles_after_a_title(text: str, articles: tuple[int, ...]) -> None:
    citation = find_citations(text, BOOK)[0]
    assert citation.articles == articles
    assert citation.article == (articles[0] if articles else None)
    assert text[citation.start:citation.end] == citation.text


def test_paragraph_and_item_are_kept() -> None:
    refs, end = read_articles("第五十七条第一款第（三）项规定", 0)
    assert refs[0] == (57, 1, 3, None)
    assert end == len("第五十七条第一款第（三）项")


@pytest.mark.parametrize(
    "text",
    [
        "违反行政处罚法定程序", "行政处罚法律文书", "信访条例实施办法", "广东省信访条例", "国家宪法日", "安全生产法律法规",
        "行政许可法定条件", "人民调解法律服务", "宪法宣誓", "劳动法庭", "行政处罚法制审核", "监察法规", "依法行政", "合同法务",
    ],
)
def test_part_of_a_longer_word_is_no_citation(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("按照宪法、民法典和信访工作条例的规定", ["宪法", "民法典", "信访工作条例"]),
        ("依据中华人民共和国行政复议法实施条例办理", ["行政复议法实施条例"]),
        ("落实法治政府建设实施纲要（2021—2025年）", ["法治政府建设实施纲要（2021－2025年）"]),
        ("严格按照城乡规划法等法律法规执法", ["城乡规划法"]),
        ("美好生活民法典相伴", ["民法典"]),
        ("落实“八五”普法规划要求", ["“八五”普法规划"]),
        ("完成\"七五\"普法规划", ["“七五”普法规划"]),
        ("发放信访条例材料", ["信访条例"]),
    ],
)
def test_well_known_titles_are_found_without_marks(text: str, expected: list[str]) -> None:
    found = find_citations(text, BOOK)
    assert [c.statute_key for c in found] == expected
    assert not any(c.marked for c in found)


def test_local_documents_are_not_the_national_ones() -> None:
    assert keys("《五华县法治政府建设实施纲要(2016-2020年)》") == [None]
    assert keys("广东省《信访条例》") == [None]
    assert keys("《关于修改〈中华人民共和国行政处罚法〉的决定》") == [None]
    assert keys("《关于印发《法治政府建设实施纲要（2021－2025年）》的通知》") == [None]


def test_broken_marks_do_not_swallow_the_next_title() -> None:
    assert keys("《民法典和《乡村振兴促进法》") == ["民法典", "乡村振兴促进法"]
    assert keys("《》《民法典》") == ["民法典"]
    assert keys("学习《民法典") == ["民法典"]
    assert keys("《民法典》》《宪法》") == ["民法典", "宪法"]


def test_an_abbreviation_that_the_text_introduces_is_followed() -> None:
    text = "《法治政府建设实施纲要（2021－2025年）》（以下简称《纲要》）印发后，我镇落实《纲要》要求。"
    assert keys(text) == ["法治政府建设实施纲要（2021－2025年）"] * 3
    assert keys("落实《纲要》要求") == [None]
    quoted = "《党政主要负责人履行推进法治建设第一责任人职责规定》（以下简称“规定”），按《规定》执行"
    assert keys(quoted) == ["党政主要负责人履行推进法治建设第一责任人职责规定"] * 2


@given(st.text(alphabet="《》〈〉行政处罚法第十二条、和（2021年修订）信访条例\n。至宪", max_size=60))
def test_offsets_always_cut_out_the_citation(text: str) -> None:
    last = -1
    for citation in find_citations(text, BOOK):
        assert text[citation.start:citation.end] == citation.text
        assert citation.start <= citation.title_start < citation.title_end <= citation.end
        assert citation.start >= last
        last = citation.start


@pytest.mark.parametrize(
    ("year", "text", "status", "severity"),
    [
        (2023, "严格执行《信访条例》，办理信访事项12件。", "repealed", "error"),
        (2023, "依照信访条例第二十二条办理。", "repealed", "error"),
        (2023, "组织法律咨询，发放信访条例材料。", "repealed", "warning"),
        (2021, "严格执行《信访条例》。", "in_force", None),
        (2022, "严格执行《信访条例》。", "in_force", "warning"),
        (2023, "《信访条例》已于2022年5月1日废止。", "repealed", None),
        (2023, "原《信访条例》规定的程序", "repealed", None),
        (2023, "以《信访工作条例》取代《信访条例》。", "in_force", None),
        (2023, "2021年受理的信访事项，依照《信访条例》办结。", "in_force", None),
        (2023, "上年结转的信访事项，适用受理时的《信访条例》。", "in_force", None),
        (2023, "依据2005年颁布的《信访条例》办理。", "repealed", "error"),
        (2023, "依据2005年1月10日国务院公布的《信访条例》办理。", "repealed", "error"),
        (2023, "按照《信访条例》要求，废止规范性文件3件。", "repealed", "error"),
        (2020, "学习宣传《民法典》32场。", "not_yet_effective", None),
        (2020, "《民法典》颁布后组织宣讲", "not_yet_effective", None),
        (2020, "依据《民法典》第一百条处理", "not_yet_effective", "error"),
        (2020, "2021年将全面实施《民法典》", "not_yet_effective", None),
        (2022, "依照《生态环境法典》查处", "not_yet_effective", "error"),
        (2025, "下一步，贯彻落实《治安管理处罚法》", "in_force", None),
        (2021, "按照《行政处罚法》开展执法", "amended", None),
        (2021, "按照《行政处罚法》第四十二条开展听证", "amended", "warning"),
        (2023, "按照《法治政府建设实施纲要（2015－2020年）》推进工作", "repealed", "error"),
        (2021, "《法治政府建设实施纲要（2015－2020年）》收官总结", "repealed", None),
        (2024, "落实《殡葬管理条例》", "unknown", None),
        (2024, "落实《某镇议事规则》", "unknown", None),
    ],
)
def test_a_citation_is_judged_by_what_the_sentence_says(year: int, text: str, status: str, severity: str | None) -> None:
    verdict = judge(find_citations(text, BOOK)[0], BOOK, year, context_text=text)
    assert (verdict.status, verdict.severity) == (status, severity), verdict


def test_laws_that_the_civil_code_ended_may_be_named_as_ended() -> None:
    text = "民法典施行后，《婚姻法》《继承法》、《合同法》同时废止。"
    found = {c.statute_key: judge(c, BOOK, 2022, context_text=text) for c in find_citations(text, BOOK)}
    assert [found[k].severity for k in ("婚姻法", "继承法", "合同法")] == [None, None, None]
    assert found["合同法"].code == "mentioned_as_repealed"


def test_a_repealed_law_comes_with_its_successor() -> None:
    text = "严格执行《信访条例》"
    status, reason = judge(find_citations(text, BOOK)[0], BOOK, 2023, context_text=text)
    assert status == "repealed"
    assert "2022年5月1日" in reason
    assert judge(find_citations(text, BOOK)[0], BOOK, 2023).suggestion == "改引《信访工作条例》"


def test_plans_for_next_year_may_cite_what_will_then_be_in_force() -> None:
    text = "一、2025年工作情况\n开展普法。\n三、2026年工作计划\n全面实施《生态环境法典》，推进整治。"
    citation = find_citations(text, BOOK)[0]
    assert judge(citation, BOOK, 2025, context_text=text).code == "upcoming"
    assert judge(citation, BOOK, 2025, context_text="全面实施《生态环境法典》").severity == "warning"  # adopted in March 2026
    assert judge(citation, BOOK, 2024, context_text="全面实施《生态环境法典》").severity == "error"


def test_a_day_is_judged_by_the_law_of_that_day() -> None:
    citation = find_citations("依照《信访条例》", BOOK)[0]
    assert judge(citation, BOOK, 2022, day=date(2022, 4, 30)).status == "in_force"
    assert judge(citation, BOOK, 2022, day=date(2022, 5, 1)).status == "repealed"


@pytest.mark.parametrize(
    ("year", "text", "wrong"),
    [
        (2023, "《行政处罚法》第八十六条", False), (2023, "《行政处罚法》第八十七条", True),
        (2020, "《行政处罚法》第六十五条", True), (2021, "《行政处罚法》第八十六条", False),
        (2023, "《民法典》第一千二百六十一条", True), (2023, "《人民调解法》第三十五条", False),
        (2023, "《殡葬管理条例》第九百条", False), (2023, "《信访工作条例》第四十九条至第五十一条", True),
    ],
)
def test_an_article_beyond_the_last_one_is_wrong(year: int, text: str, wrong: bool) -> None:
    problem = article_problem(find_citations(text, BOOK)[0], BOOK, year)
    assert (problem is not None) is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("学习新修订的《人民调解法》", True), ("《信访条例》（2022年修订）", True), ("2022年修订《信访条例》", True),
        ("新修订的《行政处罚法》", False), ("《行政处罚法》（2021年修订）", False), ("《行政处罚法》（2019年修订）", True),
        ("2023年修订的《行政复议法》", False), ("《慈善法》（2031年修订）", False),
    ],
)
def test_an_edition_that_never_was(text: str, wrong: bool) -> None:
    problem = edition_problem(find_citations(text, BOOK)[0], BOOK, text)
    assert (problem is not None) is wrong


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("《行政复议发》", "行政复议法"), ("《行政处法》", "行政处罚法"), ("《人民调节法》", "人民调解法"), ("《信访工作条列》", "信访工作条例"),
        ("《法治政府建设实施纲要（2021－2026年）》", "法治政府建设实施纲要（2021－2025年）"),
        ("《甘肃省信访条例》", None), ("《行政处罚法实施办法》", None), ("《峡口镇“三重一大”议事细则》", None),
        ("《未成年保护法》", "未成年人保护法"), ("《关于加强安全生产法治建设的意见》", None),
        ("《金华市重大行政决策程序规定》", None), ("《村规民约》", None), ("《党政联席会议事规则》", None), ("《行政处罚法》", None),
    ],
)
def test_misprinted_titles(text: str, meant: str | None) -> None:
    found = title_problem(find_citations(text, BOOK)[0], BOOK)
    assert (found[0].key if found else None) == meant


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一百二十三", 123), ("两万余", 20000), ("十余", 10), ("〇二", 2), ("廿", 20), ("廿五", 25), ("卅一", 31), ("十", 10),
        ("一千零二", 1002), ("二〇二三", 2023), ("一万二", 12000), ("一百二", 120), ("三点五", Decimal("3.5")), ("3.5万", 35000),
        ("1,234", 1234), ("１２３", 123), ("约300余", 300), ("三十多万", 300000), ("一亿二千万", 120000000), ("一点五万", 15000),
        ("千余", 1000), ("万余", 10000), ("贰拾叁", 23), ("零", 0), ("12.5", Decimal("12.5")), ("一万二千亿", 1200000000000),
        ("数百", None), ("几十", None), ("", None), ("法", None), ("二三十", None), ("第三", None), ("12a", None),
    ],
)
def test_chinese_numerals(text: str, value: int | Decimal | None) -> None:
    assert parse_cn(text) == value


_D = "零一二三四五六七八九"


def _write(n: int) -> str:
    """Independent writer of numbers below 100 million, for the round trip."""
    if n >= 10000:
        high, low = divmod(n, 10000)
        return _write(high) + "万" + ("" if not low else ("零" if low < 1000 else "") + _write(low))
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            out += ("零" if zero and out else "") + _D[digit] + name
            zero = False
        else:
            zero = True
    return out


@given(st.integers(min_value=1, max_value=99_999_999))
def test_written_numbers_are_read_back(n: int) -> None:
    assert parse_cn(_write(n)) == n
    assert parse_cn(f"{n:,}") == n


def test_article_numbers() -> None:
    assert article_number("第六十四条") == 64
    assert article_number("第64条之一") == 64
    assert article_number("一千二百六十") == 1260
    assert article_number("第条") is None
