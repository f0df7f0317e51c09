"""Common duties (通用环节): steps written once in ``codex/general`` and hooked to a step of many procedures.

A general file holds ``{fields: [...], steps: [...], guards: [...]}``; a step with ``hooks: [service]`` gets those steps after itself
and those guards on itself. ``include`` on the definition adds them without an order. ``@host`` stands for the
hooked step's key and ``@host_name`` for its name, so that one file can be hooked twice.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from yifa.codex.loader import faults
from yifa.procedure.definition import Definition

# ``@host_named`` is the key of the host and ``_named``.
_HOST = re.compile(r"@host_name(?![a-z_])|@host")


class HookError(ValueError):
    """A hook that is unknown or does not fit; ``hook`` is its name."""

    def __init__(self, message: str, hook: str):
        super().__init__(message)
        self.hook = hook


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")

    key: str


class General(BaseModel):
    """The outer form of a general file; its parts are validated in every definition they are hooked to."""

    model_config = ConfigDict(extra="forbid")

    fields: list[_Part] = []
    steps: list[_Part] = []
    guards: list[_Part] = []


def _fill(value: Any, host: str, host_name: str) -> Any:
    if isinstance(value, str):
        return _HOST.sub(lambda m: host_name if m[0] == "@host_name" else host, value)
    if isinstance(value, list):
        return [_fill(v, host, host_name) for v in value]
    if isinstance(value, dict):
        return {_fill(k, host, host_name): _fill(v, host, host_name) for k, v in value.items()}
    return value


def merge_hooks(definition: Definition, general: dict[str, list[dict[str, Any]]]) -> Definition:
    """The definition with its hooks' fields, steps and guards in place. Raises HookError for an unknown or unfit hook."""
    used = [(s.key, s.name, h) for s in definition.steps for h in s.hooks] + [("", "", h) for h in definition.include]
    if not used:
        return definition
    data = definition.model_dump(mode="python", by_alias=True, exclude_unset=True)
    known = {f["key"] for f in data["fields"]}
    for host, host_name, hook in used:
        if hook not in general:
            raise HookError(f"没有名为“{hook}”的通用环节（general/{hook}.yaml）", hook)
        for raw in general[hook]:
            part = _fill(raw, host, host_name)
            for f in part.get("fields", []):
                if f["key"] not in known:
                    data["fields"] = [*data["fields"], f]
                    known.add(f["key"])
            steps = part.get("steps", [])
            for s in steps:
                if host and "after" not in s and "after_any" not in s:
                    s["after"] = [host]
            existing = {s["key"] for s in data["steps"]}
            at = next((i for i, s in enumerate(data["steps"]) if s["key"] == host), len(data["steps"]) - 1) + 1
            data["steps"] = [*data["steps"][:at], *(s for s in steps if s["key"] not in existing), *data["steps"][at:]]
            for s in data["steps"]:
                if s["key"] == host:
                    s["guards"] = [*s.get("guards", []), *part.get("guards", [])]
    try:
        return Definition.model_validate(data)
    except ValidationError as e:
        place, reason = faults(e, data)[0]
        raise HookError(f"与通用环节合并后不成立（{'.'.join(map(str, place))}）：{reason}", "") from e
