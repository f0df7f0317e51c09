"""Outlines (报告提纲) of statutory reports: the pydantic models of ``codex/reports``."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from yifa.law.limits import Basis


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Sentence(Model):
    """A sentence with figures in braces: ``全年受理矛盾纠纷{mediation.accepted}``, printed as 全年受理矛盾纠纷242件.

    It leaves the text when all its figures are empty (none or 0), or those of ``if_any`` are. ``clauses`` leave one by
    one: each where all its figures are empty or a rate in it has no denominator; those that stay follow ``text`` and are
    joined by ``join``. ``paragraph`` begins a new paragraph."""

    text: str = ""
    clauses: list[str] = []
    if_any: list[str] = []
    join: str = "，"
    end: str = "。"
    paragraph: bool = False


class Section(Model):
    """A section (一级标题下的小节); without any sentence left it is dropped and the numbering closes up."""

    key: str
    heading: str
    sentences: list[Sentence] = []


class Part(Model):
    """A statutory part (法定部分). ``free`` parts are written by people: the draft shows what to write beside
    ``prompts``, and ``empty`` is printed where nothing was written."""

    key: str
    heading: str
    required: bool = True
    sections: list[Section] = []
    sentences: list[Sentence] = []
    free: bool = False
    empty: str = ""
    prompts: list[str] = []


class Outline(Model):
    """One statutory report; ``from``/``to`` are report years. ``{town}``, ``{year}``, ``{last_year}``, ``{next_year}`` and
    ``{cutoff}`` may stand in headings and texts."""

    key: str
    name: str
    title: str
    from_: int = Field(alias="from")
    to: int | None = None
    preface: list[Sentence] = []
    parts: list[Part]
    basis: list[Basis] = []
    last_verified_on: date | None = None
