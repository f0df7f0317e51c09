"""What a definition (定义) may say: the pydantic models of ``codex/procedures`` and ``codex/registers``.

A register (台账) is a procedure with one step; `Definition` makes that step itself, so that everything behind
it (check, store, form, import, export) knows procedures only.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from yifa.law.limits import Basis
from yifa.procedure.condition import Condition, parse_condition

KEY = r"^[a-z][a-z0-9_]*$"
FieldType = Literal[
    "text", "longtext", "date", "datetime", "integer", "count", "money", "decimal", "boolean", "choice",
    "organization", "person", "statute", "file", "record", "rows",
]  # fmt: skip
Strength = Literal["block", "warn", "show"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


def _condition(value: Any) -> Any:
    return parse_condition(value) if isinstance(value, dict) else value


class Validity(Model):
    """The dates between which a definition (or its version) may be used to open records."""

    from_: date = Field(alias="from")
    to: date | None = None


class Retention(Model):
    """保管期限: Y (permanent), D30, D10 or empty, with what it rests on."""

    period: Literal["Y", "D30", "D10"] | None = None
    basis: Basis | None = None


class FieldDef(Model):
    """One field (字段). ``money`` is an integer of 分; ``decimal`` has a fixed number of ``decimals``.

    ``counts_as`` tells for a choice under which row of a statutory table (年度报告) each value is counted.
    ``also`` names other words that clerks' ledgers use for an option (来访 for 走访).
    ``personal`` and ``sensitive`` values never enter an event's body. ``milestone`` marks the date that is the
    day of the step (a register's ``occurred_at``)."""

    key: str = Field(pattern=KEY)
    name: str
    type: FieldType
    required: bool = False
    required_when: Condition | None = None
    many: bool = False
    of: list[str] | str | None = None
    counts_as: dict[str, str] = {}
    also: dict[str, str] = {}
    fields: list[FieldDef] = []
    unit: str | None = None
    decimals: int = Field(default=2, ge=0, le=6)
    at_least: int | None = None
    at_most: int | None = None
    personal: bool = False
    sensitive: bool = False
    format: Literal["id_number", "uscc", "phone", "bank_account"] | None = None
    milestone: bool = False
    in_force_on: str | None = None
    else_: Strength = Field(default="warn", alias="else")
    may_be_estimated: bool = False
    search: bool = False
    help: str | None = None
    example: str | None = None
    basis: Basis | None = None

    _cond = field_validator("required_when", mode="before")(_condition)

    @model_validator(mode="after")
    def _whole(self) -> FieldDef:
        if self.type == "choice" and not isinstance(self.of, list):
            raise ValueError(f"字段 {self.key}：choice 要在 of 中列出选项")
        if self.counts_as and (not isinstance(self.of, list) or not set(self.counts_as) <= set(self.of)):
            raise ValueError(f"字段 {self.key}：counts_as 只能写 of 中的选项")
        if self.also and (not isinstance(self.of, list) or not set(self.also.values()) <= set(self.of) or set(self.also) & set(self.of)):
            raise ValueError(f"字段 {self.key}：also 把别的说法对到 of 中的选项")
        if self.type == "rows" and not self.fields:
            raise ValueError(f"字段 {self.key}：rows 要在 fields 中列出列")
        if self.type == "rows" and any(f.type == "rows" for f in self.fields):
            raise ValueError(f"字段 {self.key}：rows 里不能再有 rows")
        return self

    @property
    def sealed(self) -> bool:
        """Whether the value is kept out of the event body and sealed."""
        return self.personal or self.sensitive


class Start(Model):
    """A clock that a step starts. ``on`` names a date field to count from (else the day of the step);
    ``after_due`` names limits whose latest end (of the same party) it is counted from. ``per`` names the field whose
    value tells the party, one clock each. ``ends_here``: the step's own day is measured against it at once (the act
    was discovered on this day, counted from ``on``). ``set_by`` names the date or number field that sets an end which
    the law leaves to a document."""

    limit: str
    on: str | None = None
    after_due: list[str] = []
    ends_here: bool = False
    set_by: str | None = None
    per: str | None = None
    when: Condition | None = None
    _cond = field_validator("when", mode="before")(_condition)


class Pause(Model):
    """不计入期限: the clock stands still from this step until ``until`` (with ``per``: until each party's), at the
    longest until the clock of ``no_longer_than`` ends (a third party that does not answer in its time)."""

    limit: str
    until: str
    per: str | None = None
    no_longer_than: str | None = None
    when: Condition | None = None
    _cond = field_validator("when", mode="before")(_condition)


class Extension(Model):
    """延长: adds the quantity of the limit ``by`` or of the field ``by_field`` (then capped by ``by``); with ``to_field``
    the limit ends on the date that the parties agreed."""

    limit: str
    per: str | None = None
    by: str | None = None
    by_field: str | None = None
    to_field: str | None = None

    @model_validator(mode="after")
    def _says_how_long(self) -> Extension:
        if not (self.by or self.to_field):
            raise ValueError("延长要写 by（延长多少的期限）或者 to_field（延长至的日期字段）")
        return self


class Touch(Model):
    """A clock that a step meets, resets, stops or needs running; ``per`` picks one party's clock."""

    limit: str
    per: str | None = None
    when: Condition | None = None
    _cond = field_validator("when", mode="before")(_condition)


class Wait(Model):
    """The step must wait until every clock of ``limit`` is over (with ``per``: the party's own), unless the condition
    holds (waived, used)."""

    limit: str
    per: str | None = None
    unless: Condition | None = None
    message: str | None = None
    basis: Basis | None = None
    _cond = field_validator("unless", mode="before")(_condition)


class Lead(Model):
    """倒数期限: the day of this step must be no later than the last lawful day before the date field ``to``;
    with ``from_step`` the day of that earlier step counts instead, and ``to`` may be ``this`` (this step's day)."""

    limit: str
    to: str
    from_step: str | None = None
    message: str | None = None


class Apart(Model):
    """职责分离: the persons in ``field`` must not be among those ever named in the fields ``from``; with ``actor_of``
    the one who takes this step must not have taken those steps."""

    field: str | None = None
    from_: list[str] = Field(default=[], alias="from")
    actor_of: list[str] = []
    strength: Strength = "block"
    message: str | None = None
    basis: Basis | None = None


class Guard(Model):
    """A rule at a step: where ``when`` holds, ``require`` must hold too; else the step is refused, or the
    breach recorded as a finding, by ``strength``."""

    key: str = Field(pattern=KEY)
    when: Condition | None = None
    require: Condition
    strength: Strength = "block"
    message: str
    basis: Basis | None = None
    _cond = field_validator("when", "require", mode="before")(_condition)


class StepField(Model):
    """A field as a step takes it; plain strings in YAML mean the field's own ``required``."""

    key: str
    required: bool | None = None


class Step(Model):
    """One step (环节)."""

    key: str = Field(pattern=KEY)
    name: str
    by: list[str] = []
    on: str | None = None
    on_name: str | None = None
    fields: list[StepField] = []
    after: list[str] = []
    after_any: list[str] = []
    before: list[str] = []
    at_most: int | None = 1
    per: str | None = None
    when: Condition | None = None
    when_message: str | None = None
    required_when: Condition | None = None
    optional: bool = True
    starts: list[Start] = []
    meets: list[Touch] = []
    resets: list[Touch] = []
    stops: list[Touch] = []
    within: list[Touch] = []
    pauses: list[Pause] = []
    extends: list[Extension] = []
    waits: list[Wait] = []
    leads: list[Lead] = []
    guards: list[Guard] = []
    apart: list[Apart] = []
    approved_by: str | None = None
    produces: list[str] = []
    hooks: list[str] = []
    to: Literal["open", "suspended", "closed", "terminated"] | None = None
    stage: str | None = None
    basis: Basis | None = None
    help: str | None = None
    _cond = field_validator("when", "required_when", mode="before")(_condition)

    @field_validator("starts", "meets", "resets", "stops", "within", mode="before")
    @classmethod
    def _limits(cls, value: Any) -> Any:
        return [{"limit": v} if isinstance(v, str) else v for v in value]

    @field_validator("fields", mode="before")
    @classmethod
    def _fields(cls, value: Any) -> Any:
        return [{"key": v} if isinstance(v, str) else v for v in value]

    @field_validator("pauses", "extends", "waits", "leads", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @property
    def repeats(self) -> bool:
        """Whether one record may hold several of it: taken more than once, or once for each party."""
        return self.at_most != 1 or self.per is not None

    @property
    def milestone(self) -> str:
        """The name under which the day of this step is known (facts, indicators, projection)."""
        return self.on or f"{self.key}_on"


class Lookup(Model):
    """Related records that a check needs: those of definition ``of`` whose fields equal this record's fields
    (``match``: their field -> our field), valid on the day of the step (``valid_from``/``valid_to``: their dates).
    ``same_organization`` limits the search to the record's own organisation."""

    key: str = Field(pattern=KEY)
    of: str
    match: dict[str, str] = {}
    valid_from: str | None = None
    valid_to: str | None = None
    same_organization: bool = True


class Restriction(Model):
    """限定查看: where ``when`` holds at opening, only the posts ``to`` may see the record (检举控告)."""

    when: Condition
    to: list[str]
    basis: Basis | None = None
    _cond = field_validator("when", mode="before")(_condition)


class Discretion(Model):
    """自由裁量: words of the law that the code does not decide; shown to the person who does."""

    words: str
    at: str
    shown: str
    basis: Basis | None = None


class Definition(Model):
    """A register (台账) or a procedure (程序). ``act_on`` names the date field of the act judged (行为发生日), which
    chooses the law of limits with ``law_of: act``. ``columns`` maps headings that clerks use to fields."""

    key: str = Field(pattern=KEY)
    name: str
    kind: Literal["register", "procedure"]
    domain: str = "其他"
    act_on: str | None = None
    version: Validity
    number: str = "{org}〔{year}〕{name}{n}号"
    subject: list[str] = []
    retention: Retention | None = None
    identity: list[str] = []
    fields: list[FieldDef]
    steps: list[Step] = []
    rules: list[Guard] = []
    lookups: list[Lookup] = []
    include: list[str] = []
    restricts: list[Restriction] = []
    discretion: list[Discretion] = []
    entered_by: list[str] = []
    read_by: list[str] = []
    columns: dict[str, str] = {}
    documents: list[str] = []
    step: Step | None = None
    help: str | None = None
    basis: list[Basis] = []

    @model_validator(mode="after")
    def _whole(self) -> Definition:
        seen: set[str] = set()
        for f in self.fields:
            if f.key in seen:
                raise ValueError(f"字段 {f.key} 重复")
            seen.add(f.key)
        if self.kind == "register":
            if self.steps:
                raise ValueError("register 只有一个环节，不写 steps；要写环节请用 kind: procedure")
            if sum(f.milestone for f in self.fields) != 1:
                raise ValueError("register 要有且只有一个 milestone 日期字段（记录发生日）")
        elif not self.steps:
            raise ValueError("procedure 至少要有一个环节（steps）")
        step_keys = [s.key for s in self.steps]
        if len(step_keys) != len(set(step_keys)):
            raise ValueError("环节 key 重复")
        return self

    @property
    def all_steps(self) -> list[Step]:
        """The steps; a register's single step ``enter`` is made from its fields."""
        if self.kind == "procedure":
            return list(self.steps)
        day = next(f.key for f in self.fields if f.milestone)
        extra: dict[str, Any] = {k: getattr(self.step, k) for k in self.step.model_fields_set} if self.step else {}
        extra.pop("key", None)
        extra.pop("name", None)
        made = {"key": "enter", "name": "登记", "by": self.entered_by, "on": day,
                "fields": [f.key for f in self.fields if f.key != day], "guards": [], "to": "closed"}  # fmt: skip
        made.update({k: v for k, v in extra.items() if k not in ("fields", "on")})
        return [Step.model_validate(made)]

    def field(self, key: str) -> FieldDef | None:
        return next((f for f in self.fields if f.key == key), None)
