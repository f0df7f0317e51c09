"""A report's result as plain rows, for a terminal table or a sheet (结果表)."""

from __future__ import annotations

from collections.abc import Iterable

from .model import Figure, Report

SEVERITIES = {"error": "错误", "warning": "提醒", "info": "说明"}
STATUSES = {"in_force": "有效", "repealed": "已失效", "not_yet_effective": "未施行", "amended": "当年修改", "unknown": "不详"}

Row = tuple[str, ...]


def finding_rows(report: Report) -> list[Row]:
    """行, 级别, 问题, 原文, 建议 — the heading first."""
    rows: list[Row] = [("行", "级别", "问题", "原文", "建议")]
    rows.extend((str(item.line), SEVERITIES[item.severity], item.message, short(item.text), item.suggestion)
                for item in report.findings)
    return rows


def figure_rows(report: Report, names: dict[str, str] | None = None) -> list[Row]:
    """行, 所计对象, 数值, 单位, 约数, 指标, 原文 — the heading first. ``names``: indicator key -> name."""
    rows: list[Row] = [("行", "所计对象", "数值", "单位", "约数", "指标", "原文")]
    rows.extend((str(item.line), item.subject, value_text(item), item.unit, item.approx or "",
                 (names or {}).get(item.indicator or "", item.indicator or ""), short(item.text)) for item in report.figures)
    return rows


def part_rows(report: Report) -> list[Row]:
    """法定部分, 有无, 标题, 行 — the heading first."""
    rows: list[Row] = [("法定部分", "有无", "标题", "行")]
    rows.extend((item.name, "有" if item.present else "无", item.heading or "", str(item.line or "")) for item in report.parts)
    return rows


def citation_rows(report: Report) -> list[Row]:
    """行, 引用, 条, 状态 — the heading first."""
    rows: list[Row] = [("行", "引用", "条", "状态")]
    rows.extend((str(item.line), short(item.text), item.article or "", STATUSES.get(item.status, item.status))
                for item in report.citations)
    return rows


def summary_rows(reports: Iterable[Report]) -> list[Row]:
    """One row a report: 文件, 单位, 年度, 数据, 引用, 错误, 提醒, 说明 — the heading first."""
    rows: list[Row] = [("文件", "单位", "年度", "数据", "引用", "错误", "提醒", "说明")]
    for report in reports:
        counts = {key: sum(1 for item in report.findings if item.severity == key) for key in SEVERITIES}
        rows.append((report.file, report.organization or "", str(report.year or ""), str(len(report.figures)),
                     str(len(report.citations)), str(counts["error"]), str(counts["warning"]), str(counts["info"])))
    return rows


def value_text(figure: Figure) -> str:
    """The value as a clerk reads it: 15000, 92.5, 3—5."""
    if figure.value_max is None:
        return str(figure.value)
    return f"{figure.value}—{figure.value_max}"


def short(text: str, length: int = 40) -> str:
    """One line of at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length - 1] + "…"
