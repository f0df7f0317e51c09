"""Rates against the counts they come from (率与数是否相符)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model import Figure, Finding, Number
from ..text import words
from .base import Context

# rate word -> (what the numerator says, what it must not say, what the denominator says)
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None, re.Pattern[str]], ...] = (
    (re.compile(r"办结率|结案率|办理率"), re.compile(r"办结|结案|办理完毕|已办|化解"), re.compile(r"未办结|尚未|正在"),
     re.compile(r"受理|接到|收到|交办|接办|接收|登记|共|总|立案|转办|承办|信访|案件|诉求|工单|办理")),
    (re.compile(r"(?:成功|化解|调处成功)率|调成率"), re.compile(r"成功|化解|达成协议"), re.compile(r"未成功|不成功|未化解|尚未"),
     re.compile(r"调解|调处|受理|排查|纠纷|发生|案件|接到|共|矛盾")),
    (re.compile(r"调[解处]率"), re.compile(r"调[解处]"), re.compile(r"成功|化解|不成|终止"), re.compile(r"受理|排查|纠纷|发生|案件|接到|矛盾")),
    (re.compile(r"整改(?:完成)?率|整治率|消除率|销号率"), re.compile(r"整改|消除|销号|整治|治理"), re.compile(r"未整改|尚未|正在"),
     re.compile(r"排查|发现|隐患|问题|查出|检查出|反馈|通报")),
    (re.compile(r"合格率|通过率|及格率"), re.compile(r"合格|通过|及格"), re.compile(r"不合格|未通过|不及格"),
     re.compile(r"参加|参考|实考|考试|报名|组织")),
    (re.compile(r"优秀率"), re.compile(r"优秀"), None, re.compile(r"参加|参考|实考|考试|组织")),
    (re.compile(r"参考率|参学率|参训率|到考率"), re.compile(r"实考|参考|实到|实际参加|参加"), re.compile(r"应考|应参|应到"),
     re.compile(r"应考|应参|应到|共有|现有|全镇|在编|总")),
    (re.compile(r"持证率|持证上岗率"), re.compile(r"持证|取得|持有"), None, re.compile(r"执法人员|应持证|在编|队员|共有|现有")),
    (re.compile(r"答复率"), re.compile(r"答复"), re.compile(r"未答复|尚未"), re.compile(r"收到|受理|申请|接到")),
    (re.compile(r"采纳率"), re.compile(r"采纳|采用"), re.compile(r"未采纳"), re.compile(r"提出|出具|意见|建议")),
    (re.compile(r"出庭(?:应诉)?率"), re.compile(r"出庭"), re.compile(r"应出庭"), re.compile(r"应出庭|开庭|诉讼|应诉|案件")),
    (re.compile(r"备案率|报备率"), re.compile(r"备案|报备"), re.compile(r"应备案"), re.compile(r"制定|出台|制发|应备案|文件")),
    (re.compile(r"(?:审查|审核)率"), re.compile(r"审查|审核"), re.compile(r"应审"), re.compile(r"决策|合同|文件|应审|提交|事项|送审")),
    (re.compile(r"满意率|满意度"), re.compile(r"满意"), re.compile(r"不满意"), re.compile(r"评价|回访|测评|参评|调查")),
    (re.compile(r"完成率"), re.compile(r"完成"), re.compile(r"未完成"), re.compile(r"任务|事项|应完成|共|项目")),
)
_OWN_BASE = re.compile(r"按期|及时|按时|限期|一次|首次|同比|环比|初信初访|重复")
_ALL = re.compile(r"(?:已|均|并|现)?(?:全部|均已?|悉数|都已?)(?:办结|化解|调解成功|成功化解|整改|完成整改|整改到位|答复|合格|通过)")
_UNDONE = re.compile(r"未|正在|在办|待|剩余|仍有|其余|尚有|不合格|不成功")
_DUE = re.compile(r"应(?:当|该)?(?:出庭|参加|参考|考|到|备案|报备|审|办|答复|整改|完成|持证|受理)")
_CARRIED = re.compile(r"结转|上年|去年|遗留|存量")
_WINDOW = 160


def check(context: Context) -> Iterator[Finding]:
    """Rules 1, 6: a stated rate must be what its counts give, at its own decimals; 100 % with unfinished items is none."""
    figures = context.figures
    for place, figure in enumerate(figures):
        if figure.unit != "%" or context.in_plans(figure.number_start):
            continue
        words = _words(context, figure)
        for rate, numerator, not_numerator, denominator in _RULES:
            if rate.search(words):
                if figure.value > 100:
                    break
                yield from _judge(context, figure, words, _earlier(context, figures, place), numerator, not_numerator,
                                  denominator)
                break
        if figure.value > 100 and re.search(r"率|满意度|占比|比例", words) and not re.search(
                r"增长|同比|超额|完成率|增加|上升|环比|提升|提高", words):
            yield context.finding("rate_over_100", "error", f"{figure.text}：比率不会超过100%。请核对。", figure.start, figure.end,
                                  "按台账重新计算", "比率＝部分÷总数")


def _words(context: Context, figure: Figure) -> str:
    if figure.start > figure.clause_start:
        return context.text[min(figure.clause_start, figure.start):figure.number_start]
    return context.text[figure.clause_start:figure.number_start] if figure.clause_start < figure.number_start else figure.text


def _earlier(context: Context, figures: Sequence[Figure], place: int) -> list[Figure]:
    """Counts before the rate in its paragraph, nearest first."""
    rate = figures[place]
    floor = max(context.text.rfind("\n", 0, rate.number_start), rate.number_start - _WINDOW)
    out: list[Figure] = []
    for index in range(place - 1, -1, -1):
        other = figures[index]
        if other.number_start < floor:
            break
        if other.unit != "%" and isinstance(other.value, int):
            out.append(other)
    return out


def _judge(context: Context, rate: Figure, words: str, earlier: Sequence[Figure], numerator: re.Pattern[str],
           not_numerator: re.Pattern[str] | None, denominator: re.Pattern[str]) -> Iterator[Finding]:
    claim = context.text[earlier[0].number_end:rate.number_start] if earlier else ""
    if _ALL.search(claim) and rate.value < 100 and rate.approx is None and "。" not in claim and not _OWN_BASE.search(words):
        yield _mismatch(context, rate, earlier[0], "前面说已全部办完，比率应为100%", "100%")
        return
    tops = [index for index, other in enumerate(earlier)
            if _counts_as(_said(context, other), numerator, not_numerator)]
    if not tops:
        return
    verdict: Finding | None = None
    for top in tops[:3]:
        count = earlier[top]
        if _OWN_BASE.search(words) and not _OWN_BASE.search(_said(context, count)):
            continue
        bases = [other for place, other in enumerate(earlier[top + 1:]) if place + top + 1 not in tops and _same_kind(other.unit, count.unit)
                 and (place == 0 or denominator.search(_said(context, other))) and _joined(context, other, count)][:3]
        if not bases or (count.approx is not None and rate.value != 100):
            continue
        due = next((other for other in bases if _DUE.search(_said(context, other))), None)
        if due is not None and not _DUE.search(_said(context, count)):
            bases = [due]  # 应出庭3件，实际出庭2件: what was due is the whole, whatever else stands near
        if any(_agrees(count, other.value, other.approx, rate) for other in bases):
            return
        same = [earlier[other] for other in tops if other >= top and earlier[other].unit == count.unit]
        if len(same) > 1 and any(_near(sum(item.value for item in same[:size]) * 100 / base.value, rate)
                                 for size in (2, 3) for base in bases if base.value):
            return  # village and town together
        if len(bases) > 1 and _agrees(count, bases[0].value + bases[1].value, bases[0].approx or bases[1].approx, rate):
            return  # 上年结转 and this year's together
        named = [other for other in bases if denominator.search(_said(context, other))]
        whole, base = _whole(context, named, count)
        nearer = [other for other in earlier[:top] if _same_kind(other.unit, count.unit)
                  and denominator.search(_said(context, other)) and not _UNDONE.search(_said(context, other))]
        if verdict is not None or nearer or base is None or base.approx or count.approx or whole == 0:
            continue
        true = count.value * 100 / whole
        if true <= 100:  # above that, part_exceeds_total says it
            shown = f"{true:.{max(rate.decimals, 1)}f}".rstrip("0").rstrip(".")
            verdict = _mismatch(context, rate, count, f"{count.value}÷{whole}＝{shown}%，与所写{rate.value}%不符", f"{shown}%")
    if verdict is not None:
        yield verdict


def _whole(context: Context, named: Sequence[Figure], count: Figure) -> tuple[Number, Figure | None]:
    """What a count is a part of: the nearest count that is not smaller; last year's carry-over is added to this year's."""
    carried = [other for other in named if _CARRIED.search(_said(context, other))]
    if len(named) == 2 and len(carried) == 1 and not any(other.approx for other in named):
        return named[0].value + named[1].value, named[0]
    base = next((other for other in named if other.value >= count.value), None)
    return (base.value if base else 0), base


def _counts_as(said: str, numerator: re.Pattern[str], not_numerator: re.Pattern[str] | None) -> bool:
    return bool(numerator.search(said)) and not _UNDONE.search(said) and not (not_numerator and not_numerator.search(said))


def _mismatch(context: Context, rate: Figure, count: Figure, why: str, right: str) -> Finding:
    return context.finding("rate_mismatch", "error", f"{rate.text}：{why}。请核对台账后更正。", rate.start, rate.end,
                           f"核对“{count.text}”；按现有数字应为{right}", "比率＝部分÷总数，按所写小数位取舍")


def _said(context: Context, figure: Figure) -> str:
    start = min(figure.clause_start, figure.start)
    return context.text[start:figure.end]


def _same_kind(one: str, other: str) -> bool:
    if one == other:
        return True
    return any(one in group and other in group for group in _GROUPS)


_GROUPS = (
    words("件 起 宗 例 桩 件次 批 批次 个"), words("人 名 位 个 人次"),
    words("处 个 条 项 起 件"), words("份 件 个 部"), words("条 项 件 份 个"),
)


def _joined(context: Context, base: Figure, count: Figure) -> bool:
    """Whether base and count speak of one matter: same paragraph, no full stop between them unless the count leans on it."""
    between = context.text[base.number_end:count.number_start]
    return between.count("。") <= 1 and "\n" not in between and len(between) <= 80


def _near(true: float, rate: Figure) -> bool:
    return true <= 100 and abs(true - rate.value) <= 10.0 ** -rate.decimals


def _agrees(count: Figure, base: Number, base_approx: str | None, rate: Figure) -> bool:
    if base == 0:
        return rate.value == 100
    true = count.value * 100 / base
    step = 10.0 ** -rate.decimals
    if count.approx or base_approx:
        return abs(true - rate.value) <= 3
    if rate.approx in ("以上", "不少于", "至少", "超", "逾", "多", "余"):
        return rate.value - 0.5 * step <= true <= rate.value + max(2.0, (100 - rate.value) * 0.6) or (true == 100 and rate.value >= 90)
    if rate.approx == "近":
        return rate.value - 3 <= true <= rate.value + 0.5 * step
    if rate.approx is not None:
        return abs(true - rate.value) <= 2
    return abs(true - rate.value) <= 0.5 * step + 1e-9 or 0 <= true - rate.value < step
