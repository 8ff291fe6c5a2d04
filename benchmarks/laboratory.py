"""How long the laboratory's experiments take, and whether a page sleeps meanwhile: tasks of more than 50 ms.

    companion book
    python benchmarks/laboratory.py                        # writes benchmarks/laboratory.csv; some minutes
    python benchmarks/laboratory.py --only another-survey  # pages whose name holds a word, printed and not written

Every page is opened in Chromium from the disk, on a processor as it is and slowed down four times, and its longest
experiment is started by its button, from the keyboard, since what drives the browser asks the page much when it
clicks. A task is what Chromium reports as one: script, style, layout and paint until the
page listens again. Times are by the clock, so on a machine that has other work to do they are too long.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, expect, sync_playwright

HERE = Path(__file__).parent
SITE = HERE.parent / "_build/html/chapters/laboratory"
SLOWER = (1, 4)
OBSERVER = """
globalThis.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({type: "longtask"});
"""


@dataclass(frozen=True)
class Experiment:
    """The longest experiment of a page: its address from the name of the page on, and the button that starts it."""

    page: str
    fragment: str
    button: str


EXPERIMENTS = (
    Experiment("another-survey", "#people=60", "hundred"),
    Experiment("resampling", "", "thousand"),
    Experiment("hidden-cause", "#correlation=-0.3", "draw"),
    Experiment("common-mistakes", "#mistake=everybody&guess=same", "show"),
)


def measured(browser: Browser, site: Path, one: Experiment, slower: int) -> dict[str, object]:
    """Run an experiment to its end on a processor that is slowed down so many times."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(OBSERVER)
    page.goto(f"{(site / one.page).with_suffix('.html').resolve().as_uri()}{one.fragment}")
    page.wait_for_load_state("networkidle")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    start = page.locator(f"button[name={one.button}]")
    start.focus()
    page.wait_for_timeout(2000)
    page.evaluate("() => { tasks.length = 0; globalThis.begun = performance.now(); }")
    page.keyboard.press("Enter")
    expect(start).to_be_disabled()
    expect(start).to_be_enabled(timeout=600_000)
    took = page.evaluate("() => performance.now() - begun") / 1000
    page.wait_for_timeout(500)
    tasks = page.evaluate("() => tasks")
    page.close()
    return {
        "page": one.page,
        "slower": slower,
        "seconds": round(took, 1),
        "tasks_over_50_ms": len(tasks),
        "longest_ms": round(max(tasks, default=0)),
    }


def main() -> None:
    """Measure every experiment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=SITE, help="folder with the laboratory's pages")
    parser.add_argument("--only", default="", help="measure pages whose name holds this word")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        rows = [
            measured(browser, asked.site, one, slower)
            for one in EXPERIMENTS
            if asked.only in one.page
            for slower in SLOWER
        ]
        browser.close()
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    if not asked.only:
        table.to_csv(HERE / "laboratory.csv", index=False)


if __name__ == "__main__":
    main()
