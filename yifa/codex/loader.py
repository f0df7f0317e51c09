"""Strict reading of codex files (YAML): duplicate keys and unknown entries are refused with file, line, field and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CodexError(ValueError):
    """A codex that cannot be used; ``problems`` lists every fault as 'file:line: field: reason'."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


class _StrictLoader(_Base):  # type: ignore[misc]
    """SafeLoader that refuses a key written twice; only true and false are booleans (``on`` is a key of ours)."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers
                if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, resolvers in _Base.yaml_implicit_resolvers.items()
    }  # fmt: skip


def _mapping(loader: Any, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"“{key}”写了两次", key_node.start_mark)
        seen.add(key)
    loader.flatten_mapping(node)
    result: dict[Any, Any] = yaml.SafeLoader.construct_mapping(loader, node, deep=True)
    return result


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> list[dict[str, Any]]:
    """The entries of one file: a list of mappings, one mapping, or several documents. Raises CodexError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        raise CodexError([f"{path}: 不是 UTF-8 编码，请另存为 UTF-8（第 {e.start} 字节处出错）"]) from e
    except OSError as e:
        raise CodexError([f"{path}: 打不开（{e.strerror}）"]) from e
    try:
        documents = list(yaml.load_all(text, Loader=_StrictLoader))
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 0
        raise CodexError([f"{path}:{line}: YAML 写法有误：{e.problem or e.context}"]) from e
    except yaml.YAMLError as e:
        raise CodexError([f"{path}: YAML 写法有误：{e}"]) from e
    except ValueError as e:
        raise CodexError([f"{path}: 有不存在的日期或数：{e}"]) from e
    found: list[dict[str, Any]] = []
    for doc in documents:
        entries = doc if isinstance(doc, list) else [] if doc is None else [doc]
        for e in entries:
            if not isinstance(e, dict):
                raise CodexError([f"{path}: 每一项都应是“键: 值”的映射，现有 {e!r}"])
            found.append(e)
    return found


def line_of(path: Path, index: int, location: tuple[Any, ...]) -> int:
    """The line of a field inside the ``index``-th entry of a file; found anew as it is needed for errors only."""
    try:
        nodes = [n for doc in yaml.compose_all(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader) if doc
                 for n in (doc.value if isinstance(doc, yaml.SequenceNode) else [doc])]  # fmt: skip
        node = nodes[index]
    except (yaml.YAMLError, IndexError, OSError):
        return 0
    line = node.start_mark.line
    for part in location:
        if isinstance(node, yaml.MappingNode):
            match = next(((k, v) for k, v in node.value if k.value == str(part).rstrip("_")), None)
            if match is None:
                break
            line, node = match[0].start_mark.line, match[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项（是否写错了字？）",
    "literal_error": "取值不在允许范围内：{expected}",
    "string_pattern_mismatch": "写法不合要求：{pattern}",
    "date_from_datetime_parsing": "不是有效日期",
    "date_type": "不是有效日期，应写成 2024-01-31",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "string_type": "应是文字",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "list_type": "应是列表",
    "dict_type": "应是映射",
    "model_type": "应是映射",
}


def explain(path: Path, index: int, error: ValidationError) -> list[str]:
    """The faults that pydantic found, in words for a jurist, with their lines."""
    found = []
    for e in error.errors():
        location = tuple(p for p in e["loc"] if not (isinstance(p, str) and p.startswith(("function-", "list[", "is-"))))
        name = ".".join(str(p).rstrip("_") for p in location) or "（整条）"
        reason = _REASONS.get(e["type"], e["msg"].removeprefix("Value error, ")).format(**e.get("ctx", {}))
        found.append(f"{path}:{line_of(path, index, location)}: {name}: {reason}")
    return found


def load_models(model: type[M], path: Path) -> list[M]:
    """Read every entry of a file as ``model``. Raises CodexError with all faults of the file."""
    problems: list[str] = []
    found: list[M] = []
    for index, raw in enumerate(read_yaml(path)):
        try:
            found.append(model.model_validate(raw))
        except ValidationError as e:
            problems += explain(path, index, e)
    if problems:
        raise CodexError(problems)
    return found
