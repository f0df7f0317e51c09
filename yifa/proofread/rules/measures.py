"""Units and sizes that cannot be right: wrong measure word, 万元 for 元, fractions of things (单位与数量级)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Figure, Finding
from ..text import words
from ..units import COUNT
from .base import Context

PEOPLE = words("人 名 位 人次 个")
PAPERS = words("份 册 本 张 条 套 件 个 页 卷 篇 期 块 幅 种 类 项 盒 箱 批 次 封 枚 台 段 部 支 把 面 袋 场 场次 期 轮 学时")
MONEY = frozenset(["元", "美元"])
AREA = words("平方米 平方公里 ㎡ m² m2 平米 平方 方 立方米 亩 公顷 公里 千米 米 延米 处 座 间 户 栋 宗 个 起 件 块 条 幢 家 立方")
_NOUNS: tuple[tuple[re.Pattern[str], frozenset[str], str], ...] = (
    (re.compile(r"(?:调解员|明白人|网格员|执法人员|志愿者|执法队员|法律顾问|律师|联络员|宣讲员|矫正对象|帮教人员)$"),
     PEOPLE | frozenset(["家", "%", "对", "组", "支", "户", "次", "场", "期", "场次", "轮", "批", "批次", "学时"]), "名、人"),
    (re.compile(r"(?:受众|受教育(?:群众|人数)?|参训人员|参加人员|受众人群|受教育人次)(?:达|约|近|共|累计)?$"),
     words("人 名 位 人次 个 户 户次 家 期 场 场次 批 批次 次 班") | frozenset(["%"]), "人次、人"),
    (re.compile(r"(?:宣传资料|宣传单|宣传册|宣传手册|宣传材料|传单|明白纸|折页|宣传页|宣传彩页|普法资料)$"), PAPERS, "份、册"),
    (re.compile(r"(?:罚款|罚没款|罚没金额|涉案金额|涉及金额|罚款金额|协议金额)(?:共计?|累计|合计|为|达|约|人民币|：|:)*$"),
     MONEY | words("件 起 宗 次 例 人 户 家 份 笔 人次 %"), "元、万元"),
    (re.compile(r"(?:投入|普法|工作|专项|落实)(?:经费|资金)(?:共计?|累计|合计|为|达|约|人民币|：|:)*$"), MONEY | words("笔 项 次 %"), "元、万元"),
    (re.compile(r"(?:拆除面积|违建面积|占地面积|建筑面积|面积)(?:共计?|累计|合计|为|达|约|近|：|:)*$"),
     words("平方米 平方公里 ㎡ m² m2 平米 平方 方 亩 公顷 %"), "平方米、亩"),
    (re.compile(r"(?:矛盾纠纷|信访案件|信访事项|信访件|纠纷案件|行政处罚案件|行政复议案件|行政诉讼案件|调解成功|规范性文件)$"),
     words("件 起 宗 例 桩 批 批次 个 件次 次 人次 条 份 项 户 场 家 部 起次 宗次 人 % 类 种 处 单 轮 期 篇 对 部 本 册 则"), "件、起、宗"),
)
_RATE_NOUN = re.compile(r"[\u4e00-\u9fff]率(?:达到?|为|是|均|约|均达|均为|：|:)*$")
_RATE_NOUN_NOT = re.compile(r"(?:效率|频率|(?<!成)功率|税率|汇率|利率|几率|概率|速率|表率|直率|草率|轻率|统率)")
_AVERAGE = re.compile(r"人均|平均|户均|每人|均|学时|每")
_FINE = re.compile(r"罚款|罚没|处罚")
_EVENTS = words("场 场次 期 次 堂")


def check(context: Context) -> Iterator[Finding]:
    """Rules 11, 12, 15: unit against noun, money out of all proportion, fractions of countable things, fewer people
    than events."""
    figures = context.figures
    for place, figure in enumerate(figures):
        lead = context.text[max(figure.clause_start, figure.number_start - 24):figure.number_start]
        yield from _noun(context, figure, lead)
        if figure.decimals and figure.magnitude == 1 and not _RATE_NOUN.search(lead) and figure.unit in COUNT and not _AVERAGE.search(lead) and (
                figure.unit not in ("学时", "课时", "种", "类", "人天")):
            yield context.finding("fraction_count", "error", f"“{figure.text}”不会有小数。请核对。", figure.number_start,
                                  figure.number_end, "改为整数，或补上“万”等字", "按个计的数应为整数")
        if figure.unit == "元" and _FINE.search(lead):
            yield from _money(context, place)
        if place and figure.unit in ("人次", "人") and figure.approx is None:
            before = figures[place - 1]
            gap = context.text[before.number_end:figure.number_start]
            if before.unit in _EVENTS and before.value > figure.value > 0 and before.approx is None and len(gap) <= 14 and (
                    re.search(r"受众|受教育|参加|参训|参与|覆盖|培训", gap)) and "。" not in gap:
                yield context.finding("attendance_below_events", "warning",
                                      f"活动{before.value}{before.unit}，参加的只有{figure.value}{figure.unit}，少于场次。请核对。",
                                      before.start, figure.end, "核对人次，或检查是否漏写“万”", "参加人次一般不少于场次")
    yield from _slips(context)


def _noun(context: Context, figure: Figure, lead: str) -> Iterator[Finding]:
    if figure.noun_after:
        return
    bare = re.sub(r"(?:共计?|累计|合计|达到?|为|约|近|超过|有|了|已|总数|[\s：:])+$", "", lead)
    for noun, allowed, usual in _NOUNS:
        if noun.search(bare) or noun.search(lead):
            if figure.unit not in allowed:
                yield context.finding("unit_mismatch", "error", f"“{figure.text}”的单位“{figure.unit}”与所计对象不相称，一般用{usual}。请核对。",
                                      figure.start, figure.end, f"改用{usual}", "计量单位与所计对象一致")
            return
    if _RATE_NOUN.search(lead) and figure.unit not in ("%", "‰", "个百分点", "百分点", "分") and not _RATE_NOUN_NOT.search(bare[-6:]):
        yield context.finding("unit_mismatch", "error", f"“{figure.text}”是比率，单位应为“%”，不是“{figure.unit}”。请核对。", figure.start,
                              figure.end, "单位改为%", "比率用百分数")


def _money(context: Context, place: int) -> Iterator[Finding]:
    """A township's average fine per case above 500,000 元, or a total below 10 元 per case: 万元 and 元 were mixed up."""
    figure = context.figures[place]
    for other in reversed(context.figures[max(0, place - 2):place]):
        gap = context.text[other.number_end:figure.number_start]
        if "。" in gap or len(gap) > 20 or other.unit not in ("件", "起", "宗", "例", "次", "件次", "宗次", "起次", "人次") or not other.value:
            continue
        each = figure.value / other.value
        if each > 500_000 or each < 10:
            yield context.finding("unit_mismatch", "error" if each > 500_000 and figure.magnitude == 10_000 else "warning",
                                  f"平均每{other.unit}{each:,.0f}元，数额不合常理，疑似“元”与“万元”写错。请核对。",
                                  figure.start, figure.end, "核对是元还是万元", "金额单位元、万元相差一万倍")
        return


def _slips(context: Context) -> Iterator[Finding]:
    """The same sum of money stated twice, once ten thousand times the other."""
    seen: dict[float, Figure] = {}
    for figure in context.figures:
        if figure.unit != "元" or not figure.value:
            continue
        for factor in (10_000, 1 / 10_000):
            other = seen.get(round(float(figure.value) * factor, 4))
            if other is not None and other.magnitude != figure.magnitude:
                yield context.finding("unit_mismatch", "error",
                                      f"“{figure.text}”与第{other.line}行“{other.text}”数字相同而单位相差一万倍。请核对。", figure.start,
                                      figure.end, "统一为元或万元", "金额单位元、万元相差一万倍")
                return
        seen[round(float(figure.value), 4)] = figure
