"""Round trip (往返): ledgers that hold exactly the records behind the figures of the five real reports."""

from __future__ import annotations

from tests.roundtrip.ledger import Expected, SeedLedger, SeedRecord, SeedStep
from tests.roundtrip.seeds import SEEDS, build

__all__ = ["SEEDS", "Expected", "SeedLedger", "SeedRecord", "SeedStep", "build"]
