"""Prints one table and writes ``bench-<date>.json``; each figure is a ratio measured in this run."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import due_dates, imports, indicators, proofreading, recording, verifying
from bench.measure import Line
from tests.postgres import postgres_bin, running_server


def _all(server: str | None) -> list[Line]:
    console = Console(stderr=True)
    lines: list[Line] = []
    for name, run in (("到期日", due_dates.run), ("校对", proofreading.run), ("登记", lambda: recording.run(server)),
                      ("指标", lambda: indicators.run(server)), ("导入", imports.run), ("查验", verifying.run)):  # fmt: skip
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        console.print(f"正在测量：{name} …")
        lines += run()
    return lines


def main() -> int:
    if postgres_bin() is None:
        lines = _all(None)
    else:
        with running_server() as server:
            lines = _all(server)
    table = Table("项目", "比值", "界限", "达到", "明细")
    for x in lines:
        table.add_row(x.name, f"{x.ratio:.3g}", f"{'≥' if x.sense == 'at_least' else '≤'} {x.bound:g}", "是" if x.held else "否", x.detail)
    Console(width=150).print(table)
    path = Path(f"bench-{datetime.now():%Y%m%d-%H%M%S}.json")
    path.write_text(json.dumps([x.as_dict() for x in lines], ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"明细：{path}" + ("" if postgres_bin() else "（没有 PostgreSQL，未测其各项）"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
