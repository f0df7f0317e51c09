"""The drill-down: rows, restriction, pages, digest."""

from __future__ import annotations

from datetime import date

from tests.indicators.tiny import CASE, Ledger, codex
from yifa.indicators.details import details, records_behind
from yifa.indicators.evaluate import evaluate
from yifa.indicators.provenance import digest, digests, last_events

YEAR = ("2025-01-01", "2025-12-31")
ACCEPTED = {"key": "accepted", "flow": {"of": "case", "on": "accepted_on"}}


def test_rows_carry_number_day_subject_and_no_sealed_value(ledger: Ledger) -> None:
    ledger.add(CASE, {"accepted_on": "2025-05-01", "title": "村道积水", "party": "某人"})
    d = details(ledger.connection, codex(ACCEPTED), "accepted", ["A"], YEAR)
    row = d.rows[0]
    assert (row.number, row.day, list(row.values.values())) == ("A〔2025〕1号", date(2025, 5, 1), ["村道积水"])
    assert [c.label for c in d.columns] == ["事由"]


def test_restricted_records_are_hidden_but_counted(ledger: Ledger) -> None:
    for restricted in (None, "head", "head, clerk", "chief"):
        ledger.add(CASE, {"accepted_on": "2025-05-01"}, restricted=restricted)
    c = codex(ACCEPTED)
    assert evaluate(ledger.connection, c, ["A"], *YEAR)["accepted"].value == 4
    seen = details(ledger.connection, c, "accepted", ["A"], YEAR, ["clerk"])
    assert (seen.visible, seen.hidden, len(seen.rows)) == (2, 2, 2)
    nothing = details(ledger.connection, c, "accepted", ["A"], YEAR, lambda definition, restricted: False)
    assert (nothing.visible, nothing.hidden, nothing.rows) == (0, 4, [])


def test_pages_follow_each_other_without_gap(ledger: Ledger) -> None:
    for _ in range(7):
        ledger.add(CASE, {"accepted_on": "2025-05-01"})
    pages = [details(ledger.connection, codex(ACCEPTED), "accepted", ["A"], YEAR, page=n, size=3) for n in (1, 2, 3)]
    assert [p.pages for p in pages] == [3, 3, 3]
    assert [len(p.rows) for p in pages] == [3, 3, 1]
    assert len({r.record for p in pages for r in p.rows}) == 7


def test_a_rate_opens_to_its_numerator_and_denominator(ledger: Ledger) -> None:
    ledger.add(CASE, {"accepted_on": "2025-05-01", "closed_on": "2025-06-01"})
    ledger.add(CASE, {"accepted_on": "2025-05-02"})
    c = codex(ACCEPTED, {"key": "closed", "flow": {"of": "case", "on": "closed_on"}},
              {"key": "rate", "unit": "%", "ratio": {"of": "closed", "to": "accepted"}})  # fmt: skip
    d = details(ledger.connection, c, "rate", ["A"], YEAR)
    assert [(p.key, p.visible) for p in d.parts] == [("closed", 1), ("accepted", 2)]


def test_least_per_quarter_opens_to_all_records_of_the_period_with_the_counts_per_quarter(ledger: Ledger) -> None:
    for on in ("2025-02-01", "2025-02-02", "2025-05-01", "2025-08-01", "2025-11-01"):
        ledger.add(CASE, {"accepted_on": on})
    entry = {"key": "q", "least_per": {"of": "case", "on": "accepted_on", "period": "quarter"}}
    d = details(ledger.connection, codex(entry), "q", ["A"], YEAR)
    assert (d.value, len(d.rows), [n for _, _, n in d.sub_periods]) == (1, 5, [2, 1, 1, 1])


def test_digest_changes_with_any_later_event_of_a_record_behind_the_figure(ledger: Ledger) -> None:
    first = ledger.add(CASE, {"accepted_on": "2025-05-01"})
    other = ledger.add(CASE, {"accepted_on": "2024-05-01"})
    c = codex(ACCEPTED)
    before = digests(ledger.connection, c, ["accepted"], ["A"], YEAR)["accepted"]
    assert before[0] == 1
    ledger.run("INSERT INTO yifa_event VALUES (?, 2, ?)", (other, "e" * 64))
    assert digests(ledger.connection, c, ["accepted"], ["A"], YEAR)["accepted"] == before
    ledger.run("INSERT INTO yifa_event VALUES (?, 2, ?)", (first, "f" * 64))
    after = digests(ledger.connection, c, ["accepted"], ["A"], YEAR)["accepted"]
    assert after == (1, digest({first: "f" * 64}))
    assert after != before


def test_last_events_of_more_records_than_one_statement_takes(ledger: Ledger) -> None:
    uids = [ledger.add(CASE, {"accepted_on": "2025-05-01"}) for _ in range(300)]
    assert set(last_events(ledger.connection, uids)) == set(uids)
    assert records_behind(ledger.connection, codex(ACCEPTED), ["accepted"], ["A"], YEAR)["accepted"] == set(uids)
