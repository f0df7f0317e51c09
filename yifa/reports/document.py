"""A report as a tree (报告文稿): parts, sections, paragraphs, and runs that are plain text or a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from yifa.indicators.evaluate import Figure

NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def chinese_number(n: int) -> str:
    """1..99 in Chinese numerals, as headings are numbered."""
    if not 1 <= n <= 99:
        raise ValueError(f"编号 {n} 超出 1—99")
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + NUMERALS[ones]


def chinese_day(day: date) -> str:
    """2025年3月5日: Arabic digits without leading zeros (GB/T 9704-2012, 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def title_lines(title: str, limit: int = 20) -> list[str]:
    """A long title broken after 关于 or where a word ends, never inside 法治政府 or a year; short ones stay whole."""
    if len(title) <= limit:
        return [title]
    at = title.find("关于")
    if 0 < at <= limit and len(title) - at <= limit:
        return [title[:at], title[at:]]
    middle = len(title) // 2
    return [title[:middle], title[middle:]]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; ``figure`` names the indicator whose number it prints."""

    text: str
    figure: str | None = None


@dataclass(slots=True)
class Paragraph:
    """A paragraph. ``todo``: a place where people have yet to write (待撰写); ``written``: text that people supplied."""

    runs: list[Run]
    kind: Literal["body", "written", "todo", "prompt"] = "body"

    @property
    def text(self) -> str:
        return "".join(r.text for r in self.runs)


@dataclass(slots=True)
class SectionDoc:
    """A section with its printed heading （一）…"""

    key: str
    heading: str
    paragraphs: list[Paragraph]


@dataclass(slots=True)
class PartDoc:
    """A statutory part with its printed heading 一、…; ``paragraphs`` stand before its sections."""

    key: str
    heading: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    sections: list[SectionDoc] = field(default_factory=list)

    def all_paragraphs(self) -> Iterator[Paragraph]:
        yield from self.paragraphs
        for s in self.sections:
            yield from s.paragraphs


@dataclass(frozen=True, slots=True)
class Meta:
    """What stands around the text: 主送机关, 发文字号, 署名, 成文日期, 抄送, and who made it from what."""

    addressee: str = ""
    number: str = ""
    signature: str = ""
    dated: date | None = None
    copies: str = ""
    made_at: str = ""
    prompts: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class ReportDoc:
    """A built report. ``figures`` holds those that its text prints, in order of first appearance."""

    outline: str
    name: str
    title: str
    town: str
    year: int
    period_from: date
    cutoff: date
    preface: list[Paragraph]
    parts: list[PartDoc]
    figures: dict[str, Figure]
    meta: Meta
    draft: bool
    unwritten: list[str] = field(default_factory=list)

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph in order of print."""
        yield from self.preface
        for p in self.parts:
            yield from p.all_paragraphs()

    def plain_text(self) -> str:
        """The report as text, one paragraph or heading a line: what the proofreader reads."""
        lines = [self.title]
        if self.meta.addressee:
            lines.append(f"{self.meta.addressee}：")
        lines += [p.text for p in self.preface]
        for part in self.parts:
            lines += [part.heading, *(p.text for p in part.paragraphs)]
            for s in part.sections:
                lines += [s.heading, *(p.text for p in s.paragraphs)]
        if self.meta.signature:
            lines.append(self.meta.signature)
        if self.meta.dated:
            lines.append(chinese_day(self.meta.dated))
        return "\n".join(lines) + "\n"
