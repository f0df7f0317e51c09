"""Strict reading of codex files (YAML): duplicate keys and unknown entries are refused with file, line, field and reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    M = TypeVar("M", bound=BaseModel)
else:
    M = TypeVar("M")

Location = tuple[str | int, ...]


class CodexError(ValueError):
    """A codex that cannot be used; ``problems`` lists every fault as 'file:line: field: reason'."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


@lru_cache(maxsize=1)
def _loaders() -> tuple[Any, Any]:
    """(strict loader, YAML module): made when YAML is first read, as most commands read none."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    refused = yaml.constructor.ConstructorError

    class Strict(base):  # type: ignore[misc]
        """SafeLoader that refuses a key written twice; only true and false are booleans (``on`` is a key of ours)."""

        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers
                    if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }  # fmt: skip

    def mapping(loader: Any, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str | int):
                raise refused(None, None, f"“{key}”不能作键，键应是文字", key_node.start_mark)
            if key in seen:
                raise refused(None, None, f"“{key}”写了两次", key_node.start_mark)
            seen.add(key)
        loader.flatten_mapping(node)
        found: dict[Any, Any] = yaml.SafeLoader.construct_mapping(loader, node, deep=True)
        return found

    def day(loader: Any, node: Any) -> Any:
        try:
            return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
        except ValueError:
            raise refused(None, None, f"没有“{node.value}”这一天", node.start_mark) from None

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    Strict.add_constructor("tag:yaml.org,2002:timestamp", day)
    return Strict, yaml


_YAML_WORDS = {
    "mapping values are not allowed": "冒号用错了地方（前一行是否缺引号，或缩进不齐）",
    "could not find expected ':'": "少了冒号",
    "did not find expected key": "缩进不齐，或少了键",
    "did not find expected '-' indicator": "列表项的缩进不齐",
    "did not find expected ',' or ']'": "方括号没有配对，或少了逗号",
    "did not find expected ',' or '}'": "花括号没有配对，或少了逗号",
    "did not find expected node content": "这里缺内容",
    "found character that cannot start any token": "有不能用在行首的字符（缩进要用空格，不用制表符）",
    "found unexpected end of stream": "引号没有配对",
    "found undefined alias": "引用了没有定义的锚",
    "could not determine a constructor": "不支持的标记",
    "found a tab character": "缩进要用空格，不用制表符",
}


def read_yaml(path: Path) -> list[dict[str, Any]]:
    """The entries of one file: a list of mappings, one mapping, or several documents. Raises CodexError."""
    strict, yaml = _loaders()
    text = _text(path)
    try:
        documents = list(yaml.load_all(text, Loader=strict))
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 1
        said = e.problem or e.context or ""
        reason = next((words for given, words in _YAML_WORDS.items() if said.startswith(given)), said)
        raise CodexError([f"{path}:{line}: YAML 写法有误：{reason}"]) from e
    except (yaml.YAMLError, ValueError, RecursionError) as e:
        line = text.count("\n", 0, getattr(e, "position", 0)) + 1
        reason = "有不可见的控制字符" if "characters are not allowed" in str(e) else str(e)
        raise CodexError([f"{path}:{line}: YAML 写法有误：{reason}"]) from e
    found: list[dict[str, Any]] = []
    for doc in documents:
        entries = doc if isinstance(doc, list) else [] if doc is None else [doc]
        for entry in entries:
            if not isinstance(entry, dict):
                raise CodexError([f"{path}:{line_of(path, len(found), ())}: 每一项都应是“键: 值”，现为“{str(entry)[:40]}”"])
            found.append(entry)
    if not found:
        raise CodexError([f"{path}:1: 文件里没有任何内容。不用的文件请删去"])
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        line = e.object[: e.start].count(b"\n") + 1
        raise CodexError([f"{path}:{line}: 不是 UTF-8 编码，请用记事本另存为 UTF-8"]) from e
    except OSError as e:
        raise CodexError([f"{path}:1: 打不开（{e.strerror}）"]) from e


@lru_cache(maxsize=8)
def _nodes(path: Path, stamp: tuple[int, int]) -> list[Any]:
    """The entries of a file as YAML nodes, which know their lines; empty for a file that is no YAML."""
    strict, yaml = _loaders()
    try:
        documents = list(yaml.compose_all(_text(path), Loader=strict))
    except (yaml.YAMLError, CodexError, ValueError, RecursionError):
        return []
    return [n for d in documents if d is not None for n in (d.value if isinstance(d, yaml.SequenceNode) else [d])]


def line_of(path: Path, index: int, location: Sequence[str | int], word: str = "") -> int:
    """The line of a field inside the ``index``-th entry of a file; found anew as it is needed for errors only.

    In a list a text stands for the entry with that ``key``. ``word`` looks below the field for the line where it is
    written. A part that is not there gives the line of the part that holds it.
    """
    _, yaml = _loaders()
    try:
        stat = path.stat()
    except OSError:
        return 1
    nodes = _nodes(path, (stat.st_mtime_ns, stat.st_size))
    if not index < len(nodes):
        return 1
    node = nodes[index]
    line = node.start_mark.line
    for part in location:
        child = _child(yaml, node, part)
        if child is None:
            break
        line, node = child
    return int(_line_of_word(yaml, node, word) or line) + 1


def _child(yaml: Any, node: Any, part: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        match = next(((k, v) for k, v in node.value if k.value == str(part)), None)
        return None if match is None else (match[0].start_mark.line, match[1])
    if isinstance(node, yaml.SequenceNode):
        if isinstance(part, int):
            found = node.value[part] if part < len(node.value) else None
        else:
            found = next((n for n in node.value if isinstance(n, yaml.MappingNode)
                          and any(k.value == "key" and v.value == part for k, v in n.value)), None)  # fmt: skip
        return None if found is None else (found.start_mark.line, found)
    return None


def _line_of_word(yaml: Any, node: Any, word: str) -> int | None:
    if not word:
        return None
    if isinstance(node, yaml.ScalarNode):
        return int(node.start_mark.line) if node.value == word or f"{{{word}}}" in node.value else None
    children = [n for pair in node.value for n in pair] if isinstance(node, yaml.MappingNode) else node.value
    return next((line for n in children if (line := _line_of_word(yaml, n, word)) is not None), None)


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项（是否写错了字？）",
    "literal_error": "只能是 {expected}",
    "string_pattern_mismatch": "写法不合要求（{pattern}）",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
}
_KINDS = {"date": "不是有效日期，应写成 2024-01-31", "int": "应是整数", "string": "应是文字", "bool": "应是 true 或 false",
          "list": "应是列表", "tuple": "应是列表", "dict": "应是“键: 值”", "model": "应是“键: 值”"}  # fmt: skip


def _reason(error: Any) -> str:
    kind = error["type"]
    if kind in _REASONS:
        return _REASONS[kind].format(**error.get("ctx", {})).replace(" or ", "、").replace("'", "")
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return next((words for start, words in _KINDS.items() if kind.startswith(start)), "写法不对")


def _place(raw: Any, location: Sequence[str | int], kind: str) -> Location:
    """The parts of pydantic's location that stand in the file (it adds names of unions and validators)."""
    found: list[str | int] = []
    for n, part in enumerate(location):
        if isinstance(raw, dict) and (part in raw or (kind == "missing" and n == len(location) - 1)):
            raw = raw.get(part)
        elif isinstance(raw, list) and isinstance(part, int) and part < len(raw):
            raw = raw[part]
        else:
            continue
        found.append(part)
    return tuple(found)


def faults(error: ValidationError, raw: Any) -> list[tuple[Location, str]]:
    """The faults that pydantic found in ``raw``, in words for a jurist; one for each field."""
    found: dict[Location, list[str]] = {}
    for e in error.errors():
        reasons = found.setdefault(_place(raw, e["loc"], e["type"]), [])
        if _reason(e) not in reasons:
            reasons.append(_reason(e))
    return [(at, "；或".join(reasons)) for at, reasons in found.items()]


def problem(path: Path, index: int, location: Sequence[str | int], reason: str, word: str = "") -> str:
    """'file:line: field: reason'."""
    return f"{path}:{line_of(path, index, location, word)}: {'.'.join(map(str, location)) or '整条'}: {reason}"


def validate(model: type[M], path: Path, index: int, raw: dict[str, Any]) -> M:
    """One entry as ``model``. Raises CodexError with all its faults."""
    from pydantic import ValidationError

    try:
        return model.model_validate(raw)  # type: ignore[attr-defined, no-any-return]
    except ValidationError as e:
        raise CodexError([problem(path, index, at, why) for at, why in faults(e, raw)]) from e
    except (TypeError, AttributeError, KeyError) as e:  # a value of a kind that a validator did not expect
        raise CodexError([problem(path, index, (), f"有一项的写法不对，请对照随附的文件检查（{e}）")]) from e


def load_models(model: type[M], path: Path, entries: list[dict[str, Any]] | None = None) -> list[M]:
    """Every entry of a file as ``model``; ``entries`` if they were read already. Raises CodexError with all faults."""
    problems: list[str] = []
    found: list[M] = []
    for index, raw in enumerate(read_yaml(path) if entries is None else entries):
        try:
            found.append(validate(model, path, index, raw))
        except CodexError as e:
            problems += e.problems
    if problems:
        raise CodexError(problems)
    return found
