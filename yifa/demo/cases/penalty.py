"""行政处罚 by ordinary procedure: with waivers, statements, hearings, legal review by another person, one transfer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yifa.demo.cases.kit import Case, Kit


@dataclass(frozen=True)
class Matter:
    """What is punished: item of power, subject matter, field, whom, the fine in 元 from and to, what it rests on."""

    code: str
    name: str
    domain: str
    party_kind: str
    low: int
    high: int
    basis: str


_MATTERS = {
    Matter("CF0001", "擅自占用道路摆摊经营", "市容环卫", "个体工商户", 200, 1000, "《城市市容和环境卫生管理条例》"): 5,
    Matter("CF0002", "在河道管理范围内倾倒建筑垃圾", "水务河道", "自然人", 500, 5000, "《河道管理条例》"): 3,
    Matter("CF0003", "未如实记录安全生产教育和培训情况", "安全生产", "法人", 10000, 30000, "《安全生产法》第九十七条"): 3,
    Matter("CF0004", "露天焚烧秸秆", "生态环境", "自然人", 500, 2000, "《大气污染防治法》第一百一十九条"): 3,
}


def year(kit: Kit, year: int) -> Iterator[Case]:
    """The year's cases: 12 to 20 for a middling town, among them the special ones."""
    days = kit.starts(year, max(10, round(kit.rng.randint(13, 19) * kit.town.size)))
    special = ["听证", "听证", "移送", "逾期缴款", "申辩", "不予处罚", "超期"]
    for i, day in enumerate(days):
        yield one(kit, day, special[i] if i < len(special) else "")


def one(kit: Kit, day: date, special: str = "") -> Case:
    """One case. ``special``: 听证 | 移送 | 逾期缴款 | 申辩 | 不予处罚 | 超期 (decided after ninety days)."""
    case = kit.case("penalty", "超过办案期限作出决定" if special == "超期" else "")
    rng, town = kit.rng, kit.town
    m = next(x for x in _MATTERS if x.domain == "水务河道") if special == "移送" else kit.pick(_MATTERS)
    village = kit.village()
    officers = rng.sample(town.officers, 2)
    party = f"云河县{town.short}{rng.randint(1, 90)}号加工厂" if m.party_kind == "法人" else kit.people.name()
    case.take("lead", day, officers[0], source=rng.choice(("日常检查", "巡查发现", "群众举报")), matter=m.name, domain=m.domain,
              item_code=m.code, village=village, place=kit.name_of(village), acted_on=(day - timedelta(days=rng.randint(0, 2))).isoformat(),
              party=party, party_kind=m.party_kind, party_age=None if m.party_kind == "法人" else "成年",
              party_id=None if m.party_kind == "法人" else kit.people.id_number(), party_phone=kit.people.phone(),
              facts=f"在{kit.name_of(village)}发现{m.name}。")  # fmt: skip
    day = kit.later(day, 0, 2)
    filed = day
    case.take("file_case", day, officers[0], officers=officers, filing_approver=kit.leader(), suspected_clause=m.basis)
    day = kit.later(day, 1, 5)
    case.take("investigate", day, officers[0], ["现场检查笔录"] if special == "听证" else None, investigators=officers,
              certificates_shown=True, evidence_kind=["勘验笔录现场笔录", "当事人陈述"], inquiry="现场检查并询问当事人。")  # fmt: skip
    if special == "移送":
        return _to_police(kit, case, day, officers)
    if special == "申辩":
        case.take("register_evidence", day, officers[0], evidence_list="经营工具一批", evidence_approver=kit.leader())
        day = kit.later(day, 2, 5)
        case.take("dispose_evidence", day, officers[0], evidence_result="返还")
    day = kit.worked(filed + timedelta(days=75)) if special == "超期" else kit.later(day, 2, 8)
    hearing = special == "听证"
    case.take("conclude", day, officers[0], conclusion="违法事实清楚，证据充分。", rectify_ordered=True, corrected=True,
              complex_or_grave=hearing, review_grounds=["直接关系重大权益并经过听证"] if hearing else None)  # fmt: skip
    if special == "不予处罚":
        return _no_penalty(kit, case, day, officers)
    fine = 100 * rng.randrange(m.low, m.high + 1, 100)
    return _punish(kit, case, day, officers, m, fine, special)


def _punish(kit: Kit, case: Case, day: date, officers: list[str], m: Matter, fine: int, special: str) -> Case:
    rng, town = kit.rng, kit.town
    day = kit.later(day, 1, 3)
    told = day
    case.take("notify", day, officers[0], notice_number=f"{town.name}罚告〔{day.year}〕{rng.randint(1, 99)}号", intended_kinds=["罚款"],
              intended_fine=fine, hearing_told=True, statement_due=kit.calendar.add_working_days(day, 5).isoformat(),
              notice_service_way="直接送达")  # fmt: skip
    if special == "听证":
        day = _hearing(kit, case, day, officers)
    elif special == "申辩":
        day = kit.later(day, 1, 3)
        case.take("state", day, officers[1], statement_text="经营困难，请求减轻。")
        case.take("review_statement", kit.later(day, 1, 1), kit.leader(), statement_result="部分采纳", statement_review="已改正，可以从轻。")
        fine -= fine // 400 * 100
    elif kit.chance(0.5) and special != "超期":
        day = kit.later(day, 0, 2)
        case.take("waive", day, officers[0], waived_statement=True, waived_hearing=True)
        told = date.min
    if told > date.min:
        day = max(kit.worked(day), kit.calendar.add_working_days(told, 6))
    if special == "超期":
        day = kit.worked(day + timedelta(days=14))
    reviewer = rng.choice(town.reviewers)
    case.take("review_legality", day, reviewer, reviewer=reviewer, first_reviewer=False, review_result="同意", review_opinion="程序合法，裁量适当。")
    leader = kit.leader()
    if special == "听证":
        case.take("discuss", day, leader, attendees=town.leaders[:3], discussion="同意拟处罚意见。")
    day = kit.later(day, 0, 2)
    case.take("decide", day, leader, decision_number=f"{town.name}罚决〔{day.year}〕{rng.randint(100, 999)}号", decision_kind="给予处罚",
              penalty_kinds=["罚款"], fine_amount=fine, mitigated="从轻" if special == "申辩" else "无", penalty_basis=m.basis,
              remedy_told=True, late_fine_told=True, decided_by=leader, to_publish=True, corrected=True)  # fmt: skip
    day = kit.later(day, 0, 3)
    case.take("serve", day, officers[0], service_way=rng.choice(("直接送达", "当场交付")))
    case.take("publish", kit.later(day, 0, 3), kit.clerk(), published_at="云河县人民政府门户网站")
    return _paid(kit, case, day, officers, fine, special == "逾期缴款")


def _hearing(kit: Kit, case: Case, day: date, officers: list[str]) -> date:
    day = kit.later(day, 1, 4)
    case.take("request_hearing", day, officers[1])
    chair = kit.town.reviewers[0]
    day = kit.later(day, 1, 2)
    held = kit.calendar.add_working_days(day, 10)
    case.take("notify_hearing", day, officers[1], hearing_date=held.isoformat(), hearing_place="镇人民政府会议室",
              hearing_chair=chair, hearing_public=True)  # fmt: skip
    case.take("hold_hearing", held, chair, hearing_chair=chair, hearing_result="举行完毕", hearing_public=True)
    day = kit.later(held, 1, 3)
    case.take("report_hearing", day, chair, hearing_opinion="事实清楚，建议按拟处罚意见决定。")
    return day


def _paid(kit: Kit, case: Case, served: date, officers: list[str], fine: int, late: bool) -> Case:
    day = served
    if late:
        day = kit.worked(served + timedelta(days=20))
        over = (day - served).days - 15
        case.take("add_late_fine", day, officers[0], late_fine_from=(served + timedelta(days=16)).isoformat(),
                  late_fine_amount=min(fine, fine * 3 * over // 100))  # fmt: skip
    day = max(kit.later(day, 1, 7), kit.calendar.add_working_days(served, 4))
    case.take("pay", day, officers[0], paid_amount=fine, pay_way=kit.rng.choice(("指定银行", "电子支付")))
    day = kit.later(day, 1, 5)
    case.take("close", day, officers[0], close_reason="履行完毕", close_approver=kit.leader())
    case.take("archive", kit.later(day, 3, 15), kit.clerk(), archived_by=kit.clerk(), archive_pages=kit.rng.randint(20, 60))
    return case


def _no_penalty(kit: Kit, case: Case, day: date, officers: list[str]) -> Case:
    day = kit.later(day, 1, 4)
    leader = kit.leader()
    case.take("decide", day, leader, decision_kind="不予处罚", no_penalty_ground="首违且后果轻微", decided_by=leader, remedy_told=True,
              corrected=True)  # fmt: skip
    day = kit.later(day, 0, 3)
    case.take("serve", day, officers[0], service_way="直接送达")
    case.take("close", kit.later(day, 1, 5), officers[0], close_reason="不予处罚", close_approver=leader)
    return case


def _to_police(kit: Kit, case: Case, day: date, officers: list[str]) -> Case:
    more: dict[str, Any] = {"transfer_approver": kit.town.leaders[0]}
    day = kit.later(day, 0, 1)
    case.take("report_crime", day, officers[0], transfer_team=officers)
    case.take("approve_transfer", day, kit.town.leaders[0], transfer_decision="批准移送", **more)
    case.take("transfer", day, officers[0], transfer_document="涉嫌犯罪案件移送书", police="云河县公安局")
    day = day + timedelta(days=2)
    case.take("receive_police_decision", day, officers[0], police_decision="立案")
    case.take("hand_over_goods", day, officers[0])
    case.take("close", kit.later(day, 1, 3), officers[0], close_reason="移送司法机关", close_approver=kit.leader())
    return case
