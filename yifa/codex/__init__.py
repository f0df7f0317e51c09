"""The codex (法典库): the law and the institutions as data, and their loading into one checked whole.

The names are looked up when they are used: who only counts days does not wait for the definition models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yifa.codex.bundle import Codex, load
    from yifa.codex.loader import CodexError

__all__ = ["Codex", "CodexError", "load"]


def __getattr__(name: str) -> Any:
    if name == "CodexError":
        from yifa.codex.loader import CodexError

        return CodexError
    if name in ("Codex", "load"):
        from yifa.codex import bundle

        return getattr(bundle, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
