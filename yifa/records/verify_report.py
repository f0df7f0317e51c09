"""What verification finds: problems with the first broken event first, what was destroyed, and the root relied on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 1000
Progress = Callable[[int, int, str], None]
"""Told now and then: done, in all, what is being checked."""


@dataclass(slots=True)
class Problem:
    """One thing that is not as it was recorded: where (as far as known) and what.

    ``cseq`` is the number in the organisation's chain, ``rseq`` that in the record.
    """

    kind: str
    what: str
    org: str = ""
    cseq: int | None = None
    record: str = ""
    rseq: int | None = None
    number: str = ""

    def __str__(self) -> str:
        place = []
        if self.org:
            place.append(f"机构 {self.org}")
        if self.cseq is not None:
            place.append(f"链上第 {self.cseq} 条事件")
        if self.record:
            name = self.number or self.record
            place.append(f"案卷 {name}" + (f" 第 {self.rseq} 条" if self.rseq is not None else ""))
        return ("，".join(place) + "：" if place else "") + self.what


@dataclass(slots=True)
class Destruction:
    """A record that was lawfully destroyed: by which event, by whom, approved by whom, on what basis."""

    record: str
    number: str
    definition: str
    org: str
    cseq: int
    destroyed_at: str
    actor: str
    approver: str
    basis: str


@dataclass(slots=True)
class RootUsed:
    """The exported root that the result relies on; ``given`` when it came from outside the home folder."""

    day: str
    digest: str
    path: str
    given: bool
    events: int


@dataclass
class VerifyReport:
    """The result. ``ok``: nothing was changed, missing or added, as far as the roots and keys at hand can tell."""

    events: int = 0
    chains: int = 0
    records: int = 0
    sealed: int = 0
    files: int = 0
    relied_on: RootUsed | None = None
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    destroyed: list[Destruction] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.count == 0

    @property
    def first(self) -> Problem | None:
        """The first broken event, or the first problem of another kind when no event is touched."""
        return self.problems[0] if self.problems else None

    def add(self, problem: Problem) -> None:
        """Notes a problem; of very many only the first :data:`KEPT` are kept, all are counted."""
        self.count += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able values."""
        first = self.first
        return {
            "ok": self.ok,
            "events": self.events,
            "chains": self.chains,
            "records": self.records,
            "sealed": self.sealed,
            "files": self.files,
            "relied_on": asdict(self.relied_on) if self.relied_on else None,
            "first": asdict(first) if first else None,
            "problems": [asdict(p) for p in self.problems],
            "problem_count": self.count,
            "destroyed": [asdict(d) for d in self.destroyed],
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """The report in Chinese, a line each, for the command line."""
        out = [
            f"核验 {self.chains} 条链、{self.events} 条事件、{self.records} 件案卷、"
            f"{self.sealed} 个加密值、{self.files} 个附件"
        ]
        used = self.relied_on
        if used is None:
            out.append("没有可依据的根值：被整链改写或截去链尾的，无法查出")
        else:
            origin = "外部保存的" if used.given else "台账文件夹内的"
            out.append(f"依据{origin}根值 {used.day}（{used.digest}，{used.events} 条事件）：{used.path}")
        out += [f"提示：{w}" for w in self.warnings]
        for d in self.destroyed:
            approved = f"，{d.approver} 批准" if d.approver else ""
            out.append(f"已依法销毁：{d.number or d.record}，{d.destroyed_at} 由 {d.actor} 销毁{approved}，依据：{d.basis}")
        if self.ok:
            out.append("核验通过：没有发现改动")
            return out
        out.append(f"核验不通过：{self.count} 处不符，最先一处是——{self.first}")
        out += [f"  {p}" for p in self.problems[1:]]
        if self.count > len(self.problems):
            out.append(f"  另有 {self.count - len(self.problems)} 处未列出")
        return out
