"""The hash chain (哈希链): every event carries the digest of the one recorded before it in its organisation."""

from __future__ import annotations

from yifa.records.canonical import sm3, sm3_state


def genesis(org: str) -> str:
    """The digest that the first event of an organisation's chain carries as its predecessor."""
    return sm3("yifa:" + org)


def event_hash(previous: str, body: str) -> str:
    """The digest of an event: SM3 over its predecessor's digest (hex), a line end, and its canonical body in UTF-8."""
    return str(sm3_state(previous.encode("ascii") + b"\n" + body.encode("utf-8")).hexdigest())
