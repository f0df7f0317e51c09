"""Names and marks: bodies under old names, meetings not yet held, unpaired marks, mixed digits (用语和标点)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..model import Finding
from .base import Context

# old name -> (last year in which it was right, name today, what must not follow or stand before)
_BODIES: tuple[tuple[str, int, str], ...] = (
    ("依法治县领导小组", 2018, "依法治县委员会"), ("依法治市领导小组", 2018, "依法治市委员会"), ("依法治区领导小组", 2018, "依法治区委员会"),
    ("政府法制办", 2019, "司法行政部门（司法局）"), ("法制办公室", 2019, "司法行政部门（司法局）"), ("县法制办", 2019, "县司法局"),
    ("区法制办", 2019, "区司法局"), ("市法制办", 2019, "市司法局"), ("工商局", 2019, "市场监督管理局"), ("质监局", 2019, "市场监督管理局"),
    ("食药监局", 2019, "市场监督管理局"), ("食药监所", 2019, "市场监督管理所"), ("工商所", 2019, "市场监督管理所"), ("安监局", 2019, "应急管理局"),
    ("国土资源局", 2019, "自然资源局"), ("国土局", 2019, "自然资源局"), ("国土所", 2019, "自然资源所"), ("国土资源所", 2019, "自然资源所"),
    ("卫计局", 2019, "卫生健康局"), ("卫计委", 2019, "卫生健康委员会"), ("环保局", 2019, "生态环境局"), ("农业局", 2019, "农业农村局"),
    ("扶贫办", 2021, "乡村振兴或农业农村部门"), ("乡村振兴局", 2024, "农业农村部门"), ("综治办", 2019, "综治中心或平安法治办"),
    ("法制宣传日", 2014, "国家宪法日"), ("社会治安综合治理办公室", 2019, "平安法治办或综治中心"), ("质量技术监督局", 2019, "市场监督管理局"),
    ("工商行政管理局", 2019, "市场监督管理局"), ("安全生产监督管理局", 2019, "应急管理局"), ("食品药品监督管理局", 2019, "市场监督管理局"),
)
_STEMS = ("领导小组", "法制", "工商", "质监", "药监", "安监", "国土", "卫计", "环保局", "农业局", "扶贫办", "振兴局", "综治办", "综合治理办", "监督局",
          "监督管理局")
_MEETINGS: tuple[tuple[str, date], ...] = (
    ("二十届四中全会", date(2025, 10, 20)), ("二十届三中全会", date(2024, 7, 15)), ("二十届二中全会", date(2023, 2, 26)),
    ("二十届一中全会", date(2022, 10, 23)), ("党的二十大", date(2022, 10, 16)), ("十九届七中全会", date(2022, 10, 9)),
    ("十九届六中全会", date(2021, 11, 8)), ("十九届五中全会", date(2020, 10, 26)), ("十九届四中全会", date(2019, 10, 28)),
    ("党的十九大", date(2017, 10, 18)), ("中央全面依法治国工作会议", date(2020, 11, 16)),
)
_WIDE = re.compile("[０-９]+")
_NARROW = re.compile("[0-9]")
_AHEAD = re.compile(r"(?:迎接|喜迎|迎|召开前|即将|胜利召开|保障|护航|备战|服务)[^。]{0,8}$")
_PLANS = {"六五": (2011, 2015), "七五": (2016, 2020), "八五": (2021, 2025), "九五": (2026, 2030)}
_PLAN = re.compile(r"([六七八九]五)[”\"]?普法")
_PAST = re.compile(r"收官|总结|验收|终期|期满|圆满|期间|以来|接续|衔接|历年|结束|迎检|承接|启动|谋划|编制|开局|筹备|制定|中期")
_NUMBERED = re.compile(r"(?:^|(?<=[\s。；;，,：:]))(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[)）]")
_PAIRS = (
    ("《", "》", "书名号", re.compile("[《》]")), ("“", "”", "引号", re.compile("[“”]")),
    ("（(", "）)", "括号", re.compile("[（(）)]")), ("【", "】", "方括号", re.compile("[【】]")),
)
_COUNTY_ONLY = re.compile(r"(?:我镇|我乡|我街道|镇政府|乡政府|镇人民政府|乡人民政府|街道办事处|镇党委)[^，。；]{0,8}(?:制定|出台|颁布)了?(?:政府规章|地方性法规|地方政府规章|行政法规)")


def check(context: Context) -> Iterator[Finding]:
    """Rules 27, 29, 30, 31, 37, 40."""
    yield from _bodies(context)
    yield from _meetings(context)
    yield from _publicity_plan(context)
    yield from _marks(context)
    yield from _digits(context)
    for match in _COUNTY_ONLY.finditer(context.text) if _makes_law(context.text) else ():
        yield context.finding("county_only_duty", "error", "乡镇没有制定规章、法规的权限。请核对是否为规范性文件或规章制度。", match.start(),
                              match.end(), "改为实际制定的文件种类", "《立法法》关于立法权限的规定")


def _makes_law(text: str) -> bool:
    return "政府规章" in text or "地方性法规" in text or "行政法规" in text


def _bodies(context: Context) -> Iterator[Finding]:
    year = context.year
    if year is None:
        return
    text = context.text
    stems = {stem for stem in _STEMS if stem in text}
    for name, last, today in _BODIES if stems else ():
        if year <= last or not any(stem in name for stem in stems) or name not in text:
            continue
        for match in re.finditer(re.escape(name), text):
            before = text[max(0, match.start() - 4):match.start()]
            if before.endswith("原") or "原" in before[-3:] or context.in_chrome(match.start()):
                continue
            yield context.finding("stale_body_name", "warning", f"“{name}”是旧名称，{year}年应为“{today}”。请更正，或在前面加“原”字。",
                                  match.start(), match.end(), f"改为“{today}”", "机构改革后的名称")


def _meetings(context: Context) -> Iterator[Finding]:
    year = context.year
    if year is None:
        return
    for name, held in _MEETINGS:
        if held.year <= year or name not in context.text:
            continue
        at = context.text.find(name)
        if _AHEAD.search(context.text[max(0, at - 12):at]) or context.in_plans(at):
            continue
        yield context.finding("meeting_not_yet_held", "warning", f"“{name}”{held.year}年{held.month}月才召开，{year}年的工作不会以它为依据。请核对。",
                              at, at + len(name), "核对会议名称或报告年份", f"会议召开于{held.isoformat()}")


def _publicity_plan(context: Context) -> Iterator[Finding]:
    year = context.year
    if year is None or "五" not in context.text or "普法" not in context.text:
        return
    for match in _PLAN.finditer(context.text):
        first, last = _PLANS[match.group(1)]
        if first <= year <= last:
            continue
        start = max(0, match.start() - 30)
        if _PAST.search(context.text[start:match.end() + 20]) or context.in_plans(match.start()):
            continue
        if year < first and year == first - 1:
            continue
        yield context.finding("stale_plan", "warning", f"“{match.group(1)}”普法是{first}—{last}年的规划，不是{year}年的。请核对。", match.start(),
                              match.end(), f"改为{_plan_of(year)}", "五年普法规划的起止年份")


def _plan_of(year: int) -> str:
    for name, (first, last) in _PLANS.items():
        if first <= year <= last:
            return f"“{name}”普法"
    return "当年的普法规划"


def _marks(context: Context) -> Iterator[Finding]:
    """A text with as many closing as opening marks is taken as sound; else the line at fault is looked for."""
    text = context.text
    for opening, closing, name, pattern in _PAIRS:
        opened = sum(text.count(char) for char in opening)
        closed = sum(text.count(char) for char in closing)
        if opened != closed:
            yield from _unpaired(context, opening, name, pattern)


def _unpaired(context: Context, opening: str, name: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    text = context.text
    for start, end in context.lines:
        stack: list[int] = []
        numbered: set[int] | None = None
        for match in pattern.finditer(text, start, end):
            place = match.start()
            if match.group() in opening:
                if name == "引号" and stack:
                    yield _mark(context, stack.pop(), name, "缺少另一半")
                stack.append(place)
            elif stack:
                stack.pop()
            else:
                if numbered is None:
                    numbered = {item.end() - 1 for item in _NUMBERED.finditer(text, start, end)} if name == "括号" else set()
                if place not in numbered:
                    yield _mark(context, place, name, "前面没有与它配对的一半")
        for place in stack:
            yield _mark(context, place, name, "缺少另一半")


def _mark(context: Context, place: int, name: str, why: str) -> Finding:
    end = min(len(context.text), place + 12)
    stop = context.text.find("\n", place, end)
    end = stop if stop > place else end
    return context.finding("unbalanced_marks", "warning", f"{name}“{context.text[place]}”{why}。请补全或删去。", place, end,
                           "补全成对的标点", "GB/T 15834 标点符号用法")


def _digits(context: Context) -> Iterator[Finding]:
    match = _WIDE.search(context.text)
    if match and _NARROW.search(context.text):
        yield context.finding("mixed_width", "info", "全角数字与半角数字混用。请统一用半角。", match.start(), match.end(), "改为半角数字",
                              "GB/T 15835 出版物上数字用法")
