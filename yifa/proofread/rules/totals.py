"""Parts against totals: more done than there was, parts that do not add up, comparisons with last year (部分与总数)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model import Figure, Finding
from ..text import words
from .base import Context
from .rates import _same_kind

# what a part says right before its number -> what its total must say
_CHAINS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"(?:成功)?(?:办结|结案|办理完毕)(?:了|完成)?$"), re.compile(r"受理|接到|收到|交办|接收|登记|立案|转办|信访|接办")),
    (re.compile(r"(?:调[解处]成功|成功调[解处]|成功化解|化解成功|化解|达成协议)(?:了)?$"),
     re.compile(r"(?:调解|调处|受理|排查|接到|发生)[^，。；]*(?:纠纷|案件|矛盾|事件)?|矛盾纠纷|纠纷")),
    (re.compile(r"(?:成功)?(?:完成整改|整改(?:到位|完成)?|消除|销号)(?:了)?$"), re.compile(r"排查|发现|查出|隐患|反馈|通报")),
    (re.compile(r"(?:合格|通过|及格)(?:人数|人员|的)?$"), re.compile(r"参加|参考|实考|报名|应考")),
    (re.compile(r"(?:实考|实到|实际参加)(?:人数)?$"), re.compile(r"应考|应到|应参加")),
    (re.compile(r"(?:持证|取得(?:行政)?执法证|持有(?:行政)?执法证)(?:人员|执法人员|的)?$"), re.compile(r"执法人员|执法队员")),
    (re.compile(r"(?:答复|已答复)$"), re.compile(r"收到|受理|申请")),
    (re.compile(r"(?:采纳|被采纳)$"), re.compile(r"提出|出具")),
    (re.compile(r"(?:备案|报备)$"), re.compile(r"制定|出台|制发")),
    (re.compile(r"调[解处]$"), re.compile(r"(?:受理|排查)[^，。；]*(?:纠纷|矛盾|案件)")),
)
_FILLER = re.compile(r"(?:已经?|现已?|全部|共计?|累计|其中|并|均|目前|截至目前|当年|年内|实际|按期|及时|依法|，|,|、|\s)+")
_AFTER = re.compile(r"(?:已|全部|均|顺利|成功)*(通过|合格|办结|化解|完成整改|整改|持证|答复|调解成功)(?!率)")
_CLAUSE_END = re.compile(r"[，。；;,、]")
_CARRIED = re.compile(r"结转|上年|去年|往年|历年|以前年度|积案|遗留|存量")
_AMONG = re.compile(r"其中[:：,，]?|包括[:：]?|分别(?:是|为)[:：]?|[（(](?:其中[:：]?)?$")
_SUMMED = re.compile(r"(?:合计|共计|总计|总共|一共)(?:为|达)?$")
_PAIRS = (
    ("书面", "口头"), ("专职", "兼职"), ("简易程序", "普通程序"), ("简易程序", "一般程序"), ("男", "女"), ("初次", "重复"), ("初信初访", "重"),
    ("镇级", "村级"), ("调解成功", "未成功"), ("办结", "未办结"), ("办结", "正在办理"), ("办结", "在办"), ("合格", "不合格"), ("线上", "线下"), ("已化解", "未化解"),
    ("已化解", "正在化解"), ("来信", "来访"),
)
_MATTER = re.compile(r"开展|组织|发放|举办|召开|受理|排查|化解|走访|解答|接待|审查|发现|出动|宣讲|调解(?!协议|室|员)")
_STEP = re.compile(r"调[解处]|化解|办结|结案|整改|成功|受理|通过|合格|答复|采纳|备案|持证|立案|参加|应|实际")
_REST = re.compile(r"其[他它余]")
_ALIKE = (words("件 起 宗 例 桩 件次 宗次 起次"), words("名 人 位"), words("场 场次 次 期 堂"), words("份 件"), words("个 家"))
_LAST_YEAR = re.compile(r"(?:较|比|与)?(?:上年|去年|上一年|20\d\d年)(?:同期|度)?(?:的)?(?:相比)?$")
_CHANGE = re.compile(r"(上升|增长|增加|提高|下降|减少|降低|下滑)了?(?:约)?$")


def check(context: Context) -> Iterator[Finding]:
    """Rules 2 to 5, 14, 47: numerator above denominator, parts above or beside the total, year-on-year rates."""
    figures = context.figures
    for place, figure in enumerate(figures):
        if context.in_plans(figure.number_start):
            continue
        if figure.unit != "%":
            yield from _exceeds(context, figures, place)
            yield from _among(context, figures, place)
            yield from _summed(context, figures, place)
        else:
            yield from _change(context, figures, place)


def _exact(figure: Figure) -> bool:
    return figure.approx is None and figure.value_max is None


def _lead(context: Context, figure: Figure, previous: Figure | None) -> str:
    start = figure.clause_start
    if previous is not None:
        start = max(start, previous.number_end)
    return context.text[start:figure.number_start]


def _exceeds(context: Context, figures: Sequence[Figure], place: int) -> Iterator[Finding]:
    figure = figures[place]
    lead = context.text[max(figure.clause_start, figures[place - 1].number_end if place else 0):figure.number_start]
    bare = _FILLER.sub("", lead)
    if not bare:
        after = _AFTER.match(context.text, figure.number_end)
        bare = after.group(1) if after else ""
    for part, whole in _CHAINS:
        match = part.search(bare)
        if match is None or len(bare) - (match.end() - match.start()) > 8 or not _exact(figure):
            continue
        for index in range(place - 1, max(-1, place - 4), -1):
            total = figures[index]
            between = context.text[total.number_end:figure.number_start]
            if "。" in between or "\n" in between or len(between) > 60:
                break
            if not _same_kind(total.unit, figure.unit) or total.unit == "%":
                continue
            stop = _CLAUSE_END.search(context.text, total.end, min(total.end + 20, figure.number_start))
            said = context.text[min(total.clause_start, total.start):stop.start() if stop else total.end]
            rest = bare[:match.start()]
            if not whole.search(said) or (rest and rest not in said):
                continue  # 出台制度2项，合同备案15份: two matters
            limit = total.value if total.value_max is None else total.value_max
            limit += sum(item.value for item in figures[max(0, index - 2):index] if item.unit == total.unit and _siblings(
                context, item, total))
            opening = max(context.text.rfind("。", 0, total.start), context.text.rfind("\n", 0, total.start), total.start - 80, -1) + 1
            closing = context.text.find("。", figure.number_end)
            sentence = context.text[opening:figure.number_end + 20 if closing < 0 else min(closing, figure.number_end + 20)]
            if figure.value > limit and total.approx in (None, "以内") and not _CARRIED.search(sentence):
                yield context.finding(
                    "part_exceeds_total", "error",
                    f"“{figure.text}”多于“{total.text}”：办成的不会比总数多。请核对；含上年结转的，写明结转数。",
                    figure.start, figure.end, f"核对{figure.value}与{total.value}两个数", "部分不大于总数；成功≤调解≤受理，办结≤受理＋结转")
            return
        return


def _siblings(context: Context, one: Figure, other: Figure) -> bool:
    """一般隐患186条，重大隐患2条: the second names another kind and no further step, so that both make up the whole."""
    between = context.text[one.number_end:other.number_start]
    return len(between) <= 16 and "。" not in between and "其中" not in between and _STEP.search(between) is None


def _among(context: Context, figures: Sequence[Figure], place: int) -> Iterator[Finding]:
    """total, …, 其中 part, part …: no part above the total; exclusive parts add up to it."""
    first = figures[place]
    text = context.text
    previous = figures[place - 1].number_end if place else max(0, first.number_start - 40)
    between = text[max(previous, first.number_start - 40):first.number_start]
    if not place or not _exact(first) or "。" in between or "\n" in between or not _AMONG.search(between):
        return
    totals = _totals(context, figures, place)
    if not totals:
        return
    closed = "（" in between or "(" in between
    begun = _MATTER.search(between) is not None
    parts: list[Figure] = []
    end = first.number_start
    for item in figures[place:place + 12]:
        gap = text[end:item.number_start]
        if parts and ("。" in gap or "\n" in gap or len(gap) > 40 or re.search(r"其中|分别", gap) or (closed and re.search("[）)]", gap))):
            break
        if parts and not begun and _MATTER.search(gap):
            break  # 其中简易程序37起，…受理纠纷90起: a new matter begins
        if item is not first and not _alike(item.unit, first.unit):
            end = item.number_end  # 简易程序512件，处罚金额2.7万元；普通程序219件: the money stands between two parts
            continue
        if not _exact(item):
            break
        parts.append(item)
        end = item.number_end
    top = max(totals, key=lambda item: item.value)
    for item in parts:
        if item.value > top.value:
            yield context.finding("part_exceeds_total", "error", f"“{item.text}”是“{top.text}”的一部分，却比总数还多。请核对。",
                                  item.start, item.end, f"核对{item.value}与{top.value}两个数", "部分不大于总数")
            return
    if len(parts) < 2 or (first.unit in ("次", "人次", "场", "场次") and len(parts) < 3 and not closed):
        return
    sums: list[float] = []
    for item in parts:
        sums.append((sums[-1] if sums else 0) + item.value)
    if any(total.value in sums[1:] for total in totals):
        return  # the parts listed first are the whole; what follows cuts it another way
    nearest = min(totals, key=lambda item: abs(item.value - sums[-1]))
    yield from _add_up(context, nearest, parts, between)


def _alike(one: str, other: str) -> bool:
    """Whether two measure words count the same kind of thing (731宗，其中512件)."""
    return one == other or any(one in group and other in group for group in _ALIKE)


def _totals(context: Context, figures: Sequence[Figure], place: int) -> list[Figure]:
    """Counts of the same unit earlier in the sentence, any of which 其中 may divide; the nearest alone when it stands
    right before."""
    first = figures[place]
    found: list[Figure] = []
    for item in reversed(figures[max(0, place - 6):place]):
        gap = context.text[item.number_end:first.number_start]
        if "。" in gap or "\n" in gap or len(gap) > 90:
            break
        if _alike(item.unit, first.unit) and _exact(item) and isinstance(item.value, int):
            found.append(item)
            if len(gap) <= 8:
                break
    return found


def _add_up(context: Context, total: Figure, parts: Sequence[Figure], between: str) -> Iterator[Finding]:
    text = context.text
    whole = sum(item.value for item in parts)
    labels = [text[max(item.clause_start, previous):item.number_start]
              for item, previous in zip(parts, [parts[0].clause_start, *(part.number_end for part in parts)], strict=False)]
    shown = "＋".join(str(item.value) for item in parts)
    after = text[parts[-1].number_end:parts[-1].number_end + 2]
    partial = after.startswith("等") or "主要" in between
    exclusive = len(parts) == 2 and any(
        (one in labels[0] and other in labels[1]) or (one in labels[1] and other in labels[0]) for one, other in _PAIRS)
    complete = bool(_REST.search(labels[-1])) or exclusive or "分别" in between
    kindred = exclusive or complete or _kindred(labels)
    if (whole > total.value and kindred and not partial) or (complete and not partial):
        yield context.finding("sum_mismatch", "error", f"各部分合计{shown}＝{whole}，与总数“{total.text}”不符。请核对。",
                              min(total.start, parts[0].start), parts[-1].end, f"总数应为{whole}，或更正其中一项", "分项之和等于总数")
    elif not partial and (whole > total.value or (len(parts) >= 3 and abs(whole - total.value) <= 0.25 * total.value)):
        yield context.finding("sum_mismatch", "warning", f"各部分合计{shown}＝{whole}，总数是{total.value}。若分项已列全，请核对。",
                              total.start, parts[-1].end, f"总数应为{whole}，或补上未列的分项", "分项之和等于总数")


def _kindred(labels: Sequence[str]) -> bool:
    """Whether the parts' names end alike (…纠纷, …纠纷), so that they are kinds of one thing and not overlapping marks."""
    ends = {re.sub(r"[为共是有达计\s：:]+$", "", label)[-2:] for label in labels}
    return len(ends) == 1


def _summed(context: Context, figures: Sequence[Figure], place: int) -> Iterator[Finding]:
    """part, part …, 共计 total."""
    total = figures[place]
    text = context.text
    if place < 2 or not _exact(total) or not _SUMMED.search(text[max(total.clause_start, total.number_start - 8):total.number_start]):
        return
    parts: list[Figure] = []
    start = total.number_start
    for item in reversed(figures[max(0, place - 10):place]):
        gap = text[item.number_end:start]
        if "。" in gap or "\n" in gap or len(gap) > 30 or item.unit != total.unit or not _exact(item):
            break
        parts.insert(0, item)
        start = item.number_start
    if len(parts) < 2 or "其中" in text[parts[0].number_end:total.number_start]:
        return
    lead = text[total.clause_start:total.number_start]
    if len(_SUMMED.sub("", lead).strip("，,、。 ")) > 4:
        return
    whole = sum(item.value for item in parts)
    if whole != total.value:
        shown = "＋".join(str(item.value) for item in parts)
        yield context.finding("sum_mismatch", "error", f"前面各项合计{shown}＝{whole}，与所写共计{total.value}不符。请核对。",
                              parts[0].start, total.end, f"共计应为{whole}，或更正其中一项", "分项之和等于总数")


def _change(context: Context, figures: Sequence[Figure], place: int) -> Iterator[Finding]:
    """this year's count, last year's count, 下降 x%: the rate and its sign must follow from the two."""
    rate = figures[place]
    if place < 2 or rate.approx is not None:
        return
    text = context.text
    turn = _CHANGE.search(text[max(rate.clause_start, rate.number_start - 8):rate.number_start])
    then, now = figures[place - 1], figures[place - 2]
    if turn is None or then.unit != now.unit or not _exact(then) or not _exact(now) or then.value == 0:
        return
    between = text[now.number_end:rate.number_start]
    if "。" in between or len(between) > 50:
        return
    if not re.search(r"(?:较|比|与)?(?:上年|去年|上一年|同期|20\d\d年)", text[now.number_end:then.number_start]):
        return
    true = (now.value - then.value) * 100 / then.value
    said = rate.value if turn.group(1) in ("上升", "增长", "增加", "提高") else -rate.value
    step = 10.0 ** -rate.decimals
    if abs(true - said) > step:
        word = "上升" if true >= 0 else "下降"
        yield context.finding("year_on_year_mismatch", "error",
                              f"{now.value}与{then.value}相比应为{word}{abs(true):.{max(1, rate.decimals)}f}%，与所写“{turn.group(1)}{rate.value}%”不符。请核对。",
                              now.start, rate.end, f"改为{word}{abs(true):.{max(1, rate.decimals)}f}%", "同比＝（本年−上年）÷上年")
