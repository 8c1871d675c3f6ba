"""How fast a workspace of many files is checked, beside check-jsonschema on the same files in the same run.

make bench              # 1,000 files
make bench FILES=10000
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 3
PLAN = """\
id: p-{n}
kind: campaign
title: {{en: Plan {n}, zh: 计划 {n}}}
period: 2024-06-01..2024-06-18
owner: shop-manager
"""
TARGETS = "gmv: {target: 300万, dimension: overall, department: operations, owner: shop-manager, logic: {en: as before, zh: 同前}}\n"
TASK = """\
- id: task-{n}
  title: {{en: Task {n}, zh: 任务 {n}}}
  start: 2024-06-0{n}
  due: 2024-06-1{n}
  owner: shop-manager
  with: [operations]
  note: {{zh: 需确认 3 款新品库存}}
"""


def workspace(folder: Path, files: int) -> None:
    """The starter with as many plans more as make `files` files, three each."""
    shutil.copytree(ROOT / "sopgen" / "starter", folder)
    for number in range(files // 3):
        plan = folder / "plans" / f"p-{number}"
        plan.mkdir()
        (plan / "plan.yaml").write_text(PLAN.format(n=number), "utf-8")
        (plan / "targets.yaml").write_text(TARGETS, "utf-8")
        (plan / "tasks.yaml").write_text("".join(TASK.format(n=n) for n in range(1, 6)), "utf-8")


def sopgen(folder: Path) -> None:
    """Everything: schemas, references, dates, units, formulas, tables."""
    subprocess.run([sys.executable, "-m", "sopgen.cli", "-C", str(folder), "validate"], check=True, stdout=subprocess.DEVNULL)


def check_jsonschema(folder: Path) -> None:
    """The schemas alone, of the same plans."""
    for kind in ("plan", "targets", "tasks"):
        command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(ROOT / "schemas" / f"{kind}.json")]
        files = sorted(str(path) for path in folder.glob(f"plans/*/{kind}.yaml"))
        for start in range(0, len(files), 4000):
            subprocess.run([*command, *files[start : start + 4000]], check=True, stdout=subprocess.DEVNULL)


def measured(work: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work(folder)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(files: int) -> None:
    """Run the two in turn and print medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder, "shop")
        workspace(shop, files)
        count = sum(len(names) for _, _, names in os.walk(shop))
        turns = [(measured(sopgen, shop), measured(check_jsonschema, shop)) for _ in range(RUNS)]
    ours, theirs = zip(*turns, strict=True)
    print(f"{count} files, median of {RUNS} runs in turn     wall s    CPU s")
    for name, runs in (("sopgen validate", ours), ("check-jsonschema", theirs)):
        print(f"{name:<36}{statistics.median(run[0] for run in runs):9.2f}{statistics.median(run[1] for run in runs):9.2f}")
    ratios = [statistics.median(b[place] / a[place] for a, b in turns) for place in (0, 1)]
    print(f"{'times faster':<36}{ratios[0]:9.1f}{ratios[1]:9.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
