"""`make mutation`: mutation testing of the rule core (变异测试).

Small faults are put into the law and the engine one at a time, and the tests must notice each: a fault that no test
notices is a rule that nothing holds in place. The faults are mutmut's; they are run here, because mutmut switches faults
on inside functions that are already loaded, and what this code compiles once (limits, plans, conditions) would then
have been compiled without the fault. Here every fault has a process of its own, forked before any of this code is
loaded. Properties and other decorated functions, which mutmut leaves out, are included.

    python -m tests.mutation                        all faults (about half an hour on two cores)
    python -m tests.mutation --sample 300 --seed 1  a sample
    python -m tests.mutation --only law/due         one file
    python -m tests.mutation --again                only the survivors of the last run

Works on a copy in build/mutation; results in build/mutation.json. Needs fork (Linux, macOS).
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import gc
import hashlib
import json
import os
import pickle
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import libcst as cst
import pydantic  # noqa: F401 - loaded before forking, as is all that is not under test
import pytest
import yaml
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, MutationVisitor
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "build" / "mutation"
RESULT = ROOT / "build" / "mutation.json"
_ARTICLES = ("acl_deadlines", "apl_deadlines", "licence_decision_deadlines", "ogi_deadlines", "petition_deadlines", "remedies_deadlines")
_LAW = [f"law/test_{x}.py" for x in ("calendar_building", "due", "limits_model", "limits_codex", "calendar", *_ARTICLES, "calendar_properties")]
_ENGINE = [f"procedure/test_{x}.py" for x in ("engine", "clocks", "rules", "thresholds", "assess", "condition", "scenarios", "last_days",
                                              "penalty_articles", "definitions")]  # fmt: skip
_VALUES = [f"procedure/test_{x}.py" for x in ("dates", "identifiers", "values")]
TARGETS: dict[str, list[str]] = {
    **{f"procedure/{m}": _ENGINE for m in ("engine", "rules", "clocks", "assess", "plan")},
    "procedure/condition": ["procedure/test_condition.py", *_ENGINE],
    **{f"procedure/{m}": _VALUES for m in ("dates", "identifiers", "values")},
    "law/due": ["law/test_due.py", *_LAW],
    "law/calendar": _LAW,
    **{f"law/{m}": ["law/test_limits_model.py", *_LAW] for m in ("limits", "limit_due")},
}
"""Module -> the tests that must notice a fault in it, quick ones first. The engine's property tests are left out: they
take longer than all others together, and a rule should be held by an example that a jurist can read."""
LONGEST = 120.0
"""Seconds after which a fault counts as noticed: the tests hang."""
Result = dict[str, Any]


class _Visitor(MutationVisitor):
    """mutmut's visitor, without its exception for decorated functions; notes where each fault is."""

    def __init__(self, operators: Any) -> None:
        super().__init__(operators, IgnoredCode(set(), set(), set()))
        self.lines: list[int] = []

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            return False
        return super()._skip_node_and_children(node)

    def _create_mutations(self, node: cst.CSTNode) -> None:
        before = len(self.mutations)
        super()._create_mutations(node)
        where = self.get_metadata(PositionProvider, node, None)
        self.lines += [where.start.line if where is not None else 0] * (len(self.mutations) - before)


@dataclass(slots=True)
class Fault:
    """One fault: its module, its number there, its line, and how to make it."""

    module: str
    number: int
    line: int
    tree: cst.Module
    mutation: Mutation

    def source(self) -> str:
        """The module's text with the fault in it."""
        found = self.tree.deep_replace(self.mutation.original_node, self.mutation.mutated_node)
        assert isinstance(found, cst.Module)
        return found.code

    def change(self) -> str:
        """``- old / + new``."""
        lines = unified_diff(self.tree.code.splitlines(), self.source().splitlines(), n=0, lineterm="")
        return "  ".join(f"{x[0]} {x[1:].strip()}" for x in lines if not x.startswith(("---", "+++", "@@")))


def _says_nothing_new(mutation: Mutation) -> bool:
    """mutmut makes three faulty texts of each string and two faults of each argument (None, left out). One text and the
    None are enough: what notices them notices the others, and the run takes half the time."""
    old, new = mutation.original_node, mutation.mutated_node
    if isinstance(new, cst.SimpleString):
        return "XX" not in new.value
    return isinstance(old, cst.Call) and isinstance(new, cst.Call) and len(new.args) < len(old.args)


def faults_of(module: str) -> list[Fault]:
    """All faults in the functions of a module of the copy."""
    from mutmut.mutation.mutators import mutation_operators

    wrapper = MetadataWrapper(cst.parse_module((COPY / "yifa" / f"{module}.py").read_text(encoding="utf-8")))
    visitor = _Visitor(mutation_operators)
    tree = wrapper.visit(visitor)
    inside = [(m, n) for m, n in zip(visitor.mutations, visitor.lines, strict=True)
              if isinstance(m.contained_by_top_level_function, cst.FunctionDef) and not _says_nothing_new(m)]  # fmt: skip
    return [Fault(module, i, line, tree, m) for i, (m, line) in enumerate(inside)]


class _Finder(MetaPathFinder, Loader):
    """Loads one module from a text instead of its file."""

    def __init__(self, module: str, text: str) -> None:
        self.name, self.text = "yifa." + module.replace("/", "."), text
        self.path = COPY / "yifa" / f"{module}.py"

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, str(self.path), "exec"), module.__dict__)


class _NoDatabase:
    """Stands in for pytest-django, which would load the whole application."""

    @pytest.fixture(scope="session")
    def django_db_blocker(self) -> Any:
        class Blocker:
            unblock = contextlib.nullcontext

        return Blocker()


def tests_of(module: str) -> list[str]:
    """The test files of a module, quick ones first, each once."""
    return list(dict.fromkeys(f"tests/{f}" for f in TARGETS[module] if (COPY / "tests" / f).exists()))


def _test(module: str, text: str | None, quiet: bool = True) -> int:
    """Run the module's tests with its text replaced, in this (forked) process; the exit code of pytest."""
    _only_the_copy()
    if text is not None:
        sys.meta_path.insert(0, _Finder(module, text))
    if quiet:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
    # The same examples each time, and no search for the smallest one: failing is enough.
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutation", phases=phases, database=None, derandomize=True)
    hypothesis.settings.load_profile("mutation")
    args = ["-x", "-q", "--no-header", "--tb=short" if not quiet else "--tb=no", "--assert=plain", "-W", "ignore",
            "-p", "no:cacheprovider", "-p", "no:django", "-p", "no:xdist"]  # fmt: skip
    for file in tests_of(module):  # one after another: most faults fall to the first, and the others need not be loaded
        code = int(pytest.main([*args, file], plugins=[_NoDatabase()]))
        if code:
            return code
    return 0


def _remember_yaml() -> None:
    """The codex is read from YAML in every process: keep what a text gave, so that only the first reads it."""
    read, known = yaml.load_all, {}

    def load_all(text: Any, Loader: Any) -> Any:  # noqa: N803 - PyYAML's own name for it
        key = (text, Loader.__name__)
        if key not in known:
            known[key] = pickle.dumps(list(read(text, Loader=Loader)))
        return pickle.loads(known[key])

    def safe_load(text: Any) -> Any:
        return next(iter(load_all(text, yaml.SafeLoader)), None)

    yaml.load_all, yaml.safe_load = load_all, safe_load
    _only_the_copy()
    from tests.procedure.harness import definitions, law, scenarios

    law(), definitions(), scenarios()
    gc.disable()
    gc.freeze()


def _only_the_copy() -> None:
    """Forget all of the project that is loaded; what is imported now comes from the copy."""
    for name in [n for n in sys.modules if n.partition(".")[0] in ("yifa", "tests")]:
        del sys.modules[name]
    os.chdir(COPY)
    sys.path[:] = [str(COPY), *(p for p in sys.path if p not in ("", str(ROOT), str(COPY)))]


def _fork(fault: Fault | None, module: str) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = _test(module, fault.source() if fault else None, quiet=fault is not None)
        finally:
            os._exit(code)
    return pid


def run(faults: list[Fault], workers: int) -> Iterator[tuple[Fault, str]]:
    """Try each fault in a process of its own; gives killed, timeout or survived."""
    waiting, running = list(reversed(faults)), dict[int, tuple[Fault, float]]()
    while waiting or running:
        while waiting and len(running) < workers:
            fault = waiting.pop()
            running[_fork(fault, fault.module)] = (fault, time.monotonic())
        for pid, (fault, began) in list(running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                del running[pid]
                yield fault, "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
            elif time.monotonic() - began > LONGEST:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                del running[pid]
                yield fault, "timeout"
        time.sleep(0.01)


def _fresh_copy() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    for part in ("yifa", "tests"):
        shutil.copytree(ROOT / part, COPY / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", COPY)
    compileall.compile_dir(COPY, quiet=1)


def _clean_run(modules: list[str]) -> bool:
    """The tests must pass without a fault, or every fault would seem noticed."""
    for module in {frozenset(tests_of(m)): m for m in modules}.values():
        pid = _fork(None, module)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
            print(f"没有变异时 {module} 的测试就不通过，请先修好。 / The tests fail without any fault.")
            return False
    return True


def _sha(module: str) -> str:
    return hashlib.sha256((COPY / "yifa" / f"{module}.py").read_bytes()).hexdigest()[:16]


def _summary(results: list[Result]) -> dict[str, Any]:
    """What is kept of a module: how many faults, how many noticed, and the others."""
    found: dict[str, Any] = {}
    for r in results:
        m = found.setdefault(r["module"], {"sha": _sha(r["module"]), "faults": 0, "killed": 0, "timeout": 0, "survivors": []})
        m["faults"] += 1
        if r["outcome"] == "survived":
            m["survivors"].append({k: r[k] for k in ("line", "number", "change")})
        else:
            m[r["outcome"]] += 1
    return found


def _merge(known: dict[str, Any], results: list[Result]) -> dict[str, Any]:
    """The last results after some of their survivors were tried again."""
    for module, new in _summary(results).items():
        old = known[module]
        tried = {r["number"] for r in results if r["module"] == module}
        old["killed"] += new["killed"]
        old["timeout"] += new["timeout"]
        old["survivors"] = sorted([*(s for s in old["survivors"] if s["number"] not in tried), *new["survivors"]],
                                  key=lambda s: s["number"])  # fmt: skip
    return known


def _print(modules: dict[str, Any]) -> None:
    print(f"\n{'module':<24}{'faults':>8}{'killed':>8}{'survived':>10}{'score':>9}")
    rows = [(name, m["faults"], m["killed"] + m["timeout"]) for name, m in modules.items()]
    for name, n, killed in [*rows, ("total", sum(r[1] for r in rows), sum(r[2] for r in rows))]:
        print(f"{name:<24}{n:>8}{killed:>8}{n - killed:>10}{100 * killed / n:>8.1f}%")
    print()
    for name, m in modules.items():
        for s in m["survivors"]:
            print(f"{name}:{s['line']} #{s['number']}  {s['change']}")


def main() -> int:
    parser = argparse.ArgumentParser(description="mutation tests of yifa/law and yifa/procedure")
    parser.add_argument("--sample", type=int, help="so many faults, chosen by --seed; not kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=sorted(TARGETS), help="these modules; the last results of the others are kept")
    parser.add_argument("--again", action="store_true", help="only what survived the last run, of modules that have not changed")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    _fresh_copy()
    kept: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))["modules"] if RESULT.is_file() else {}
    kept = {m: kept[m] for m in TARGETS if m in kept and kept[m]["sha"] == _sha(m)}
    modules = [m for m in options.only or TARGETS if m in kept or not options.again]
    faults = [f for m in modules for f in faults_of(m)]
    if options.again:
        wanted = {(m, s["number"]) for m in modules for s in kept[m]["survivors"]}
        faults = [f for f in faults if (f.module, f.number) in wanted]
    if options.sample and options.sample < len(faults):
        faults = random.Random(options.seed).sample(faults, options.sample)
        faults.sort(key=lambda f: (modules.index(f.module), f.number))
    if not faults:
        print("没有可试的变异。 / Nothing to try.")
        return 0
    _remember_yaml()
    if not _clean_run(list(dict.fromkeys(f.module for f in faults))):
        return 2
    print(f"{len(faults)} faults in {len({f.module for f in faults})} modules", flush=True)
    began, results = time.monotonic(), []
    for fault, outcome in run(faults, options.workers):
        change = fault.change() if outcome == "survived" else ""
        results.append({"module": fault.module, "number": fault.number, "line": fault.line, "outcome": outcome, "change": change})
        if outcome == "survived" or len(results) % 100 == 0:
            print(f"{len(results):>5} {time.monotonic() - began:6.0f} s  {fault.module}:{fault.line}  {change}", flush=True)
    results.sort(key=lambda r: (modules.index(r["module"]), r["number"]))
    if options.again:
        kept = _merge(kept, results)
    elif options.sample:
        kept = _summary(results)
    else:
        kept |= _summary(results)
    kept = {m: kept[m] for m in TARGETS if m in kept}
    _print(kept)
    print(f"\n{time.monotonic() - began:.0f} s for {len(results)} faults")
    if not options.sample:
        RESULT.write_text(json.dumps({"modules": kept}, ensure_ascii=False, indent=1), encoding="utf-8")
        print(RESULT.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
