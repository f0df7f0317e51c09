"""Measuring: the least of several runs, by wall or by CPU time, and one line of result each."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Line:
    """One figure: ``ratio`` compared with ``bound`` (``at_most`` or ``at_least``)."""

    name: str
    ratio: float
    bound: float
    sense: str
    detail: str

    @property
    def held(self) -> bool:
        return self.ratio <= self.bound if self.sense == "at_most" else self.ratio >= self.bound

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "ratio": round(self.ratio, 4), "bound": self.bound, "sense": self.sense,
                "held": self.held, "detail": self.detail}  # fmt: skip


def best(run: Callable[[], object], times: int = 3, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of the fastest of ``times`` runs: the least disturbed one."""
    found = float("inf")
    for _ in range(times):
        gc.collect()
        begin = clock()
        run()
        found = min(found, clock() - begin)
    return found
