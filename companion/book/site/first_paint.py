"""What a page settles before it is painted, so that a slow phone takes it up once and not twice.

The theme's first script leaves "light or dark" open, and its last one answers, for which the browser takes up the style
of every element once more. To send for the typefaces here too would spare a page a second layout, and was tried: on a
slow line they come before the style sheet and the text, which is then seen a quarter of a second later.
"""

from __future__ import annotations

from bs4 import BeautifulSoup

FIRST = "script[data-cfasync]"
"""The theme's script that runs before anything is painted."""
SETTLE = """{
  const { dataset } = document.documentElement;
  if (dataset.mode === "auto") dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}"""


def settle(page: BeautifulSoup) -> None:
    """Let the script that runs first choose the colours."""
    first = page.select_one(FIRST)
    if first is not None:
        first.string = f"{first.string or ''}\n{SETTLE}"
