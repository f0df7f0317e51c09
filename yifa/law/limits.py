"""期限与数额标准: time limits and thresholds as dated, regional data (codex/limits), each with its article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from yifa.law.due import UNIT_NAMES

LimitUnit = Literal["hour", "calendar_day", "working_day", "month", "year"]
LimitKind = Literal["duty", "right", "prohibition", "waiting_period", "power_lapses", "validity", "info"]
Strength = Literal["block", "warn", "show"]

KIND_NAMES: dict[str, str] = {
    "duty": "办理期限",
    "right": "当事人的期限",
    "prohibition": "禁止期间",
    "waiting_period": "等待期间",
    "power_lapses": "逾期丧失职权",
    "validity": "有效期",
    "info": "其他机关的期限",
}

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*\.[a-z][a-z0-9_]*$")]
Alias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Region = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class LimitError(ValueError):
    """A limit or threshold that cannot be right. ``index`` is its place in the list, ``path`` the field concerned."""

    def __init__(self, message: str, index: int | None = None, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.index = index
        self.path = path


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Basis(_Model):
    """依据: an article of a statute, or another document. ``verified`` tells whether it was checked with the text."""

    statute: Text | None = None
    article: int | Text | None = None
    paragraph: int | None = None
    item: int | Text | None = None
    document: Text | None = None
    verified: bool | Literal["partly"] = True
    note: Text | None = None

    @model_validator(mode="after")
    def _names_a_source(self) -> Basis:
        if self.statute is None and self.document is None:
            raise ValueError("依据要写明 statute（法律法规）或 document（文件、通行做法）")
        if self.statute is None and self.article is not None and self.paragraph is not None and self.verified is True:
            raise ValueError("非法律法规的文件写到款的，请先核对原文再标 verified: true，否则标 false")
        return self

    def __str__(self) -> str:
        text = self.statute or self.document or ""
        if self.article is not None:
            text += f"第{self.article}条"
        if self.paragraph is not None:
            text += f"第{self.paragraph}款"
        if self.item is not None:
            text += f"第{self.item}项"
        return text + {True: "", False: "（未核对）", "partly": "（部分核对）"}[self.verified]


class _Dated(_Model):
    """Something in force from one day to another, both included, in a region (division-code prefix) or everywhere."""

    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    region: Region | None = None
    basis: Basis | None = None
    also: tuple[Basis, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _from_before_to(self) -> _Dated:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"施行日{self.valid_from}晚于失效日{self.valid_to}，请检查 from 和 to")
        return self

    def in_force_on(self, day: date) -> bool:
        """Whether the version is in force that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class LimitVersion(_Dated):
    """One version of a limit. An empty ``quantity`` is set by the field ``set_by`` or by a county's overlay."""

    quantity: int | None = Field(default=None, ge=0)
    unit: LimitUnit
    bound: Literal["at_least", "at_most", "exact"] = "at_most"
    set_by: Text | None = None

    @model_validator(mode="after")
    def _number_or_who_sets_it(self) -> LimitVersion:
        if self.quantity is None and self.set_by is None and self.note is None:
            raise ValueError("没有数字（quantity 为空）时，要在 set_by 写明由哪个栏目确定，或在 note 说明由谁规定")
        if self.quantity is not None and self.basis is None:
            raise ValueError("有数字（quantity）就要写依据（basis）")
        return self

    def __str__(self) -> str:
        if self.quantity is None:
            return self.note or "由文书确定"
        return f"{self.quantity}{UNIT_NAMES[self.unit]}"


class ThresholdVersion(_Dated):
    """One version of a threshold; an empty ``value`` waits for the province's or county's number."""

    value: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _number_or_who_sets_it(self) -> ThresholdVersion:
        if self.value is None and self.note is None:
            raise ValueError("没有数额（value 为空）时，要在 note 说明由谁规定")
        if self.value is not None and self.basis is None:
            raise ValueError("有数额（value）就要写依据（basis）")
        return self


class _Regional(Protocol):
    @property
    def region(self) -> str | None: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    def in_force_on(self, day: date) -> bool: ...


V = TypeVar("V", bound=_Regional)


def _pick(versions: Iterable[V], day: date, place: str | None) -> V | None:
    """The version in force that day for the place: the one of the narrowest region that contains it."""
    best: V | None = None
    for version in versions:
        region = version.region
        if not version.in_force_on(day) or (region is not None and (place is None or not place.startswith(region))):
            continue
        if best is None or len(region or "") > len(best.region or ""):
            best = version
    return best


def _no_overlap(versions: Sequence[_Regional]) -> None:
    by_region: dict[str | None, list[_Regional]] = {}
    for version in versions:
        by_region.setdefault(version.region, []).append(version)
    for region, same in by_region.items():
        same.sort(key=lambda v: v.valid_from or date.min)
        for earlier, later in pairwise(same):
            if earlier.valid_to is None or later.valid_from is None or later.valid_from <= earlier.valid_to:
                where = f"地区{region}的" if region else ""
                raise ValueError(f"{where}两个版本的有效期重叠（{later.valid_from}起的与前一个），请改前一个的 to")


class _Entry(_Model):
    key: Key
    name: Text
    aliases: tuple[Alias, ...] = ()
    note: Text | None = None
    last_verified_on: date | None = None


class Limit(_Entry):
    """期限. See architecture.md, Limits, for what each field means.

    ``party`` rolls a last day that is not worked forward; it is the rule for rights and never for an agency's duty.
    ``before`` counts backwards from the event. ``starts_at`` says in words what sets the limit going.
    ``latest_of``/``earliest_of`` make one limit out of the clocks of others.
    """

    kind: LimitKind
    strength: Strength = "show"
    law_of: Literal["act", "step", "clock_start"] = "clock_start"
    party: bool = False
    per: Literal["party"] | None = None
    before: bool = False
    starts_at: Text | None = None
    latest_of: tuple[Key, ...] = ()
    earliest_of: tuple[Key, ...] = ()
    versions: tuple[LimitVersion, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _party_follows_kind(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "party" not in data:
            return {**data, "party": data.get("kind") == "right"}
        return data

    @model_validator(mode="after")
    def _is_whole(self) -> Limit:
        if self.latest_of and self.earliest_of:
            raise ValueError("latest_of（取最晚）和 earliest_of（取最早）只能写一个")
        if bool(self.versions) == bool(self.latest_of or self.earliest_of):
            raise ValueError("要写 versions（各时期的期限），由其他期限合成的则写 latest_of 或 earliest_of，二者取一")
        if self.party and self.kind == "duty":
            raise ValueError("机关的办理期限（duty）不因节假日顺延，不能写 party: true")
        _no_overlap(self.versions)
        return self

    def version_on(self, day: date, place: str | None = None) -> LimitVersion | None:
        """The version in force on ``day`` at ``place`` (a division code); a region's own version goes before the
        nation's. None when the law of that day knew no such limit."""
        return _pick(self.versions, day, place)


class Threshold(_Entry):
    """数额、次数、比例的标准. ``unit`` is 分 for money. ``when_unknown`` says how to proceed while no number is set."""

    type: Literal["threshold"]
    unit: Text
    when_unknown: Literal["treat_as_met", "treat_as_unmet"]
    law_of: Literal["act", "step", "clock_start"] = "step"
    versions: tuple[ThresholdVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Threshold:
        _no_overlap(self.versions)
        return self

    def version_on(self, day: date, place: str | None = None) -> ThresholdVersion | None:
        """The version in force on ``day`` at ``place``; None when there was none."""
        return _pick(self.versions, day, place)

    def value_on(self, day: date, place: str | None = None) -> int | None:
        """The number in force, in ``unit``; None when it is not set, and then ``when_unknown`` decides."""
        version = self.version_on(day, place)
        return version.value if version else None


def load_limits(entries: Iterable[Any]) -> tuple[dict[str, Limit], dict[str, Threshold]]:
    """Check parsed entries and return limits and thresholds by key.

    Raises LimitError for a bad entry, a key or alias used twice, or a combined limit that names an unknown one.
    """
    limits: dict[str, Limit] = {}
    thresholds: dict[str, Threshold] = {}
    used: dict[str, str] = {}
    places: dict[str, int] = {}
    for index, raw in enumerate(entries):
        entry = _parse(raw, index)
        for name in (entry.key, *entry.aliases):
            if name in used:
                raise LimitError(f"“{name}”重复：{used[name]}和{entry.key}都用了它，请改其中一个。", index, ("key",))
            used[name] = entry.key
        places[entry.key] = index
        if isinstance(entry, Threshold):
            thresholds[entry.key] = entry
        else:
            limits[entry.key] = entry
    for limit in limits.values():
        for part in (*limit.latest_of, *limit.earliest_of):
            if part not in limits or limits[part].latest_of or limits[part].earliest_of:
                raise LimitError(f"{limit.key}：合成所用的“{part}”不是已有的单个期限，请检查写法。", places[limit.key])
    return limits, thresholds


def alias_index(*books: Mapping[str, Limit] | Mapping[str, Threshold]) -> dict[str, str]:
    """Every name (key or alias, such as ``foi_reply``) -> key."""
    return {name: entry.key for book in books for entry in book.values() for name in (entry.key, *entry.aliases)}


def apply_overlay(entries: Sequence[Mapping[str, Any]], overlay: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The shipped entries with a province's or county's own versions put in; feed the result to :func:`load_limits`.

    An overlay entry is ``{key, versions: [...]}``; each version names its ``region``. It takes the place of all shipped
    versions of the same region. Raises LimitError for an unknown key or a version without a region.
    """
    merged = {e["key"]: dict(e) for e in entries}
    for index, extra in enumerate(overlay):
        key = extra.get("key")
        if key not in merged or set(extra) != {"key", "versions"}:
            raise LimitError(f"地方补充第{index + 1}条：应只有 key（已有的期限，现为“{key}”）和 versions 两项。", index)
        regions = {v.get("region") for v in extra["versions"]}
        if None in regions:
            raise LimitError(f"{key}：地方补充的每个版本都要写 region（区划代码的前几位）。", index, ("versions",))
        kept = [v for v in merged[key].get("versions", ()) if v.get("region") not in regions]
        merged[key]["versions"] = [*kept, *extra["versions"]]
    return list(merged.values())


def _parse(raw: Any, index: int) -> Limit | Threshold:
    if not isinstance(raw, Mapping):
        raise LimitError(f"第{index + 1}条：应为 key、name、kind、versions 等栏目，现为“{raw}”。", index)
    key = raw.get("key", f"第{index + 1}条")
    try:
        return Threshold.model_validate(raw) if raw.get("type") == "threshold" else Limit.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        path = first["loc"]
        where = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        raise LimitError(f"{key}：{where + '：' if where else ''}{_reason(first)}。", index, path) from None


_REASONS = {
    "extra_forbidden": "不认识的栏目，请检查拼写",
    "missing": "缺少这一栏",
    "literal_error": "只能是 {expected}",
    "string_pattern_mismatch": "写法不合格式“{pattern}”",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "greater_than_equal": "不能小于 {ge}",
}


def _reason(error: Any) -> str:
    template = _REASONS.get(error["type"])
    if template is not None:
        said = template.format(**error.get("ctx", {}))
    elif error["type"] == "value_error":
        return str(error["ctx"]["error"])
    elif error["type"].startswith("date"):
        said = "不是日期，请写成 2021-07-15 的样子"
    elif error["type"].startswith("int"):
        said = "应为整数"
    else:
        said = "类型不对"
    given = error.get("input")
    return said if isinstance(given, Mapping | list | tuple) else f"{said}（现为“{given}”）"
