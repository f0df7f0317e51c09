"""期限条目: versions by date and region, what a jurist may not write, overlays."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from yifa.law.calendar import default_calendar
from yifa.law.due import DueError
from yifa.law.limit_due import combined_due, due_by_limit
from yifa.law.limits import Basis, Limit, LimitError, Threshold, alias_index, apply_overlay, load_limits

CAL = default_calendar()
LAW = {"statute": "某法", "article": 1}


def entry(**changes: object) -> dict:
    return {
        "key": "area.reply",
        "name": "答复",
        "kind": "duty",
        "versions": [
            {"quantity": 15, "unit": "working_day", "from": date(2008, 5, 1), "to": date(2019, 5, 14), "basis": LAW},
            {"quantity": 20, "unit": "working_day", "from": date(2019, 5, 15), "to": None, "basis": LAW},
            {"quantity": 10, "unit": "working_day", "from": date(2020, 1, 1), "region": "33", "basis": LAW},
            {"quantity": 8, "unit": "working_day", "from": date(2021, 1, 1), "region": "3302", "basis": LAW},
        ],
        **changes,
    }


def threshold(**changes: object) -> dict:
    return {
        "key": "area.cap",
        "name": "上限",
        "type": "threshold",
        "unit": "分",
        "versions": [
            {"value": 5000, "from": date(1996, 10, 1), "to": date(2021, 7, 14), "basis": LAW},
            {"value": 20000, "from": date(2021, 7, 15), "basis": LAW},
            {"value": None, "from": date(2021, 7, 15), "region": "33", "note": "由省级规定"},
        ],
        "when_unknown": "treat_as_met",
        **changes,
    }


def one(raw: dict) -> Limit:
    limits, _ = load_limits([raw])
    return limits[raw["key"]]


@pytest.mark.parametrize(
    ("day", "place", "quantity"),
    [
        (date(2008, 4, 30), None, None),
        (date(2008, 5, 1), None, 15),
        (date(2019, 5, 14), None, 15),
        (date(2019, 5, 15), None, 20),
        (date(2019, 12, 31), "330212001", 20),  # the province's version is not yet in force
        (date(2020, 1, 1), "330212001", 10),
        (date(2021, 1, 1), "330212001", 8),  # the narrowest region wins
        (date(2021, 1, 1), "330100", 10),
        (date(2021, 1, 1), "320100", 20),
        (date(2021, 1, 1), "33", 10),
        (date(2021, 1, 1), None, 20),
    ],
)
def test_version_by_date_and_region(day: date, place: str | None, quantity: int | None) -> None:
    version = one(entry()).version_on(day, place)
    assert (version and version.quantity) == quantity


def test_threshold_by_date_and_region() -> None:
    _, thresholds = load_limits([threshold()])
    cap = thresholds["area.cap"]
    assert cap.value_on(date(1996, 9, 30)) is None
    assert cap.value_on(date(2021, 7, 14)) == 5000
    assert cap.value_on(date(2021, 7, 15)) == 20000
    assert cap.value_on(date(2021, 7, 15), "330212") is None  # the province has not set it
    version = cap.version_on(date(2021, 7, 15), "330212")
    assert version is not None
    assert version.note == "由省级规定"


def test_a_right_is_a_partys_unless_said_otherwise() -> None:
    assert one(entry(kind="right")).party
    assert not one(entry(kind="right", party=False)).party
    assert not one(entry(kind="duty")).party
    assert one(entry(kind="waiting_period", party=True)).party


def test_defaults() -> None:
    limit = one(entry())
    assert (limit.strength, limit.law_of, limit.before, limit.per, limit.aliases) == (
        "show",
        "clock_start",
        False,
        None,
        (),
    )
    assert limit.versions[0].bound == "at_most"


def test_basis_as_a_citation() -> None:
    assert str(Basis(statute="行政处罚法", article=64, paragraph=1, item=1)) == "行政处罚法第64条第1款第1项"
    assert str(Basis(document="国办发〔2018〕118号", verified="partly")) == "国办发〔2018〕118号（部分核对）"
    assert str(Basis(document="某通知", verified=False)) == "某通知（未核对）"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (entry(strenght="warn"), "strenght：不认识的栏目"),
        (entry(kind="power"), "kind：只能是"),
        (entry(key="reply"), "写法不合格式"),
        (entry(key=None), "类型不对"),
        ({k: v for k, v in entry().items() if k != "name"}, "name：缺少这一栏"),
        (entry(name=" "), "name：不能为空"),
        (entry(versions=[]), "versions"),
        (entry(latest_of=["area.other"]), "二者取一"),
        (entry(versions=[], latest_of=["area.a"], earliest_of=["area.b"]), "只能写一个"),
        (entry(party=True), "不因节假日顺延"),
        (entry(versions=[{"quantity": None, "unit": "month"}]), "由哪个栏目确定"),
        (entry(versions=[{"quantity": 3, "unit": "month"}]), "就要写依据"),
        (entry(versions=[{"quantity": -3, "unit": "month", "basis": LAW}]), r"versions\[1\].quantity：不能小于 0"),
        (entry(versions=[{"quantity": 3, "unit": "week", "basis": LAW}]), "unit：只能是"),
        (entry(versions=[{"quantity": 3, "unit": "month", "basis": {"article": 3}}]), "statute（法律法规）或 document"),
        (entry(versions=[{"quantity": 3, "unit": "month", "basis": LAW, "region": "3"}]), "region：写法不合格式"),
        (
            entry(
                versions=[
                    {"quantity": 3, "unit": "month", "basis": LAW, "from": date(2021, 1, 2), "to": date(2021, 1, 1)}
                ]
            ),
            "施行日2021-01-02晚于失效日2021-01-01",
        ),
        (
            entry(
                versions=[
                    {"quantity": 3, "unit": "month", "basis": LAW, "to": date(2021, 7, 15)},
                    {"quantity": 5, "unit": "month", "basis": LAW, "from": date(2021, 7, 15)},
                ]
            ),
            "有效期重叠",
        ),
        (
            entry(
                versions=[
                    {"quantity": 3, "unit": "month", "basis": LAW, "region": "33"},
                    {"quantity": 5, "unit": "month", "basis": LAW, "from": date(2021, 7, 15), "region": "33"},
                ]
            ),
            "地区33的两个版本",
        ),
        (entry(versions=[{"quantity": 3, "unit": "month", "basis": LAW, "from": "yesterday"}]), "不是日期"),
        (threshold(when_unknown="guess"), "when_unknown：只能是"),
        (threshold(versions=[]), "versions"),
        (threshold(versions=[{"value": None}]), "在 note 说明由谁规定"),
        (threshold(versions=[{"value": 200}]), "就要写依据"),
        (threshold(versions=[{"value": 1.5, "basis": LAW}]), "应为整数"),
        ("disclosure.reply", "应为 key、name"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(raw: object, said: str) -> None:
    with pytest.raises(LimitError, match=said) as caught:
        load_limits([entry(key="area.first"), raw])
    assert caught.value.index == 1


@pytest.mark.parametrize(
    "second",
    [
        entry(),
        entry(key="area.other", aliases=["old_reply"]),
        threshold(key="area.reply"),
        threshold(aliases=["old_reply"]),
    ],
)
def test_a_key_or_alias_used_twice_is_refused(second: dict) -> None:
    with pytest.raises(LimitError, match="重复"):
        load_limits([entry(aliases=["old_reply"]), second])


def test_versions_that_adjoin_and_those_of_other_regions_do_not_overlap() -> None:
    assert len(one(entry()).versions) == 4


def test_aliases_lead_to_keys() -> None:
    limits, thresholds = load_limits([entry(aliases=["old_reply"]), threshold(aliases=["old_cap"])])
    names = alias_index(limits, thresholds)
    assert names == {
        "area.reply": "area.reply",
        "old_reply": "area.reply",
        "area.cap": "area.cap",
        "old_cap": "area.cap",
    }
    assert isinstance(thresholds["area.cap"], Threshold)


def test_entries_cannot_be_changed() -> None:
    limit = one(entry())
    with pytest.raises(ValueError, match="frozen"):
        limit.name = "改名"


# -- overlays ---------------------------------------------------------------------------------------------------------


def test_an_overlay_fills_an_empty_number_and_replaces_the_regions_own() -> None:
    shipped = [
        entry(versions=[{"quantity": None, "unit": "working_day", "note": "由县级规定"}, entry()["versions"][2]]),
        threshold(),
    ]
    overlay = [
        {"key": "area.reply", "versions": [{"quantity": 3, "unit": "working_day", "region": "330212", "basis": LAW}]},
        {"key": "area.cap", "versions": [{"value": 100, "region": "33", "basis": LAW}]},
    ]
    limits, thresholds = load_limits(apply_overlay(shipped, overlay))
    day = date(2026, 1, 1)
    reply = limits["area.reply"]
    assert [
        v.quantity
        for v in (reply.version_on(day), reply.version_on(day, "3301"), reply.version_on(day, "330212001"))
        if v
    ] == [
        None,
        10,
        3,
    ]
    assert thresholds["area.cap"].value_on(day, "3301") == 100
    assert thresholds["area.cap"].value_on(date(2020, 1, 1)) == 5000
    assert len(shipped[0]["versions"]) == 2  # the shipped entries stay as they were


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"key": "area.none", "versions": []}, "area.none"),
        ({"key": "area.reply", "versions": [], "name": "改名"}, "只有 key"),
        ({"key": "area.reply", "versions": [{"quantity": 3, "unit": "working_day", "basis": LAW}]}, "都要写 region"),
    ],
)
def test_a_wrong_overlay_is_refused(extra: dict, said: str) -> None:
    with pytest.raises(LimitError, match=said):
        apply_overlay([entry()], [extra])


# -- from the entry to the day ----------------------------------------------------------------------------------------


def test_due_by_limit_takes_the_version_of_the_date_asked_for() -> None:
    limit = one(entry())
    old = due_by_limit(limit, date(2019, 5, 14), calendar=CAL)
    assert (old.due.due, old.version.quantity) == (date(2019, 6, 4), 15)
    by_later_law = due_by_limit(limit, date(2019, 5, 14), calendar=CAL, on=date(2019, 5, 15))
    assert by_later_law.due.due == date(2019, 6, 12)
    local = due_by_limit(limit, date(2021, 3, 1), calendar=CAL, place="330212001")
    assert local.due.due == date(2021, 3, 11)


def test_due_by_limit_says_its_basis() -> None:
    got = due_by_limit(one(entry()), date(2026, 9, 28), calendar=CAL).as_dict()
    assert got["basis"] == {"statute": "某法", "article": 1, "version_from": "2019-05-15"}
    assert got["due"] == "2026-10-30"
    assert len(got["skipped"]) == 12


def test_due_by_limit_passes_on_extension_pause_party_and_direction() -> None:
    limit = one(entry())
    longer = due_by_limit(limit, date(2026, 9, 1), calendar=CAL, extension=19, excluded=1)
    assert longer.due.due == date(2026, 11, 2)
    days = [{"quantity": 15, "unit": "calendar_day", "basis": LAW}]
    assert due_by_limit(one(entry(kind="right", versions=days)), date(2026, 9, 18), calendar=CAL).due.due == date(
        2026, 10, 8
    )
    assert due_by_limit(one(entry(before=True, versions=days)), date(2026, 9, 18), calendar=CAL).due.due == date(
        2026, 9, 2
    )


def test_an_empty_number_must_be_given() -> None:
    limit = one(entry(versions=[{"quantity": None, "unit": "calendar_day", "note": "由告知书写明"}]))
    with pytest.raises(DueError, match="由告知书写明"):
        due_by_limit(limit, date(2026, 3, 2), calendar=CAL)
    given = due_by_limit(limit, date(2026, 3, 2), calendar=CAL, quantity=10)
    assert given.due.due == date(2026, 3, 12)
    assert given.basis() is None
    by_field = one(entry(versions=[{"quantity": None, "unit": "calendar_day", "set_by": "days_given", "basis": LAW}]))
    assert due_by_limit(by_field, date(2026, 3, 2), calendar=CAL, quantity=10).basis() == {**LAW, "version_from": None}


def test_a_number_of_the_law_is_not_overridden() -> None:
    assert due_by_limit(one(entry()), date(2026, 9, 28), calendar=CAL, quantity=1).due.due == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("versions", "start", "said"),
    [
        (entry()["versions"], date(2001, 3, 1), "自2008-05-01起才有规定"),
        (entry()["versions"][:1], date(2026, 3, 1), "没有适用于该地的规定"),
        (entry()["versions"][2:], date(2026, 3, 1), "只有地方规定"),
    ],
)
def test_no_version_in_force_is_refused(versions: list, start: date, said: str) -> None:
    with pytest.raises(DueError, match=said):
        due_by_limit(one(entry(versions=versions)), start, calendar=CAL)


def test_the_first_lawful_day_after_a_waiting_period() -> None:
    days = one(
        entry(
            kind="waiting_period", versions=[{"quantity": 10, "unit": "working_day", "bound": "at_least", "basis": LAW}]
        )
    )
    assert due_by_limit(days, date(2026, 9, 28), calendar=CAL).first_lawful == date(2026, 10, 17)
    hours = one(
        entry(kind="waiting_period", versions=[{"quantity": 24, "unit": "hour", "bound": "at_least", "basis": LAW}])
    )
    moment = datetime(2026, 3, 2, 9, 0)
    assert due_by_limit(hours, moment, calendar=CAL).first_lawful == datetime(2026, 3, 3, 9, 0)


def test_a_limit_of_several_clocks_takes_the_latest_or_the_earliest() -> None:
    parts = [
        entry(key="area.days", versions=[{"quantity": 60, "unit": "calendar_day", "basis": LAW}]),
        entry(key="area.months", versions=[{"quantity": 6, "unit": "month", "basis": LAW}]),
    ]
    names = ["area.days", "area.months"]
    whole = entry(key="area.gate", versions=[], latest_of=names)
    first = entry(key="area.first", versions=[], earliest_of=names)
    limits, _ = load_limits([*parts, whole, first])
    start = date(2026, 1, 5)
    gate = combined_due(limits["area.gate"], limits, start, calendar=CAL)
    assert gate.due.due == date(2026, 7, 5)
    assert [p.due.due for p in gate.parts] == [date(2026, 3, 6), date(2026, 7, 5)]
    assert combined_due(limits["area.first"], limits, start, calendar=CAL).due.due == date(2026, 3, 6)
    starts = {"area.days": date(2026, 7, 1), "area.months": start}
    assert combined_due(limits["area.gate"], limits, starts, calendar=CAL).due.due == date(2026, 8, 30)
    with pytest.raises(DueError, match="由几个期限合成"):
        due_by_limit(limits["area.gate"], start, calendar=CAL)


@pytest.mark.parametrize("part", ["area.none", "area.gate"])
def test_a_combined_limit_must_name_single_limits(part: str) -> None:
    with pytest.raises(LimitError, match="不是已有的单个期限"):
        load_limits([entry(), entry(key="area.gate", versions=[], latest_of=[part])])


# -- what an error tells the reader of the file -----------------------------------------------------------------------


def refused(*entries: object) -> LimitError:
    with pytest.raises(LimitError) as caught:
        load_limits(list(entries))
    return caught.value


def test_an_error_names_the_entry_the_field_and_what_was_given() -> None:
    error = refused(entry(), entry(key="area.b", versions=[{"quantity": "x", "unit": "month", "basis": LAW}]))
    assert (error.index, error.path) == (1, ("versions", 0, "quantity"))
    assert str(error) == "area.b：versions[1].quantity：应为整数（现为“x”）。"


def test_errors_of_a_whole_entry_and_of_one_without_key() -> None:
    assert str(refused(entry(latest_of=["area.b"]))) == (
        "area.reply：要写 versions（各时期的期限），由其他期限合成的则写 latest_of 或 earliest_of，二者取一。"
    )
    assert str(refused({"name": "无键"})).startswith("第1条：key：缺少这一栏")
    assert str(refused("x")) == "第1条：应为 key、name、kind、versions 等栏目，现为“x”。"
    assert str(refused(entry(versions=[{"quantity": 1, "unit": "month", "basis": LAW, "from": "x"}]))) == (
        "area.reply：versions[1].from：不是日期，请写成 2021-07-15 的样子（现为“x”）。"
    )
    assert str(refused(entry(per=7))) == "area.reply：per：只能是 'party'（现为“7”）。"
    assert str(refused(entry(name=7))) == "area.reply：name：类型不对（现为“7”）。"
    overlapping = entry()["versions"][1:2] * 2
    assert "：两个版本的有效期重叠" in str(refused(entry(versions=overlapping)))


def test_a_double_use_names_both_and_the_place() -> None:
    error = refused(entry(aliases=["old"]), entry(key="area.b", aliases=["old"]))
    assert (error.index, error.path) == (1, ("key",))
    assert "“old”重复：area.reply和area.b" in str(error)


def test_a_combination_of_unknown_limits_names_its_place() -> None:
    assert refused(entry(), entry(key="area.b", versions=[], latest_of=["area.c"])).index == 1


def test_an_overlays_error_names_its_place() -> None:
    good = {"key": "area.reply", "versions": []}
    with pytest.raises(LimitError, match="地方补充第2条") as caught:
        apply_overlay([entry()], [good, {"key": "area.none", "versions": []}])
    assert caught.value.index == 1
    with pytest.raises(LimitError, match="region") as caught:
        apply_overlay([entry()], [good, {"key": "area.reply", "versions": [{}]}])
    assert (caught.value.index, caught.value.path) == (1, ("versions",))


def test_a_version_reads_as_words() -> None:
    versions = [
        {"quantity": 5, "unit": "working_day", "basis": LAW, "to": date(2020, 1, 1)},
        {"quantity": None, "unit": "month", "note": "由告知书写明", "from": date(2020, 1, 2), "to": date(2021, 1, 1)},
        {"quantity": None, "unit": "month", "set_by": "months", "from": date(2021, 1, 2)},
    ]
    assert [str(v) for v in one(entry(versions=versions)).versions] == ["5个工作日", "由告知书写明", "由文书确定"]


def test_a_due_limit_keeps_its_limit_and_version() -> None:
    limit = one(entry())
    got = due_by_limit(limit, date(2026, 9, 28), calendar=CAL)
    assert (got.limit, got.version, got.parts) == (limit, limit.versions[1], ())


def test_a_combination_judges_its_parts_by_the_law_and_place_asked_for() -> None:
    limits, _ = load_limits([entry(), entry(key="area.gate", versions=[], latest_of=["area.reply"])])
    gate, start = limits["area.gate"], date(2026, 9, 28)
    got = combined_due(gate, limits, start, calendar=CAL)
    assert (got.limit, got.version, got.due.due) == (gate, limits["area.reply"].versions[1], date(2026, 10, 30))
    assert combined_due(gate, limits, start, calendar=CAL, place="330212").version.quantity == 8
    assert combined_due(gate, limits, start, calendar=CAL, on=date(2019, 5, 14)).version.quantity == 15


def test_the_first_day_of_a_gap_is_named_as_having_no_rule() -> None:
    limit = one(entry(versions=entry()["versions"][:1]))
    with pytest.raises(DueError, match="自2008-05-01起才有规定，2008-04-30尚无"):
        due_by_limit(limit, date(2008, 4, 30), calendar=CAL, place="33")
    local = one(entry(versions=entry()["versions"][2:3]))
    with pytest.raises(DueError, match="自2020-01-01起才有规定"):
        due_by_limit(local, date(2019, 1, 1), calendar=CAL, place="330212")
    with pytest.raises(DueError, match="没有适用于该地的规定"):
        due_by_limit(local, date(2020, 1, 1), calendar=CAL, place="320100")


@pytest.mark.parametrize(("basis", "allowed"), [
    ({"document": "某规定", "article": 5, "paragraph": 1}, False), ({"document": "某规定", "article": 5, "paragraph": 1, "verified": False}, True),
    ({"document": "某规定", "article": 5, "paragraph": 1, "verified": "partly"}, True), ({"document": "某规定", "article": 5}, True),
    ({"document": "某规定", "paragraph": 1}, True), ({"statute": "某法", "article": 5, "paragraph": 1}, True),
])  # fmt: skip
def test_a_paragraph_of_a_document_is_checked_before_it_is_cited(basis: dict, allowed: bool) -> None:
    raw = entry(versions=[{"quantity": 1, "unit": "month", "basis": basis}])
    if allowed:
        assert load_limits([raw])[0]["area.reply"].versions[0].basis == Basis(**basis)
    else:
        with pytest.raises(LimitError, match=r"：非法律法规的文件写到款的，请先核对原文再标 verified: true，否则标 false。$"):
            load_limits([raw])


def test_a_version_may_be_in_force_for_one_day() -> None:
    day = date(2020, 1, 1)
    limit = load_limits([entry(versions=[{"quantity": 1, "unit": "month", "from": day, "to": day, "basis": LAW}])])[0]["area.reply"]
    assert limit.version_on(day) is not None
    assert limit.version_on(date(2020, 1, 2)) is None


def test_an_overlay_cannot_give_versions_to_a_combined_limit() -> None:
    both = [entry(), {"key": "area.both", "name": "合成", "kind": "waiting_period", "latest_of": ["area.reply"]}]
    merged = apply_overlay(both, [{"key": "area.both", "versions": [{"quantity": 1, "unit": "month", "region": "33", "basis": LAW}]}])
    with pytest.raises(LimitError, match="二者取一"):
        load_limits(merged)


def test_a_missing_field_is_named_without_repeating_the_whole_entry() -> None:
    raw = entry(versions=[{"quantity": 1, "basis": LAW}])
    with pytest.raises(LimitError, match=r"^area\.reply：versions\[1\]\.unit：缺少这一栏。$"):
        load_limits([raw])
