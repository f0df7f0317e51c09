"""信访事项: the six branches of 信访工作条例 article 31, suggestions, accusations, wrong addressees, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yifa.demo.cases.kit import Case, Kit

_CHANNELS = {"信息网络": 6, "走访": 6, "12345转办": 4, "书信": 2, "电话": 2, "领导接访下访": 2, "上级信访部门转送": 3, "上级交办": 1}
_REQUESTS = {
    "1诉讼复议检察公安程序": ("不服交通事故责任认定，要求重新处理", "公安机关复核程序"),
    "2仲裁": ("要求企业支付拖欠的工资", "劳动人事争议仲裁"),
    "3党员申诉复审": ("对党纪处分不服，请求复查", "党员申诉程序"),
    "4行政程序": ("要求认定宅基地使用权人", "土地权属争议行政裁决"),
    "5履行保护职责": ("邻居养殖场污水外排，要求制止", "生态环境行政执法程序"),
}
_OWN = {
    "要求解决门前道路积水": "乡村振兴促进法",
    "要求落实低保复核": "社会救助暂行办法",
    "要求公开村集体账目并答复": "村民委员会组织法",
    "要求维修村内供水管道": "乡村振兴促进法",
    "对征地补偿公示数有异议": "土地管理法",
}
"""What a town handles itself (branch six), and the law its opinion rests on."""


def year(kit: Kit, year: int) -> Iterator[Case]:
    """The year's petitions: each branch at least once, one review chain, one opinion given late."""
    kinds = [*_REQUESTS, "6信访处理", "建议意见", "检举控告", "告知去向", "异议"]
    weights = {"6信访处理": 12, "2仲裁": 2, "4行政程序": 3, "1诉讼复议检察公安程序": 2, "5履行保护职责": 2, "建议意见": 3, "检举控告": 1, "告知去向": 3}
    n = max(round(kit.rng.randint(28, 42) * kit.town.size), len(kinds) + 8)
    kinds += [kit.pick(weights) for _ in range(n - len(kinds))]
    kit.rng.shuffle(kinds)
    own = [i for i, k in enumerate(kinds) if k == "6信访处理"]
    special = dict(zip(own, ["复查", "逾期", "延期", "听证"], strict=False))
    for i, day in enumerate(kit.starts(year, n)):
        yield one(kit, day, kinds[i], special.get(i, ""))


def one(kit: Kit, day: date, kind: str, special: str = "") -> Case:
    """One petition. ``kind`` is a branch or 建议意见 | 检举控告 | 告知去向 | 异议; ``special`` 复查 | 逾期 | 延期 | 听证."""
    rng, clerk, head = kit.rng, kit.clerk(), kit.leader()
    latest = kit.calendar.previous_working_day(day + timedelta(days=15))
    case = kit.case("petition", "处理意见书逾期出具" if special == "逾期" else "",
                    "petition_head,leader" if kind == "检举控告" else None)  # fmt: skip
    village = kit.village()
    channel = "上级信访部门转送" if kind == "异议" else kit.pick(_CHANNELS)
    purpose = kind if kind in ("建议意见", "检举控告") else "申诉求决"
    request = {"建议意见": "建议在集镇增设公交停靠点", "检举控告": "反映村级工程款使用不明"}.get(kind) or (
        _REQUESTS[kind][0] if kind in _REQUESTS else rng.choice(list(_OWN)))  # fmt: skip
    group = channel == "走访" and kit.chance(0.2)
    case.take("register", day, clerk, channel=channel, petitioner=kit.people.name(), phone=kit.people.phone(),
              address=kit.people.address(kit.name_of(village)), people_count=rng.randint(5, 9) if group else 1,
              joint_visit=group, representatives=rng.randint(2, 5) if group else None, repeat="初次",
              request=request, village=village, urgent=False, purpose=purpose,
              transfer_document="信访转送单" if channel == "上级信访部门转送" else None,
              leader_in_charge=head if group or kit.chance(0.25) else None, leader_received=channel == "领导接访下访")  # fmt: skip
    if kind == "异议":
        return _object(kit, case, day, clerk)
    day = min(kit.later(day, 0, 2), latest)
    if kind == "告知去向":
        case.take("redirect", max(day, min(kit.later(day, 0, 4), latest)), clerk, right_organ="云河县交通运输局", notice_way="电子送达")
        case.take("close", kit.later(day, 5, 7), clerk, close_kind="告知去向")
        return case
    branch = kind if kind in _REQUESTS or kind == "6信访处理" else None
    case.take("classify", day, head, purpose=purpose, branch=branch, own_remit=kind != "检举控告",
              handler=clerk, handling_unit="镇信访办")  # fmt: skip
    day = max(day, min(kit.later(day, 1, 5), latest))
    if kind == "检举控告":
        case.take("hand_over", day, clerk, handed_to="云河县纪委监委")
        case.take("close", kit.later(day, 0, 2), clerk, close_kind="移交检举控告")
    elif kind == "建议意见":
        case.take("notify_accept", day, clerk, notice_way="电子送达", route_told="答复建议")
        day = kit.later(day, 3, 12)
        case.take("reply_suggestion", day, clerk, suggestion_result=rng.choice(("采纳", "部分采纳")), reply_content="已与有关单位商定，列入明年计划。")
        case.take("close", kit.later(day, 0, 2), clerk, close_kind="答复建议")
    else:
        case.take("notify_accept", day, clerk, notice_number=f"{kit.town.short}信告〔{day.year}〕{rng.randint(1, 99)}号",
                  notice_way=rng.choice(("直接送达", "电子送达", "邮寄送达")), route_told=_REQUESTS.get(kind, ("", "信访处理程序"))[1])  # fmt: skip
        if kind in _REQUESTS:
            _divert(kit, case, day, clerk, kind)
        else:
            _handle(kit, case, day, clerk, head, special)
    return case


def _object(kit: Kit, case: Case, day: date, clerk: str) -> Case:
    case.take("object", kit.later(day, 1, 4), clerk, objection_reason="反映事项属县交通运输局职权。")
    day = kit.later(day, 5, 8)
    case.take("answer_objection", day, clerk, objection_result="同意退回", returned_materials="来信及附件共三页")
    case.take("close", day, clerk, close_kind="不予受理")
    return case


def _divert(kit: Kit, case: Case, day: date, clerk: str, kind: str) -> None:
    day = kit.later(day, 0, 3)
    case.take("divert", day, clerk, target_procedure=_REQUESTS[kind][1], divert_basis="信访工作条例第三十一条", branch=kind)
    day = kit.later(day, 8, 22)
    case.take("finish_procedure", day, clerk, procedure_result="有关机关已按其程序作出处理并告知本人。")
    case.take("close", kit.later(day, 0, 3), clerk, close_kind="导入法定途径")


def _handle(kit: Kit, case: Case, accepted: date, clerk: str, head: str, special: str) -> None:
    rng = kit.rng
    day = kit.later(accepted, 1, 5)
    case.take("hear_party", day, clerk)
    day = kit.later(day, 0, 5)
    case.take("investigate", day, clerk, ["调查笔录"] if special == "听证" else None, investigation="到现场查看，并向村委会核实。", handler=clerk)
    if special == "听证":
        day = kit.later(day, 4, 8)
        chair = next(p for p in kit.town.leaders if p != clerk)
        case.take("hold_hearing", day, chair, hearing_chair=chair, hearing_conclusion="诉求部分成立，应予解决。")
    if special == "延期":
        day = kit.worked(accepted + timedelta(days=50))
        case.take("extend", day, clerk, extension_days=25, extension_reason="需等待专业检测结果", approver=head,
                  extension_told_on=day.isoformat())  # fmt: skip
        day = kit.worked(accepted + timedelta(days=72))
    elif special == "逾期":
        day = kit.worked(accepted + timedelta(days=67))
    else:
        day = kit.later(day, 5, 22)
    outcome = "不予支持" if special == "复查" else kit.pick({"支持": 6, "作出解释说明": 3, "不予支持": 1})
    number = f"{kit.town.short}信处〔{day.year}〕{rng.randint(1, 99)}号"
    case.take("decide", day, head, opinion_number=number, opinion_request="见信访人请求", opinion_facts="经调查，情况基本属实。",
              opinion_text={"支持": "由责任单位限期解决。", "作出解释说明": "说明政策依据，建议依法申请。", "不予支持": "请求没有依据，不予支持。"}[outcome],
              opinion_basis=_OWN[case.steps[0].data["request"]], outcome=outcome, review_told=True, review_organ="云河县人民政府")  # fmt: skip
    day = kit.later(day, 0, 3)
    case.take("serve", day, clerk, service_way=rng.choice(("直接送达", "邮寄送达", "电子送达")))
    if outcome == "支持":
        case.take("execute", kit.later(day, 3, 10), clerk, execution="责任单位已办理完毕。")
    elif outcome == "不予支持":
        case.take("persuade", day, clerk, persuasion="当面解释，告知复查途径。")
    day = _review(kit, case, day, clerk) if special == "复查" else kit.later(day, 11, 14)
    if outcome != "不予支持":
        case.take("settle", day, clerk, settled_how="诉求解决" if outcome == "支持" else "解释说明后息访")
    case.take("rate", day, clerk, satisfaction=kit.pick(
        {"不满意": 3, "基本满意": 2} if outcome == "不予支持" else {"满意": 7, "基本满意": 4, "不满意": 1, "未评价": 2}))  # fmt: skip
    case.take("close", day, clerk, close_kind="出具处理意见书")
    if kit.chance(0.5):
        case.take("archive", kit.later(day, 3, 20), clerk, archive_pages=rng.randint(8, 30))


def _review(kit: Kit, case: Case, day: date, clerk: str) -> date:
    """复查 and 复核, each asked for and decided in time."""
    day = kit.worked(day + timedelta(days=12))
    case.take("request_review", day, clerk, review_organ="云河县人民政府")
    day = kit.worked(day + timedelta(days=20))
    case.take("decide_review", day, clerk, review_result="维持")
    day = kit.later(day, 1, 2)
    case.take("serve_review", day, clerk)
    day = kit.worked(day + timedelta(days=15))
    case.take("request_final", day, clerk)
    day = kit.worked(day + timedelta(days=18))
    case.take("decide_final", day, clerk, final_result="维持")
    day = kit.later(day, 1, 2)
    case.take("serve_final", day, clerk)
    return day


