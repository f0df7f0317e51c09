"""The five ledgers. Figures with 余, 多, 约 or 以上 come back as an exact number that the word admits; where a report
gives a rate without its counts, some are chosen here and a comment says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tests.roundtrip.cases import disclosure_request, dispute, ordinary_penalty, petition, power_and_officers
from tests.roundtrip.ledger import Maker, SeedLedger, share

ENDED = {"mediation_committee": {"dissolved_on": ""}, "mediator": {"left_on": ""}, "mediation_room": {"closed_on": ""},
         "legal_service_station": {"closed_on": ""}, "law_savvy_person": {"left_on": "", "leave_reason": "外出务工"},
         "convenience_station": {"closed_on": ""}, "model_village": {"removed_on": ""}}  # fmt: skip


def guazhou() -> SeedLedger:
    """000: 瓜州县瓜州镇 2023."""
    m = Maker("000", "620922101", "瓜州镇", "瓜州县", 2023, 5)
    postings = [m.enter("village_disclosure", m.day(q, 4, "02-10", "11-10"), village=v, kind=kind, content="季度公开")
                for v in m.villages[:4] for q in range(4) for kind in ("党务公开", "政务公开")]  # fmt: skip
    m.expect("党务政务公开的村", "disclosure.open_villages", 4, postings)
    m.enter("village_disclosure", "2023-05-08", "不是党务、政务公开", village=m.villages[4], kind="村级财务", content="收支")
    heard = [m.enter("hearing_report", f"2023-{month}-18", meeting_kind="党委会", subject="法治建设工作情况",
                     heard_by=["党委书记"]) for month in ("03", "06", "09", "12")]  # fmt: skip
    m.expect("每季度听取法治建设汇报", "leadership.hearings_each_quarter", 1, heard)
    return m.finish(ENDED)


def xiakou() -> SeedLedger:
    """001: 重庆市南岸区峡口镇 2023."""
    m = Maker("001", "500108105", "峡口镇", "重庆市南岸区", 2023, 9)
    # 54 decisions: how many by which procedure is not stated; 48 on the spot and 6 ordinary ones are chosen.
    power_and_officers(m)
    power_and_officers(m, m.other)
    onspot = m.series("onspot_penalty", 48, lambda i: {
        "party": m.person(i), "party_kind": "个人", "facts": "占道经营", "kind": "罚款", "fine": 5000, "area": "市容环境",
        "officers": "甲、乙"})  # fmt: skip
    ordinary = [ordinary_penalty(m, m.day(i, 6, "03-01", "10-01")) for i in range(6)]
    ordinary_penalty(m, "2023-05-15", punished=False, why="不予处罚")
    m.expect("行政处罚决定", "enforcement.penalties", 54, [*onspot, *ordinary])
    # 约2.7万方: 27 036 square metres of 18 plants (areas are kept in hundredths).
    areas = share(2_703_600, 18)
    plants = m.series("demolition", 18, lambda i: {"kind": "无证厂房", "manner": "当事人自行拆除", "area": areas[i]})
    m.enter("demolition", "2023-04-04", "不是无证厂房", kind="临时建筑", manner="当事人自行拆除", area=8000)
    m.expect("依法拆除无证厂房面积", "building.unlicensed_area", 27036, plants)
    kinds = ("政府工作报告", "财政预决算", "涉农资金", "民生工程")
    m.expect("主动公开政府信息", "disclosure.proactive", 51, m.series(
        "proactive_disclosure", 51, lambda i: {"title": f"公开信息{i + 1}", "category": kinds[i % 4]}))  # fmt: skip
    committees = [m.enter("mediation_committee", "2021-05-20", name=f"第{i + 1}调委会", level="村（社区）", members=5,
                          has_woman=True, village=m.village(i)) for i in range(8)]  # fmt: skip
    m.expect("人民调解委员会", "mediation.committees", 8, committees)
    m.expect("人民调解员", "mediation.mediators", 49, [
        m.enter("mediator", f"20{15 + i % 9}-04-10", name=m.person(i), committee=f"第{i % 8 + 1}调委会",
                kind="专职" if i < 9 else "兼职") for i in range(49)])  # fmt: skip
    m.expect("调解室", "mediation.rooms", 8, [
        m.enter("mediation_room", "2022-06-01", name=f"第{i + 1}调解室", village=m.village(i)) for i in range(8)])  # fmt: skip
    types = ("劳动争议", "房屋宅基地", "征地拆迁", "损害赔偿", "其他")
    disputes = [dispute(m, m.day(i, 242, "01-04", "12-05"), types[i % 5], "村（社区）调委会" if i % 4 else "镇（街道）调委会",
                        success=i % 60 != 7) for i in range(242)]  # i = 7, 67, 127, 187 fail
    won = [r for i, r in enumerate(disputes) if i % 60 != 7]
    m.expect("受理矛盾纠纷", "mediation.accepted", 242, disputes)
    m.expect("调解矛盾纠纷", "mediation.mediated", 242, disputes)
    m.expect("调解成功", "mediation.succeeded", 238, won)
    m.expect("调解率", "mediation.mediated_rate", "100", disputes)
    m.expect("调解成功率", "mediation.success_rate", "98.3", disputes)  # 98%以上: 238/242
    materials = share(15_236, 19)  # 15000余份
    forms = ["院坝会"] * 3 + ["法治讲座"] * 4 + ["集中普法宣传"] * 12
    events = m.series("publicity_event", 19, lambda i: {
        "topic": "法治宣传", "form": forms[i], "materials": materials[i], "theme": "民法典"})  # fmt: skip
    m.expect("院坝会", "publicity.yard_meetings", 3, events[:3])
    m.expect("法治讲座", "publicity.lectures", 4, events[3:7])
    m.expect("集中普法宣传", "publicity.focused", 12, events[7:])
    m.expect("发放普法资料", "publicity.materials", 15236, events)
    columns = m.series("publicity_issue", 22, lambda i: {"kind": "普法专栏", "title": f"专栏{i + 1}"})
    m.expect("普法专栏", "publicity.columns", 22, columns)
    bulletins = m.series("publicity_issue", 10, lambda i: {"kind": "普法工作简报", "title": f"简报第{i + 1}期"})
    m.expect("普法工作简报", "publicity.bulletins", 10, bulletins)
    meetings = ["党委会"] * 5 + ["党政联席会议"] * 4 + ["法治建设专题会议"] * 4  # 10余次: 13
    m.expect("研究部署法治政府建设的会议", "leadership.special_meetings", 13, m.series(
        "meeting", 13, lambda i: {"kind": meetings[i], "subject": "研究法治政府建设", "rule_of_law": True}))  # fmt: skip
    m.enter("meeting", "2023-07-03", "议题不是法治建设", kind="党委会", subject="防汛", rule_of_law=False)
    # Only the rate is stated; 86 of 86 are chosen.
    exam = m.enter("exam_result", "2023-09-15", kind="法治理论考试", name="南岸区法治理论知识考试", should_sit=86, sat=86,
                   passed=86)  # fmt: skip
    m.enter("exam_result", "2023-09-20", "不是法治理论考试", kind="其他", name="业务测试", should_sit=20, sat=18, passed=9)
    m.expect("法治理论考试通过率", "exam.theory_pass_rate", "100", [exam])
    return m.finish(ENDED)


def jiergelete() -> SeedLedger:
    """002: 乌苏市吉尔格勒特乡 2023."""
    m = Maker("002", "654202201", "吉尔格勒特乡", "乌苏市", 2023, 9)
    m.expect("党委会研究法治建设", "leadership.committee_studies", 2, [
        m.enter("meeting", "2023-03-02", kind="党委会", subject="研究法治建设工作", rule_of_law=True),
        m.enter("meeting", "2023-09-06", kind="班子会议", subject="研究法治建设示范创建", rule_of_law=True)])  # fmt: skip
    m.enter("meeting", "2023-10-11", "不是党委会、班子会议", kind="政府办公会议", subject="依法行政", rule_of_law=True)

    def study(kind: str, n: int, attended: list[int] | None = None) -> list[str]:
        return m.series("study_session", n, lambda i: {"kind": kind, "topic": "民法典"}
                        | ({"expected": attended[i] + 1, "attended": attended[i]} if attended else {}))  # fmt: skip

    m.expect("中心组专题学法", "study.core_group", 2, study("中心组专题学法", 2))
    ninth = study("逢九必讲", 28, share(412, 28))  # 400余人次
    m.expect("逢九必讲", "study.nine_day_sessions", 28, ninth)
    m.expect("逢九必讲参加人次", "study.nine_day_attendance", 412, ninth)
    m.expect("干部学法", "study.cadre_learning", 23, study("干部学法", 23))  # 20余次
    study("会前学法", 3)
    # Counts of the coverage are not stated; 126 of 126 are chosen.
    m.expect("学法覆盖率", "study.coverage_rate", "100", [
        m.enter("study_coverage", "2023-12-15", group="全体干部", should_study=126, studied=126)])  # fmt: skip
    online = m.enter("exam_result", "2023-06-20", kind="网络学法考试", name="法宣在线考试", should_sit=88, sat=88)
    year_end = m.enter("exam_result", "2023-12-08", kind="年度学法考试", name="年底考试", should_sit=88, sat=88)
    m.expect("参加网络学法考试干部", "exam.network_participants", 88, [online])
    m.expect("参考率", "exam.participation_rate", "100", [online, year_end])
    # 98% of answers without counts: 75 expected a month, 882 of 900 chosen.
    took = share(882, 12)
    m.expect("月月赛参与率", "study.monthly_contest_rate", "98", [
        m.enter("exam_result", f"2023-{i + 1:02d}-25", kind="月月赛", name=f"{i + 1}月月月赛", should_sit=75, sat=took[i])
        for i in range(12)])  # fmt: skip
    materials, audience, banners = share(1236, 8), share(2148, 8), share(30, 8)  # 1200多份, 2000余人次
    events = m.series("publicity_event", 8, lambda i: {
        "topic": "国家安全、反邪教、禁毒", "form": "集中普法宣传", "materials": materials[i], "audience": audience[i],
        "banners": banners[i], "consultations": 4})  # fmt: skip
    m.expect("发放普法资料", "publicity.materials", 1236, events)
    m.expect("普法受众", "publicity.audience", 2148, events)
    m.expect("悬挂横幅", "publicity.banners", 30, events)
    served = m.series("legal_consultation", 21, lambda i: {"persons": 1, "channel": "来访"})
    m.expect("法律咨询服务", "legal_service.consultation_services", 21, served)
    m.expect("法律咨询", "legal_service.consultations", 53, [*events, *served])  # 50余人次: 8 x 4 on the spot + 21
    m.expect("公共法律服务站室", "legal_service.stations", 9, [
        m.enter("legal_service_station", "2020-06-01", name=f"第{i}站室", level="村级工作室" if i else "镇级工作站",
                **({"village": m.village(i)} if i else {})) for i in range(9)])  # fmt: skip
    m.expect("法律明白人", "legal_service.clear_persons", 24, [
        m.enter("law_savvy_person", "2022-03-15", name=m.person(i), village=m.village(i), category="村干部",
                certificate_number=f"法明{i + 1:03d}") for i in range(24)])  # fmt: skip
    return m.finish(ENDED)


def jiangdong() -> SeedLedger:
    """003: 金华市金东区江东镇 2020."""
    m = Maker("003", "330703103", "江东镇", "金华市金东区", 2020, 18)
    m.expect("设便民服务站的行政村", "service.stations_in_villages", 17, [
        m.enter("convenience_station", "2018-07-01", name=f"第{i + 1}便民服务站", level="行政村", village=m.village(i))
        for i in range(17)])  # fmt: skip
    m.enter("convenience_station", "2018-07-01", "不是村级", name="镇便民服务中心", level="镇级中心")
    # Only the rates are stated; five requests, all answered in time, are chosen.
    asked = [disclosure_request(m, m.day(i, 5, "02-24", "10-12"), 9 + i) for i in range(5)]
    m.expect("依申请公开答复率", "disclosure.reply_rate", "100", asked)
    m.expect("依申请公开答复及时率", "disclosure.timely_reply_rate", "100", asked)
    disclosure_request(m, "2019-03-04", 60, why="上一年收到，逾期答复")
    return m.finish(ENDED)


def shuizhai() -> SeedLedger:
    """004: 五华县水寨镇 2020."""
    m = Maker("004", "441424100", "水寨镇", "五华县", 2020, 28)
    petitions = [petition(m, m.day(i, 53, "01-06", "11-01"), closed=i < 49) for i in range(53)]
    m.expect("信访受理", "petition.accepted", 53, petitions)
    m.expect("信访办结", "petition.closed", 49, petitions[:49])
    m.expect("信访办结率", "petition.closed_rate", "92.5", petitions)
    town = ("镇（街道）调委会", "镇综治中心", "司法所", "派出所联合调解")
    by_town = [dispute(m, m.day(i, 56, "01-06", "11-20"), "山林土地", town[i % 4], success=i % 10 != 3, counsel=i < 10)
               for i in range(56)]  # fmt: skip
    by_village = [dispute(m, m.day(i, 86, "01-06", "11-20"), "邻里", "村（社区）调委会", counsel=i < 12) for i in range(86)]
    dispute(m, "2020-08-08", "邻里", "村（社区）调委会", success=False, why="村里调解不成")
    m.expect("镇调处矛盾纠纷", "mediation.town_mediated", 56, by_town)
    m.expect("镇调处矛盾纠纷办结", "mediation.town_closed", 56, by_town)
    m.expect("村居调委会化解矛盾纠纷", "mediation.village_resolved", 86, by_village)
    m.expect("驻村律师参与调解", "legal_service.counsel_mediation", 22, [*by_town[:10], *by_village[:12]])
    visits = m.series("counsel_visit", 274, lambda i: {
        "village": m.village(i), "lawyer": "驻村律师甲", "consultations": 2 if i < 136 else 1}
        | ({"lectures": 1} if i < 81 else {}))  # fmt: skip
    m.expect("驻村律师到村工作", "legal_service.counsel_visits", 274, visits)
    m.expect("驻村律师法治宣传", "legal_service.counsel_publicity", 81, visits[:81], visits[81:])
    m.expect("整治违法建设行动", "building.actions", 14, m.series(
        "illegal_building_action", 14, lambda i: {"name": "“126”专项整治行动"}))  # fmt: skip
    areas = share(194_500, 14)
    demolished = m.series("demolition", 14, lambda i: {"kind": "违法住宅", "manner": "当事人自行拆除", "area": areas[i]})
    m.expect("拆除违法建筑", "building.demolished_cases", 14, demolished)
    m.expect("拆除违法建筑面积", "building.demolished_area", 1945, demolished)
    m.expect("镇级巡河", "environment.town_river_patrols", 129, m.series(
        "patrol", 129, lambda i: {"kind": "河道", "level": "镇级"}))  # fmt: skip
    m.expect("村级巡河", "environment.village_river_patrols", 622, m.series(
        "patrol", 622, lambda i: {"kind": "河道", "level": "村级", "village": m.village(i)}))  # fmt: skip
    m.enter("patrol", "2020-04-04", "不是河道", kind="森林防火", level="镇级")
    m.expect("整治河道乱倒垃圾", "environment.river_waste_cases", 10, m.series(
        "river_cleanup", 10, lambda i: {"place": f"河段{i + 1}", "kind": "生活垃圾"}))  # fmt: skip
    cars = (2, 2, 2, 1, 1)
    m.expect("查扣车辆", "environment.vehicles_seized", 8, m.series("vehicle_seizure", 5, lambda i: {
        "organ": "县水务局", "vehicles": cars[i], "reason": "河道乱倒垃圾"}))  # fmt: skip
    fines = [30_000] * 7 + [45_000] * 2
    fires = m.series("illegal_fire", 9, lambda i: {"place": f"山场{i + 1}", "kind": "烧荒", "handling": "罚款", "fine": fines[i]})
    m.expect("查处野外违规用火", "fire.outdoor_cases", 9, fires)
    m.expect("野外用火罚款", "fire.outdoor_fines", 3000, fires)
    m.expect("安全生产执法检查", "enforcement.safety_inspections", 60, m.series(
        "inspection", 60, lambda i: {"area": "安全生产", "officer_count": 2, "object_kind": "企业"}))  # fmt: skip
    m.enter("inspection", "2020-06-05", "不是安全生产", area="市容环境", officer_count=2)
    talks = m.series("publicity_event", 32, lambda i: {"topic": "民法典宣讲会", "form": "宣讲会", "theme": "民法典"}, "06-01")
    m.expect("民法典宣讲", "publicity.civil_code", 32, talks)
    other_talk = m.enter("publicity_event", "2020-06-26", "宣讲的不是民法典", topic="禁毒宣讲", form="宣讲会", theme="禁毒")
    themes, forms = ("宪法", "民法典", "禁毒", "反诈"), ("集中普法宣传", "咨询", "展板")
    events = m.series("publicity_event", 15, lambda i: {
        "topic": "法治宣传教育系列活动", "form": forms[i % 3], "theme": themes[i % 4]})  # fmt: skip
    m.expect("普法活动", "publicity.events", 15, events)
    m.expect("法律咨询", "legal_service.consultations", 410, visits, [*talks, other_talk, *events])
    m.expect("参加行政执法考试干部", "exam.enforcement_participants", 27, [
        m.enter("exam_result", "2020-10-20", kind="行政执法考试", name="行政执法人员综合法律知识网上考试", should_sit=27, sat=27)])
    m.expect("购置执法记录仪", "equipment.recorders", 2, [
        m.enter("enforcement_equipment", "2020-04-15", kind="执法记录仪", quantity=2)])  # fmt: skip
    m.expect("购置无人机", "equipment.drones", 5, [
        m.enter("enforcement_equipment", "2020-04-15", kind="无人机", quantity=3),
        m.enter("enforcement_equipment", "2020-08-03", kind="无人机", quantity=2)])  # fmt: skip
    m.expect("民主法治村（社区）", "publicity.demo_villages", 27, [
        m.enter("model_village", f"201{i % 10}-11-20", village=m.village(i), level="县级", kind="民主法治村（社区）")
        for i in range(27)])  # fmt: skip
    return m.finish(ENDED)


SEEDS: dict[str, Callable[[], SeedLedger]] = {"000": guazhou, "001": xiakou, "002": jiergelete, "003": jiangdong,
                                              "004": shuizhai}  # fmt: skip


@cache
def build(seed: str) -> SeedLedger:
    """The ledger of one seed ("000" … "004")."""
    return SEEDS[seed]()
