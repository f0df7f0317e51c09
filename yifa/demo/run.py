"""What `yifa demo` does: the ledger, its root, a report, a proofread sample, a verification; and what it says of them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from yifa.codex import Codex
from yifa.demo.build import Advance, DemoError, build, check_place, events_in, key_of, marked
from yifa.demo.plan import HERE, SEED
from yifa.demo.world import towns

YEAR = 2025
REPORTS, PROOFS = "报告", "校对"
Tell = Callable[[str], None]


@dataclass
class Result:
    """What was made and where it lies; ``as_dict`` is the JSON output."""

    home: Path
    made: bool
    records: int
    events: int
    later: int = 0
    files: dict[str, str] = field(default_factory=dict)
    figures: int = 0
    proof: dict[str, int] = field(default_factory=dict)
    verified: bool = False
    verify_lines: list[str] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {"home": str(self.home), "made": self.made, "records": self.records, "events": self.events,
                "recorded_since": self.later, "files": self.files, "figures": self.figures, "proofread": self.proof,
                "verified": self.verified, "examples": self.examples, "seconds": round(self.seconds, 1), "notes": self.notes,
                "next": [{"arguments": c, "shows": w} for c, w in next_commands(self)]}  # fmt: skip


def run(home: Path, codex: Codex, today: date, fresh: bool = False, tell: Tell = lambda text: None,
        advance: Advance = lambda done, total: None) -> Result:  # fmt: skip
    """Make the demonstration in ``home`` or find it there, then its outputs. Raises DemoError.

    ``tell`` hears of each stage in Chinese, ``advance`` of the acts recorded; ``today`` dates the exported root."""
    began = time.monotonic()
    result = _ledger(home, codex, fresh, tell, advance)
    from yifa.records.setup import open_home

    ledger = open_home(home, codex, today=lambda: today)
    from django.db import connection

    try:
        _root(connection, home, today, result, tell)
        _report(connection, codex, home, result, tell)
        _proofread(codex, home, result, tell)
        _verify(connection, home, result, tell)
    except PermissionError as e:
        raise DemoError(f"{e.filename} 不能写入（可能正在别的程序中打开）。请关闭它，或检查文件夹权限。") from e
    del ledger
    result.seconds = time.monotonic() - began
    return result


def _ledger(home: Path, codex: Codex, fresh: bool, tell: Tell, advance: Advance) -> Result:
    check_place(home)
    mark = None if fresh else marked(home)
    note = ""
    if mark is not None:
        events = events_in(home)
        later = events - int(mark.get("events", 0))
        same = all(mark.get(k) == v for k, v in key_of(codex).items())
        if same or later > 0:
            tell(f"用已有的台账 {home}：{mark['records']} 件记录，{events} 个事件" + (f"（其中后来登记 {later} 个）" if later else ""))
            if not same:
                note = "法典或演示计划已更新，但台账里有后来登记的内容，没有重建；要丢弃它们重建，请加 --fresh。"
            return Result(home, False, mark["records"], events, later, examples=mark.get("examples", {}),
                          notes=[note] if note else [])  # fmt: skip
        tell("法典或演示计划已更新，重建演示台账")
    else:
        tell("建立演示台账：云河县三个乡镇，2023 至 2025 年的记录")
    mark = build(home, codex, advance)
    return Result(home, True, mark["records"], mark["events"], examples=mark["examples"])


def _root(connection: Any, home: Path, today: date, result: Result, tell: Tell) -> None:
    from yifa.records.roots import export_root

    root = export_root(connection, home, today)
    result.files["root"] = str(root.path)
    tell(f"导出日根 {today}：{root.digest[:16]}…")


def _report(connection: Any, codex: Codex, home: Path, result: Result, tell: Tell) -> None:
    from yifa.reports.render.produce import produce

    town = towns(SEED)[0]
    written = yaml.safe_load((HERE / "report_texts.yaml").read_text(encoding="utf-8"))
    made = produce(connection, codex, [town.code], town.name, YEAR, home / REPORTS, texts=written, draft=False,
                   frozen_at=datetime.now().isoformat(timespec="seconds"))  # fmt: skip
    result.files |= {"report_docx": str(made.docx), "report_html": str(made.html), "report_figures": str(made.frozen)}
    result.figures = len(made.doc.figures)
    result.notes += [f"报告数字不一致：{f.message}" for f in made.findings]
    tell(f"生成《{made.doc.title}》：{result.figures} 个数字，每个都能打开背后的记录")


def _proofread(codex: Codex, home: Path, result: Result, tell: Tell) -> None:
    from yifa.codex.proof import proof_codex
    from yifa.proofread import proofread_path, report_page

    folder = home / PROOFS
    folder.mkdir(parents=True, exist_ok=True)
    sample = folder / "样稿.txt"
    shutil.copyfile(HERE / "sample_report.txt", sample)
    report = proofread_path(sample, proof_codex(codex))
    page = folder / "样稿校对.html"
    page.write_text(report_page(report, {k: i.name for k, i in codex.indicators.items()}), encoding="utf-8")
    result.files |= {"sample": str(sample), "sample_html": str(page)}
    counts = {s: sum(f.severity == s for f in report.findings) for s in ("error", "warning", "info")}
    result.proof = {"figures": len(report.figures), "citations": len(report.citations), **counts}
    tell(f"校对样稿：数字 {len(report.figures)} 个，引用 {len(report.citations)} 处；"
         f"错误 {counts['error']}、提醒 {counts['warning']}、提示 {counts['info']}")  # fmt: skip


def _verify(connection: Any, home: Path, result: Result, tell: Tell) -> None:
    from yifa.records.verify import verify

    report = verify(connection, home)
    result.verified, result.verify_lines = report.ok, report.lines()
    tell("查验台账：" + (f"{report.events} 个事件、{report.files} 个附件完好" if report.ok else "发现问题，见下"))


def next_commands(result: Result) -> list[tuple[list[str], str]]:
    """What to try next: (arguments of `yifa`, what it shows). All of them work on the ledger just made."""
    town = towns(SEED)[0].name
    of_year = ["--org", town, "--year", str(YEAR)]
    found = [(["figures", *of_year], "全年的每一个数字"),
             (["figures", "mediation.accepted", *of_year], "一个数字背后的每件记录")]  # fmt: skip
    for key, what in (("running_disclosure_request", "一件正在办理的申请：期限怎么算、下一步能办什么"),
                      ("late_petition", "一件逾期的信访：发现了什么问题、依据哪一条")):  # fmt: skip
        if key in result.examples:
            found.append((["record", "show", result.examples[key]], what))
    return [
        *found,
        (["due", "disclosure.reply", "--from", "2026-09-28"], "算期限：哪些日子不计入、为什么"),
        (["statute", "信访条例"], "查一部法规何时废止、由什么接替"),
        (["proofread", result.files["sample"]], "校对一份别人写的报告"),
        (["template", "普法活动", "普法活动.xlsx"], "生成导入用的表格模板"),
    ]
