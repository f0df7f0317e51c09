"""Proofreading 500 reports in memory against the CPU time of `jieba.lcut` on the same text, its dictionary loaded."""

from __future__ import annotations

import logging
import os
import random
import re
import time
from pathlib import Path

from bench.measure import Line, best
from yifa.codex import load
from yifa.codex.proof import proof_codex
from yifa.proofread import proofread


def reports(count: int = 500) -> list[str]:
    """The seeds and variants of them (other numbers, paragraphs in another order); made-up text without the seeds."""
    folder = Path(os.environ.get("YIFA_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "seeds"
    seeds = [p.read_text(encoding="utf-8-sig") for p in sorted(folder.glob("*.txt")) if not p.name.startswith("README")]
    if not seeds:
        sample = Path(__file__).resolve().parents[1] / "yifa" / "demo" / "sample_report.txt"
        seeds = [sample.read_text(encoding="utf-8") * 3]
    rng = random.Random(5)
    found = []
    for i in range(count):
        text = seeds[i % len(seeds)]
        if i >= len(seeds):
            text = re.sub(r"(?<!\d)\d{2,3}(?=[件次场宗名份])", lambda m: str(rng.randint(10, 999)), text)
            lines = text.splitlines()
            middle = lines[3:-3]
            rng.shuffle(middle)
            text = "\n".join([*lines[:3], *middle, *lines[-3:]])
        found.append(text)
    return found


def run() -> list[Line]:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    codex = proof_codex(load())
    texts = reports()
    proofread(texts[0], codex=codex)
    ours = best(lambda: [proofread(t, codex=codex) for t in texts], 2, time.process_time)
    theirs = best(lambda: [jieba.lcut(t) for t in texts], 2, time.process_time)
    return [Line("校对500份报告：占 jieba 分词的CPU时间", ours / theirs, 0.3, "at_most",
                 f"{ours:.2f} s 对 {theirs:.2f} s，共 {sum(map(len, texts)) / 1e6:.2f} 百万字")]  # fmt: skip
