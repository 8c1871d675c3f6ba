"""How fast sopgen is, beside others at the same work in the same run. Quote the ratios; absolute times are the machine's.

Checking: a workspace of many small files, beside check-jsonschema on the same files (which looks at the schemas alone).
Tables: rows to checked daily sums, beside pandas and duckdb, and what one changed month costs (tables.py).
Building: the reference workspace, beside bare MkDocs on the pages that `sopgen render` makes of it (which only lays them out).
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
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from tests.bench import tables

ROOT = Path(__file__).parents[2]
Work = Callable[[], None]
PLAN = """\
id: p-{n}
kind: campaign
title: {{en: Plan {n}, zh: 计划 {n}}}
period: {day}..{day}
work: 2024-06-01..2024-06-18
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
        (plan / "plan.yaml").write_text(PLAN.format(n=number, day=date(2010, 1, 1) + timedelta(days=number)), "utf-8")
        (plan / "targets.yaml").write_text(TARGETS, "utf-8")
        (plan / "tasks.yaml").write_text("".join(TASK.format(n=n) for n in range(1, 6)), "utf-8")


def command(*words: str) -> None:
    """Run a module of this environment."""
    subprocess.run([sys.executable, "-m", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check_jsonschema(folder: Path) -> None:
    """The schemas of the plans in a workspace."""
    for kind in ("plan", "targets", "tasks"):
        files = sorted(str(path) for path in folder.glob(f"plans/*/{kind}.yaml"))
        for start in range(0, len(files), 4000):
            command("check_jsonschema", "--schemafile", str(ROOT / "schemas" / f"{kind}.json"), *files[start : start + 4000])


def mkdocs(pages: Path) -> None:
    """Bare MkDocs with the same theme, search and extensions, a language after the other."""
    for language in ("en", "zh"):
        settings = pages / f"{language}.yml"
        settings.write_text(
            f"site_name: Bare\ndocs_dir: {language}\nsite_dir: site-{language}\nuse_directory_urls: false\n"
            "theme: {name: material, font: false, features: [navigation.tabs, navigation.prune]}\nplugins: [search]\n"
            "markdown_extensions: [admonition, attr_list, def_list, md_in_html, sane_lists, tables, {toc: {permalink: true}}]\n",
            "utf-8",
        )
        command("mkdocs", "build", "--quiet", "--config-file", str(settings))


def measured(work: Work) -> tuple[float, float]:
    """Wall and CPU seconds of one run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(title: str, runs: int, ours: tuple[str, Work], theirs: tuple[str, Work]) -> None:
    """Run two things in turn and print the medians, and how many times the second takes what the first does."""
    turns = [(measured(ours[1]), measured(theirs[1])) for _ in range(runs)]
    print(f"{f'{title}, median of {runs}':<48}   wall s    CPU s")
    for place, (name, _) in enumerate((ours, theirs)):
        print(f"  {name:<46}" + "".join(f"{statistics.median(turn[place][clock] for turn in turns):9.2f}" for clock in (0, 1)))
    ratios = [statistics.median(b[clock] / a[clock] for a, b in turns) for clock in (0, 1)]
    print(f"  {'ratio':<46}{ratios[0]:9.1f}{ratios[1]:9.1f}\n")


def main() -> None:
    """Every comparison."""
    with tempfile.TemporaryDirectory() as folder:
        for files, runs in ((1_000, 3), (10_000, 1)):
            shop = Path(folder, str(files))
            workspace(shop, files)
            count = sum(len(names) for _, _, names in os.walk(shop))
            ours = ("sopgen validate", partial(command, "sopgen.cli", "-C", str(shop), "validate"))
            compare(f"check {count:,} files", runs, ours, ("check-jsonschema", partial(check_jsonschema, shop)))
        for rows, runs in ((1_000_000, 3), (10_000_000, 1)):
            tables.compare(Path(folder), rows, runs)
        pages, site = Path(folder, "pages"), Path(folder, "site")
        command("sopgen.cli", "-C", str(ROOT), "render", str(pages))
        ours = ("sopgen build", partial(command, "sopgen.cli", "-C", str(ROOT), "build", "--site-dir", str(site)))
        compare("build the reference workspace, both languages", 3, ours, ("bare MkDocs on its pages", partial(mkdocs, pages)))


if __name__ == "__main__":
    main()
