"""The codex (法典库): the law and the institutions as data, and their loading into one checked whole."""

from yifa.codex.bundle import Codex, load
from yifa.codex.loader import CodexError

__all__ = ["Codex", "CodexError", "load"]
