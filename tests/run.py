"""`make test`: style, types, import contracts, then every test; the last line says what did not run and why.

With YIFA_REQUIRE_ALL=1 (continuous integration) a missing PostgreSQL, Chromium, LibreOffice or shared folder is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def step(name: str, *command: str) -> bool:
    """Run one check; print its name and, if it fails, say so."""
    print(f"== {name}", flush=True)
    code = subprocess.run(command, cwd=ROOT).returncode
    if code:
        print(f"== {name}: 未通过 (exit {code})", flush=True)
    return code == 0


def main() -> int:
    quick = "--quick" in sys.argv
    results = [
        step("ruff", str(BIN / "ruff"), "check", "."),
        step("mypy", str(BIN / "mypy")),
        step("import contracts", str(BIN / "lint-imports"), "--no-cache"),
    ]
    notes = ROOT / ".pytest_cache" / "did-not-run.txt"
    notes.parent.mkdir(exist_ok=True)
    notes.unlink(missing_ok=True)
    os.environ["YIFA_NOTES"] = str(notes)
    workers = os.environ.get("YIFA_TEST_WORKERS", "2")
    extra = ["-m", "not slow"] if quick else []
    results.append(step("pytest", sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadfile", *extra))
    if not all(results):
        print("检查未通过，见上。 / Some checks failed, see above.")
        return 1
    lines = sorted(set(notes.read_text(encoding="utf-8").splitlines())) if notes.is_file() else []
    print("全部检查已运行。 / Every check ran." if not lines else f"未运行 / did not run: {'; '.join(lines)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
