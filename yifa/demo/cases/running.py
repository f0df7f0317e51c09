"""A dozen cases of late 2026 that are not finished on the demonstration's day, so that something is due.

Each is made as if it ran to its end, then cut on a day; what a clerk has not done by then is what the workbench shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from yifa.demo.cases import disclosure, dispute, penalty, petition
from yifa.demo.cases.kit import Case, Kit

TODAY = date(2026, 11, 20)


def _made(kit: Kit) -> list[tuple[Case, date]]:
    """Four cases of a town, each with the day of its last step at the latest."""
    oct_, nov = 10, 11
    match kit.town.code[-3:]:
        case "101":
            return [(dispute.one(kit, date(2026, nov, 10)), TODAY),
                    (petition.one(kit, date(2026, 9, 21), "6信访处理"), date(2026, 9, 30)),
                    (penalty.one(kit, date(2026, oct_, 26), "听证"), TODAY),
                    (disclosure.one(kit, date(2026, nov, 2), "延期"), TODAY)]  # fmt: skip
        case "102":
            return [(dispute.one(kit, date(2026, nov, 16)), TODAY),
                    (petition.one(kit, date(2026, 9, 15), "6信访处理", "延期"), TODAY),
                    (penalty.one(kit, date(2026, nov, 3), "申辩"), date(2026, nov, 12)),
                    (disclosure.one(kit, date(2026, oct_, 19), "公开"), date(2026, oct_, 19))]  # fmt: skip
        case _:
            return [(dispute.one(kit, date(2026, nov, 5)), date(2026, nov, 13)),
                    (petition.one(kit, date(2026, nov, 12), "2仲裁"), date(2026, nov, 12)),
                    (penalty.one(kit, date(2026, nov, 2), ""), TODAY),
                    (disclosure.one(kit, date(2026, nov, 9), "第三方"), TODAY)]  # fmt: skip


def now(kit: Kit) -> Iterator[Case]:
    """The running cases of a town."""
    for case, last in _made(kit):
        case.live = True
        yield case.until(last)
