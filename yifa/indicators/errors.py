"""What can be wrong with an indicator."""

from __future__ import annotations


class IndicatorError(ValueError):
    """An indicator that cannot be computed; the message names the indicator, the fault and the way out."""
