"""Citations of legal instruments (法规引用) in a text: find them, judge them, check their articles, editions, titles.

The parts live in :mod:`citation_finder`, :mod:`citation_articles`, :mod:`citation_status` and :mod:`citation_checks`.
"""
from __future__ import annotations

from yifa.law.citation_articles import ArticleRef, read_articles
from yifa.law.citation_checks import article_problem, edition_problem, title_problem
from yifa.law.citation_finder import Citation, find_citations, title_spans
from yifa.law.citation_status import Judgement, judge

__all__ = [
    "ArticleRef", "Citation", "Judgement", "article_problem", "edition_problem", "find_citations", "judge",
    "read_articles", "title_problem", "title_spans",
]
