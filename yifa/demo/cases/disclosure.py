"""依申请公开: plain replies, a correction that resets the clock, a third party that pauses it, an extension, a late one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from yifa.demo.cases.kit import Case, Kit

_CONTENTS = ["本村征地补偿款分配方案", "集镇道路改造工程合同价", "上年度低保评审结果", "农村危房改造补助名单", "镇财政预算执行情况"]


def year(kit: Kit, year: int) -> Iterator[Case]:
    """The year's requests: five to eight, each kind once, one answered late."""
    kinds = ["补正", "第三方", "延期", "逾期", "不掌握", "公开", "已公开", "公开"]
    for i, day in enumerate(kit.starts(year, max(5, round(8 * min(1.0, kit.town.size))))):
        yield one(kit, day, kinds[i])


def one(kit: Kit, day: date, kind: str) -> Case:
    """One request. ``kind``: 公开 | 已公开 | 不掌握 | 补正 | 第三方 | 延期 | 逾期."""
    rng, clerk, head = kit.rng, kit.clerk(), kit.leader()
    case = kit.case("disclosure_request", "答复逾期" if kind == "逾期" else "")
    channel = kit.pick({"当面": 2, "邮寄（签收）": 3, "互联网": 4})
    dates: dict[str, Any] = {"当面": {"submitted_on": day.isoformat()}, "邮寄（签收）": {"signed_on": day.isoformat()},
                             "互联网": {"confirmed_on": day.isoformat(), "confirmed_with": "电话确认"}}[channel]  # fmt: skip
    case.take("receive", day, clerk, channel=channel, applicant=kit.people.name(), applicant_type="自然人",
              applicant_id=kit.people.id_number(), phone=kit.people.phone(), identity_checked=True, content=rng.choice(_CONTENTS),
              preferred_form=rng.choice(("纸质", "电子邮件")), handler=clerk, **dates)  # fmt: skip
    case.take("acknowledge", day, clerk, receipt_number=f"{kit.town.short}收{day.year}{rng.randint(1, 999):03d}")
    received = day
    if kind == "补正":
        day = kit.later(day, 2, 5)
        case.take("ask_correction", day, clerk, correction_items="写明所需文件的名称或年度。",
                  correction_due=kit.calendar.add_working_days(day, 15).isoformat())  # fmt: skip
        day = kit.later(day, 3, 10)
        case.take("receive_correction", day, clerk, corrected_content="补充了年度和文件名称。")
    elif kind == "第三方":
        day = kit.later(day, 2, 4)
        case.take("consult_third_party", day, clerk, third_party=f"{kit.people.name()}（承包人）", consult_reason="涉及承包人的报价，可能属商业秘密。",
                  letter_received_on=day.isoformat())  # fmt: skip
        day = kit.later(day, 6, 12)
        case.take("third_party_answers", day, clerk, third_party_opinion="不同意公开", third_party_reason="报价构成属经营信息。", third_party_reason_sound=True)
    elif kind == "延期":
        day = kit.calendar.add_working_days(day, 17)
        case.take("extend", day, head, extension_reason="材料分散，需逐件核对。", approver=head, extension_told_on=day.isoformat(), extension_days=15)
        day = kit.calendar.add_working_days(day, 10)
    day = kit.calendar.add_working_days(received, 24) if kind == "逾期" else kit.later(day, 2, 6)
    case.take("search", day, clerk, search_places="档案室、办公系统", search_result="未检索到" if kind == "不掌握" else "检索到")
    reviewer = rng.choice(kit.town.reviewers)
    case.take("review_legality", day, reviewer, reviewer=reviewer, review_opinion="同意拟答复意见。")
    _reply(kit, case, kit.later(day, 0, 2), clerk, kind)
    return case


def _reply(kit: Kit, case: Case, day: date, clerk: str, kind: str) -> None:
    outcome = {"不掌握": "本机关不掌握", "已公开": "已公开告知途径", "第三方": "部分公开"}.get(kind, "予以公开")
    first = kind == "第三方"
    case.take("reply", day, clerk, outcome=outcome, outcome_reason={"不掌握": "经检索没有制作或者获取该信息。", "第三方": "报价构成属商业秘密，其余予以公开。"}.get(kind),
              outcome_basis="政府信息公开条例第三十六条", withheld_14_16=True if first else None,
              document_number=f"{kit.town.short}公开答〔{day.year}〕{kit.rng.randint(1, 99)}号",
              remedy_clause="先复议后诉讼" if first and day.year >= 2024 else "复议或者诉讼", remedy_organ="云河县人民政府")  # fmt: skip
    case.take("serve", kit.later(day, 0, 2), clerk, service_way=kit.rng.choice(("邮寄送达", "电子送达", "直接送达")))
