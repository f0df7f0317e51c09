"""Proofreading of township rule-of-law annual reports (法治政府建设年度报告的校对). Pure: no database, no clock.

    report = proofread(text, codex=codex)          # a Report with parts, figures, citations, findings
    report = proofread_path("报告.docx", codex)     # raises UnreadableFile
    for item in proofread_many(["文件夹"], codex):   # Report or Unread
"""

from __future__ import annotations

from .html import report_page
from .many import Unread, proofread_many, proofread_path, report_files
from .model import Cited, Figure, Finding, IndicatorName, Part, ProofCodex, Report
from .read import UnreadableFile, read_document
from .reader import proofread
from .text import Document

__all__ = [
    "Cited",
    "Document",
    "Figure",
    "Finding",
    "IndicatorName",
    "Part",
    "ProofCodex",
    "Report",
    "Unread",
    "UnreadableFile",
    "proofread",
    "proofread_many",
    "proofread_path",
    "read_document",
    "report_files",
    "report_page",
]
