"""The hash chain: every digest depends on the body and on all before it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yifa.records.canonical import sm3
from yifa.records.chain import event_hash, genesis


def test_each_organisation_starts_its_own_chain() -> None:
    assert genesis("510104001") == sm3("yifa:510104001") != genesis("510104002")


def test_digest_covers_predecessor_and_body() -> None:
    start = genesis("a")
    assert event_hash(start, '{"a":"甲"}') == sm3(f'{start}\n{{"a":"甲"}}')
    assert len({event_hash(start, "x"), event_hash(start, "y"), event_hash(genesis("b"), "x")}) == 3


def _chain(bodies: list[str]) -> list[str]:
    hashes, last = [], genesis("o")
    for body in bodies:
        last = event_hash(last, body)
        hashes.append(last)
    return hashes


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=8), st.data())
def test_a_later_event_never_changes_an_earlier_digest_and_a_change_moves_all_after_it(
    bodies: list[str], data: st.DataObject
) -> None:
    before = _chain(bodies)
    assert _chain([*bodies, "more"])[:-1] == before
    at = data.draw(st.integers(0, len(bodies) - 1))
    changed = [*bodies[:at], bodies[at] + "!", *bodies[at + 1 :]]
    after = _chain(changed)
    assert after[:at] == before[:at]
    assert all(x != y for x, y in zip(after[at:], before[at:], strict=True))
