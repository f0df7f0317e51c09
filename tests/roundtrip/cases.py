"""The procedures' records: each function enters one whole case as the clerk would, step by step."""

from __future__ import annotations

from tests.roundtrip.ledger import Maker, SeedStep


def dispute(m: Maker, accepted: str, kind: str, by: str, success: bool = True, counsel: bool = False,
            why: str = "") -> str:  # fmt: skip
    """A dispute accepted, mediated three days later, settled or not, and closed within a fortnight."""
    mediated, ended = m.after(accepted, 3), m.after(accepted, 6)
    closed = min(m.after(accepted, 12), f"{accepted[:4]}-12-31")
    mediation = {"mediated_by": by, "mediators": ["调解员甲"]} | ({"counsel_joined": True} if counsel else {})
    if success:
        end = SeedStep("resolve", ended, {"resolve_way": "人民调解", "agreement_form": "当场履行无协议"})
    else:
        end = SeedStep("fail", ended, {"fail_reason": "达不成协议", "routes_told": ["诉讼"]})
    return m.case("dispute", [
        SeedStep("register", accepted, {"source": "主动排查", "dispute_type": kind, "party_a": "甲试一", "party_b": "乙试二",
                                        "brief": "测试纠纷"}),
        SeedStep("mediate", mediated, mediation), end, SeedStep("close", closed, {"close_approver": "分管领导"}),
    ], why)  # fmt: skip


def petition(m: Maker, received: str, closed: bool) -> str:
    """A petition accepted in writing within the fifteen days; where ``closed``, answered, served and closed."""
    at = lambda days: m.after(received, days)  # noqa: E731
    steps = [
        SeedStep("register", received, {"channel": "走访", "petitioner": "丙试三", "repeat": "初次", "request": "反映事项",
                                        "purpose": "申诉求决"}),
        SeedStep("notify_accept", at(5), {"notice_number": "告〔1〕", "notice_way": "直接送达", "branch": "6信访处理",
                                          "purpose": "申诉求决"}),
    ]  # fmt: skip
    if closed:
        steps += [
            SeedStep("hear_party", at(10), {}),
            SeedStep("investigate", at(20), {"investigation": "已核实"}),
            SeedStep("decide", at(35), {"opinion_request": "诉求", "opinion_facts": "事实", "opinion_text": "意见",
                                        "opinion_basis": "依据", "outcome": "支持"}),
            SeedStep("serve", at(37), {"service_way": "直接送达"}),
            SeedStep("close", at(40), {"close_kind": "出具处理意见书"}),
        ]  # fmt: skip
    return m.case("petition", steps)


def disclosure_request(m: Maker, received: str, days: int, why: str = "") -> str:
    """A request for information answered ``days`` calendar days after it came."""
    replied = m.after(received, days)
    return m.case("disclosure_request", [
        SeedStep("receive", received, {"channel": "当面", "submitted_on": received, "applicant": "丁试四",
                                       "applicant_type": "自然人", "content": "申请公开补偿标准", "identity_checked": True}),
        SeedStep("reply", replied, {"outcome": "予以公开", "remedy_clause": "复议或者诉讼", "document_number": "答〔1〕号"}),
        SeedStep("serve", m.after(replied, 1), {"service_way": "直接送达"}),
    ], why)  # fmt: skip


OFFICERS = ("执法员甲", "执法员乙")
ITEM = "测试-0001"


def power_and_officers(m: Maker, org: str = "") -> None:
    """What every ordinary case needs: an item of power in force and two officers whose certificates are valid."""
    m.enter("power_item", "2021-08-01", "执法依据", org, code=ITEM, name="占用道路堆放物料", mode="赋权", kind="行政处罚",
            source_organ="市人民政府", document_number="测〔2021〕1号")  # fmt: skip
    for i, officer in enumerate(OFFICERS, 1):
        m.enter("officer_certificate", "2021-07-20", "执法资格", org, officer=officer, certificate_number=f"测证{i}",
                valid_to="2027-07-19")  # fmt: skip


def ordinary_penalty(m: Maker, lead: str, punished: bool = True, why: str = "") -> str:
    """An ordinary penalty case from its lead to the decision and its service, within the ninety days."""
    at = lambda days: m.after(lead, days)  # noqa: E731
    party = {"party": "戊试五", "party_kind": "自然人"}
    steps = [
        SeedStep("lead", lead, {"source": "巡查发现", "matter": "占用道路堆放物料", "domain": "市容环卫", "item_code": ITEM,
                                "acted_on": lead, **party}),
        SeedStep("file_case", at(2), {"officers": list(OFFICERS), "filing_approver": "负责人丙", **party}),
        SeedStep("investigate", at(5), {"investigators": list(OFFICERS), "certificates_shown": True, "inquiry": "属实"}),
        SeedStep("conclude", at(15), {"conclusion": "违法事实成立", "rectify_ordered": True}),
    ]  # fmt: skip
    if punished:
        steps += [
            SeedStep("notify", at(20), {"intended_kinds": ["罚款"], "intended_fine": 20_000, "hearing_told": True,
                                        "statement_due": at(27)}),
            SeedStep("decide", at(45), {"decision_kind": "给予处罚", "decision_number": "罚〔1〕号", "penalty_kinds": ["罚款"],
                                        "fine_amount": 20_000, "penalty_basis": "条例第十条", "remedy_told": True,
                                        "decided_by": "负责人丙"}),
            SeedStep("serve", at(48), {"service_way": "直接送达"}),
        ]  # fmt: skip
    else:
        steps.append(SeedStep("decide", at(45), {"decision_kind": "不予处罚", "no_penalty_ground": "首违且后果轻微",
                                                 "decided_by": "负责人丙"}))  # fmt: skip
    return m.case("penalty", steps, why)
