"""The statute book: what is in force when (法规效力)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from yifa.law.statute_files import StatuteDataError, make_book, parse_entries, shipped_book
from yifa.law.statute_titles import edit_distance, normalise_title, similarity
from yifa.law.statutes import Statute, StatuteBook, describe

BOOK = shipped_book()


@pytest.mark.parametrize(
    ("key", "day", "status"),
    [
        ("信访条例", date(2022, 4, 30), "in_force"),
        ("信访条例", date(2022, 5, 1), "repealed"),
        ("信访条例", date(2005, 4, 30), "not_yet_effective"),
        ("信访工作条例", date(2022, 4, 30), "not_yet_effective"),
        ("信访工作条例", date(2022, 5, 1), "in_force"),
        ("环境保护法", date(2026, 8, 14), "in_force"),
        ("环境保护法", date(2026, 8, 15), "repealed"),
        ("大气污染防治法", date(2026, 8, 15), "repealed"),
        ("生态环境法典", date(2026, 8, 14), "not_yet_effective"),
        ("生态环境法典", date(2026, 8, 15), "in_force"),
        ("民法典", date(2020, 12, 31), "not_yet_effective"),
        ("民法典", date(2021, 1, 1), "in_force"),
        ("合同法", date(2020, 12, 31), "in_force"),
        ("合同法", date(2021, 1, 1), "repealed"),
        ("森林防火条例", date(2025, 12, 31), "in_force"),
        ("森林防火条例", date(2026, 1, 1), "repealed"),
        ("档案法实施办法", date(2024, 3, 1), "repealed"),
        ("行政处罚法", date(1996, 9, 30), "not_yet_effective"),
        ("行政处罚法", date(2021, 7, 14), "in_force"),
        ("法治宣传教育法", date(2025, 10, 31), "not_yet_effective"),
        ("人民调解工作若干规定", date(2024, 1, 1), "unknown"),
        ("法律援助条例", date(2023, 1, 1), "unknown"),
        ("殡葬管理条例", date(2023, 1, 1), "unknown"),
        ("法治政府建设实施纲要（2015－2020年）", date(2020, 12, 31), "in_force"),
        ("法治政府建设实施纲要（2015－2020年）", date(2021, 1, 1), "repealed"),
    ],
)
def test_status_on_a_day(key: str, day: date, status: str) -> None:
    assert BOOK.status_on(key, day) == status


def test_petition_regulation_2005_is_followed_by_the_petition_work_regulation() -> None:
    successor = BOOK.successor("信访条例")
    assert successor is not None
    assert successor.key == "信访工作条例"


def test_civil_code_1260_ended_nine_laws_on_its_first_day() -> None:
    ended = {s.key for s in BOOK if s.ended and s.ended.by and s.ended.by.statute == "民法典" and s.ended.by.article == 1260}
    assert ended == {"婚姻法", "继承法", "民法通则", "收养法", "担保法", "合同法", "物权法", "侵权责任法", "民法总则"}
    assert all(BOOK.status_on(key, date(2021, 1, 1)) == "repealed" for key in ended)
    assert all(BOOK.status_on(key, date(2020, 12, 31)) == "in_force" for key in ended)


def test_ecological_code_1242_ended_ten_laws() -> None:
    ended = {s.key for s in BOOK if s.ended and s.ended.by and s.ended.by.statute == "生态环境法典"}
    assert len(ended) == 10
    assert all(BOOK.status_on(key, date(2026, 8, 14)) == "in_force" for key in ended)


def test_peoples_mediation_law_was_never_amended() -> None:
    law = BOOK.get("人民调解法")
    assert law is not None
    assert law.never_amended
    assert not BOOK.get("行政处罚法").never_amended  # type: ignore[union-attr]
    assert not BOOK.get("慈善法").never_amended  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "year", "status"),
    [
        ("信访条例", 2021, "in_force"), ("信访条例", 2022, "in_force"), ("信访条例", 2023, "repealed"),
        ("信访工作条例", 2022, "in_force"), ("信访工作条例", 2021, "not_yet_effective"),
        ("行政处罚法", 2021, "amended"), ("行政处罚法", 2022, "in_force"),
        ("行政复议法", 2024, "in_force"),  # the new version holds for the whole year
        ("治安管理处罚法", 2025, "in_force"), ("村民委员会组织法", 2026, "in_force"),
        ("监察法", 2025, "amended"), ("民法典", 2020, "not_yet_effective"), ("殡葬管理条例", 2024, "unknown"),
    ],
)
def test_status_in_a_reporting_year(key: str, year: int, status: str) -> None:
    assert BOOK.status_in_year(key, year) == status


def test_a_version_after_the_cut_off_does_not_count() -> None:
    assert BOOK.status_in_year("行政处罚法", 2021, cutoff=date(2021, 6, 30)) == "in_force"
    assert BOOK.status_in_year("信访工作条例", 2022, cutoff=date(2022, 4, 30)) == "not_yet_effective"


def test_version_on_gives_the_text_of_that_day() -> None:
    before = BOOK.version_on("行政处罚法", date(2021, 7, 14))
    after = BOOK.version_on("行政处罚法", date(2021, 7, 15))
    assert before is not None
    assert after is not None
    assert (before.articles, after.articles) == (64, 86)


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("《中华人民共和国行政处罚法》", "行政处罚法"), ("行政处罚法", "行政处罚法"), ("《行政 处罚法》", "行政处罚法"),
        ("《行政处罚法（2021年修订）》", "行政处罚法"), ("保密法", "保守国家秘密法"), ("村委会组织法", "村民委员会组织法"),
        ("法治政府建设实施纲要(2015-2020年)", "法治政府建设实施纲要（2015－2020年）"),
        ("法治政府建设实施纲要（2021—2025年）", "法治政府建设实施纲要（2021－2025年）"),
        ("法治政府建设实施纲要（2021年-2025年）", "法治政府建设实施纲要（2021－2025年）"),
        ("“八五”普法规划", "“八五”普法规划"), ("中国共产党支部工作条例", "中国共产党支部工作条例（试行）"),
        ("关于加强行政规范性文件制定和监督管理工作的通知", "国办发〔2018〕37号"),
    ],
)
def test_titles_resolve_in_every_written_form(printed: str, key: str) -> None:
    match = BOOK.resolve(printed)
    assert match is not None
    assert match.statute.key == key


@pytest.mark.parametrize(
    "printed", ["民法典（草案）", "信访条例实施办法", "五华县法治政府建设实施纲要(2016-2020年)", "广东省信访条例", "关于修改〈行政处罚法〉的决定", ""]
)
def test_titles_of_other_documents_do_not_resolve(printed: str) -> None:
    assert BOOK.resolve(printed) is None


def test_the_edition_mark_is_handed_back() -> None:
    match = BOOK.resolve("《行政处罚法（2021年修订）》")
    assert match is not None
    assert match.edition == "2021年修订"


@pytest.mark.parametrize(
    ("printed", "key"), [("行政复议发", "行政复议法"), ("信访工作条列", "信访工作条例"), ("行政处法", "行政处罚法"), ("人民解调法", "人民调解法")]
)
def test_closest_finds_what_a_misprint_means(printed: str, key: str) -> None:
    assert BOOK.closest(printed)[0][0].key == key


def test_every_entry_is_consistent() -> None:
    for statute in BOOK:
        for earlier, later in zip(statute.versions, statute.versions[1:], strict=False):
            assert earlier.to == later.from_ - timedelta(days=1), statute.key
        if statute.ended:
            assert statute.versions[-1].to == statute.ended.from_ - timedelta(days=1), statute.key
        elif statute.versions:
            assert statute.versions[-1].to is None, statute.key
        for version in statute.versions:
            enacted = version.adopted or version.promulgated
            if enacted and version.change == "original" and statute.kind == "law":
                assert enacted <= version.from_, statute.key
            if statute.history_complete and version.adopted and version.promulgated is None:
                assert version.adopted in statute.enacted, statute.key
        assert list(statute.enacted) == sorted(statute.enacted), statute.key


def test_the_book_holds_the_instruments_of_the_reference_lists() -> None:
    wanted = [
        "宪法", "民法典", "地方组织法", "行政处罚法", "行政许可法", "行政强制法", "行政复议法", "行政复议法实施条例", "行政诉讼法", "国家赔偿法", "民事诉讼法",
        "信访工作条例", "信访条例", "人民调解法", "人民调解委员会组织条例", "人民调解工作若干规定", "商事调解条例", "法律援助法", "法律援助条例", "法治宣传教育法",
        "村民委员会组织法", "城市居民委员会组织法", "治安管理处罚法", "仲裁法", "劳动争议调解仲裁法", "劳动法", "劳动合同法", "农村土地承包经营纠纷调解仲裁法", "农村土地承包法",
        "土地管理法", "城乡规划法", "水法", "预算法", "农村集体经济组织法", "乡村振兴促进法", "突发事件应对法", "保守国家秘密法", "档案法", "档案法实施条例",
        "档案法实施办法", "监察法", "公务员法", "公职人员政务处分法", "国家安全法", "反有组织犯罪法", "反电信网络诈骗法", "网络安全法", "数据安全法", "个人信息保护法",
        "安全生产法", "消防法", "禁毒法", "未成年人保护法", "家庭教育促进法", "妇女权益保障法", "反家庭暴力法", "社区矫正法", "国家通用语言文字法", "民营经济促进法",
        "生态环境法典", "环境保护法", "海洋环境保护法", "民族团结进步促进法", "国家发展规划法", "政府信息公开条例", "重大行政决策程序暂行条例", "优化营商环境条例",
        "保障农民工工资支付条例", "公平竞争审查条例", "行政执法监督条例", "行政执法机关移送涉嫌犯罪案件的规定", "罚款决定与罚款收缴分离实施办法", "河道管理条例", "森林草原防灭火条例",
        "森林防火条例", "草原防火条例", "宁波市人民调解条例", "中国共产党政法工作条例", "党政机关公文处理工作条例", "法治政府建设与责任落实督察工作规定", "保障中小企业款项支付条例",
        "政务数据共享条例", "公平竞争审查条例实施办法", "信用修复管理办法",
    ]
    assert [title for title in wanted if BOOK.resolve(title) is None] == []


def test_describe_states_versions_status_and_successors() -> None:
    petition = BOOK.get("信访条例")
    assert petition is not None
    told = describe(petition, date(2023, 1, 1))
    assert (told["status"], told["status_name"]) == ("repealed", "已失效")
    assert told["version"] is None
    assert told["successors"] == ["信访工作条例"]
    assert told["ended"]["from"] == "2022-05-01"
    assert told["versions"][0]["articles"] == 51


def test_describe_says_why_an_article_cannot_be_shown() -> None:
    penalty = BOOK.get("行政处罚法")
    assert penalty is not None
    today = date(2026, 1, 1)
    assert "86条" in describe(penalty, today, article=87)["article"]["message"]
    assert "导入" in describe(penalty, today, article=64)["article"]["message"]
    assert describe(penalty, today, article=64, article_text="甲")["article"] == {"number": 64, "text": "甲", "message": ""}
    assert describe(penalty, date(1990, 1, 1), article=1)["article"]["text"] is None


def _entry(**changes: object) -> dict[str, object]:
    return {"key": "甲法", "title": "中华人民共和国甲法", "kind": "law",
            "versions": [{"from": date(2000, 1, 1), "to": None, "change": "original"}], **changes}


def test_bad_entries_are_refused_with_file_entry_and_reason() -> None:
    with pytest.raises(StatuteDataError, match=r"x\.yaml.*甲法.*kind"):
        parse_entries([_entry(kind="rule")], "x.yaml")
    with pytest.raises(StatuteDataError, match="列表"):
        parse_entries({"key": "甲法"}, "x.yaml")
    with pytest.raises(StatuteDataError, match="重叠"):
        parse_entries([_entry(versions=[{"from": date(2000, 1, 1)}, {"from": date(2010, 1, 1)}])], "x.yaml")
    with pytest.raises(StatuteDataError, match="早于"):
        parse_entries([_entry(versions=[{"from": date(2000, 1, 1), "to": date(1999, 1, 1)}])], "x.yaml")
    with pytest.raises(StatuteDataError, match="失效"):
        parse_entries([_entry(ended={"from": date(2010, 1, 1)})], "x.yaml")
    with pytest.raises(StatuteDataError, match="plan_period"):
        parse_entries([_entry(kind="plan")], "x.yaml")


def test_two_entries_may_not_share_a_title_and_references_must_exist() -> None:
    one = Statute.model_validate(_entry())
    with pytest.raises(StatuteDataError, match="同时属于"):
        make_book([one, Statute.model_validate(_entry(key="乙法"))])
    with pytest.raises(StatuteDataError, match="都是"):
        make_book([one, one])
    with pytest.raises(StatuteDataError, match="没有的“丙法”"):
        make_book([Statute.model_validate(_entry(successors=["丙法"]))])


def test_unverified_dates_never_give_a_certain_answer() -> None:
    entry = _entry(versions=[{"from": date(2000, 1, 1), "to": None, "change": "original", "verified": False}])
    book = StatuteBook([Statute.model_validate(entry)])
    assert book.status_on("甲法", date(2010, 1, 1)) == "unknown"
    assert book.status_on("甲法", date(1990, 1, 1)) == "unknown"


def test_before_the_first_listed_version_the_day_of_first_effect_decides() -> None:
    amended = [{"from": date(2010, 1, 1), "to": None, "change": "amended"}]
    silent = StatuteBook([Statute.model_validate(_entry(versions=amended))])
    assert silent.status_on("甲法", date(2005, 1, 1)) == "unknown"
    known = StatuteBook([Statute.model_validate(_entry(versions=amended, since=date(2000, 1, 1)))])
    assert known.status_on("甲法", date(2005, 1, 1)) == "in_force"
    assert known.status_on("甲法", date(1999, 12, 31)) == "not_yet_effective"
    assert known.version_on("甲法", date(2005, 1, 1)) is None
    assert known.status_in_year("甲法", 2010) == "in_force"  # in force from the first day of the year
    changed = [{"from": date(2010, 3, 1), "to": None, "change": "amended"}]
    mid_year = StatuteBook([Statute.model_validate(_entry(versions=changed, since=date(2000, 1, 1)))])
    assert mid_year.status_in_year("甲法", 2010) == "amended"


def test_edit_distance_counts_insertions_replacements_and_swaps() -> None:
    assert edit_distance("行政处罚法", "行政处法", 3) == 1
    assert edit_distance("人民调解法", "人民解调法", 3) == 1
    assert edit_distance("甲乙", "丙丁", 1) == 2
    assert similarity("甲乙丙丁", "甲乙丙戊") == pytest.approx(0.75)
    assert normalise_title("《中华人民共和国 水法》") == "水法"
