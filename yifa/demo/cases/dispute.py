"""矛盾纠纷: found, registered, mediated by village or town committees, resolved (about 97 of 100), followed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from yifa.demo.cases.kit import Case, Kit

_SOURCES = {"网格巡查": 5, "主动排查": 4, "村居上报": 4, "当事人申请": 4, "12345转办": 1, "法院委派委托": 1, "公安移送": 1}
_BRIEFS: dict[str, tuple[int, list[str]]] = {
    "邻里": (9, ["两家因排水沟走向争执", "两家因院墙滴水争执", "因噪声扰邻发生口角"]),
    "婚姻家庭": (7, ["夫妻因家务和债务争吵", "兄弟因赡养老人分担不一致发生争执", "因彩礼返还发生争议"]),
    "房屋宅基地": (5, ["因宅基地边界发生争议", "因共用院坝使用发生争议"]),
    "山林土地": (4, ["因承包地界址不清发生争议", "因林木砍伐补偿发生争议"]),
    "合同": (4, ["因房屋租金拖欠发生争议", "因民间借款逾期发生争议"]),
    "劳动争议": (3, ["务工人员追讨工钱", "因工伤误工补助发生争议"]),
    "损害赔偿": (3, ["牲畜践踏庄稼要求赔偿", "施工损坏围墙要求赔偿"]),
    "道路交通事故": (2, ["电动车擦碰后对赔偿数额有分歧"]),
    "征地拆迁": (2, ["对青苗补偿清点数有异议"]),
    "消费": (1, ["因农资质量发生争议"]),
    "物业": (1, ["因物业服务费发生争议"]),
}


def year(kit: Kit, year: int) -> Iterator[Case]:
    """The year's disputes: 80 to 110 for a middling town, one of them mediated too long."""
    days = kit.starts(year, round(kit.rng.randint(84, 106) * kit.town.size))
    slow = kit.rng.randrange(len(days))
    for i, day in enumerate(days):
        yield one(kit, day, slow=i == slow)


def one(kit: Kit, day: date, slow: bool = False) -> Case:
    """One dispute from its report (or registration) to its end."""
    case = kit.case("dispute", "调解超过期限而没有约定延长" if slow else "")
    village, clerk = kit.village(), kit.clerk()
    source = kit.pick(_SOURCES)
    kind = kit.pick({k: w for k, (w, _) in _BRIEFS.items()})
    told: dict[str, Any] = {"source": source, "village": village, "place": f"{kit.name_of(village)}{kit.rng.randint(1, 9)}组"}
    brief = kit.rng.choice(_BRIEFS[kind][1])
    if source in ("网格巡查", "主动排查", "村居上报"):
        case.take("report", day, clerk, **told, brief=brief, reporter=kit.people.name())
        day = kit.later(day, 0, 2)
        case.take("verify", day, clerk, verify_result=kit.pick({"属实": 9, "部分属实": 1}))
    high = kit.chance(0.06) and not slow
    by_village = not high and kit.chance(0.68)
    level = "村（社区）" if by_village else "镇（街道）"
    parties = [{"name": kit.people.name(), "side": side, "id_number": kit.people.id_number(), "phone": kit.people.phone(),
                "address": kit.people.address(kit.name_of(village))} for side in ("申请人", "被申请人")]  # fmt: skip
    case.take("register", day, clerk, **told, dispute_type=kind, party_a=parties[0]["name"], party_b=parties[1]["name"],
              parties=parties, people_count=kit.rng.choice((2, 2, 2, 3, 4, 6)), brief=brief, level=level)  # fmt: skip
    risk = "红" if high else kit.pick({"蓝": 7, "黄": 3, "橙": 1})
    case.take("grade", day, clerk, risk=risk, level=level, leader=kit.leader() if high else None)
    if high:
        case.take("assign", day, clerk, responsible_unit="镇综治中心", due_on=(day + timedelta(days=40)).isoformat())
    if kit.chance(0.02) and not slow:
        return _transfer(kit, case, kit.later(day, 1, 4), clerk)
    return _mediate(kit, case, day, village, by_village, kind, slow)


def _transfer(kit: Kit, case: Case, day: date, clerk: str) -> Case:
    case.take("transfer", day, clerk, transfer_to=kit.rng.choice(("诉讼", "劳动仲裁")), transfer_document="移送函",
              transfer_receipt="已接收")  # fmt: skip
    day = kit.later(day, 2, 8)
    case.take("close", day, clerk, close_approver=kit.leader(), close_note="已移送并收到回执")
    return case


def _mediate(kit: Kit, case: Case, day: date, village: str, by_village: bool, kind: str, slow: bool) -> Case:
    town, rng = kit.town, kit.rng
    committee = village if by_village else town.code
    mediators = rng.sample(town.mediators[committee], 1 if by_village else 2)
    by = "村（社区）调委会" if by_village else kit.pick({"镇（街道）调委会": 8, "司法所": 2, "派出所联合调解": 2, "镇综治中心": 1})
    worker = mediators[0]
    day = kit.later(day, 0, 2)
    case.take("accept_mediation", day, worker, mediation_origin=rng.choice(("主动调解", "依当事人申请")),
              consent="各方同意", committee=committee, mediators=mediators, chosen_by="调委会指定")  # fmt: skip
    case.take("tell_rights", day, worker, rights_form=rng.choice(("书面告知书", "口头告知并记录")))
    accepted = day
    day = kit.later(day, 1, 4)
    case.take("investigate", day, worker, investigation="向双方和邻居了解了经过，查看了现场。")
    day = kit.later(day, 0, 3)
    counsel = kit.chance(0.22)
    case.take("mediate", day, worker, mediated_by=by, mediators=mediators, counsel_joined=counsel,
              counsel=town.lawyer_of(village) if counsel else None, session_result="双方各自陈述，分歧缩小。")  # fmt: skip
    if slow or kit.chance(0.2):
        day = kit.worked(accepted + timedelta(days=38)) if slow else kit.later(day, 2, 6)
        case.take("mediate_again", day, worker, mediators=mediators, session_result="就数额和履行办法再次协商。")
    day = kit.later(day, 0, 2)
    if not slow and kit.chance(0.03):
        case.take("fail", day, worker, fail_reason=rng.choice(("达不成协议", "一方拒绝", "当事人要求终止")),
                  routes_told=["仲裁", "诉讼"] if kind == "劳动争议" else ["诉讼"])  # fmt: skip
        case.take("close", kit.later(day, 1, 4), kit.clerk(), close_approver=kit.leader(), close_note="已告知其他途径")
        return case
    return _resolve(kit, case, day, worker, kind)


def _resolve(kit: Kit, case: Case, day: date, worker: str, kind: str) -> Case:
    rng = kit.rng
    form = "书面协议" if kind == "山林土地" else kit.pick({"书面协议": 6, "口头协议": 3, "当场履行无协议": 1})
    money = kind in ("合同", "劳动争议", "损害赔偿", "道路交通事故", "消费", "物业")
    case.take("resolve", day, worker, ["调解协议书"] if kit.chance(0.01) else None, resolve_way="人民调解", agreement_form=form,
              agreement_amount=100 * rng.randrange(500, 60_000, 100) if money else None,
              agreement=None if form == "当场履行无协议" else "双方互相谅解，按约定的办法和期限履行。",
              signed_by_all=True if form == "书面协议" else None,
              perform_due=(day + timedelta(days=15)).isoformat() if money else None,
              outcome_prevented=kit.pick({"无": 30, "民转刑": 1, "群体性上访": 1}))  # fmt: skip
    if form == "书面协议" and kit.chance(0.07):
        day = kit.later(day, 2, 12)
        case.take("apply_confirmation", day, worker, court="云河县人民法院", joint_application=True, not_excluded=True)
        day = kit.later(day, 5, 15)
        case.take("confirm", day, worker, judicial_confirmation="确认有效", confirmation_number=f"（{day.year}）云调确{rng.randint(1, 300)}号")
    day = kit.later(day, 3, 15)
    if money:
        case.take("perform", day, worker, performance=kit.pick({"已履行": 12, "部分履行": 1}))
    case.take("visit", day, worker, performance="已履行" if money else "不需履行", satisfied=kit.chance(0.98), relapse=False,
              visit_note="电话回访，双方没有新的争议。")  # fmt: skip
    case.take("close", kit.later(day, 0, 5), kit.clerk(), close_approver=kit.leader())
    if kit.chance(0.5):
        case.take("archive", kit.later(day, 6, 20), kit.clerk(), archived_by=kit.clerk(), archive_pages=rng.randint(6, 24))
    return case
