"""What a page settles before it is painted, so that a slow phone lays it out once and not again and again.

The theme's first script leaves "light or dark" open, and its last one answers, for which the browser takes up every
element once more. And a browser asks for typefaces only when it has read the style sheet and met their letters: they
then come one by one, each to a page that is laid out already.
"""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

FIRST = "script[data-cfasync]"
"""The theme's script that runs before anything is painted."""
TYPEFACES = ("newsreader-text", "newsreader-display", "commissioner")
"""The fonts that every page sets its first screen in, as ``companion.book.site.assets`` names them."""
SETTLE = """{
  const { head, documentElement: { dataset } } = document;
  if (dataset.mode === "auto") dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (location.protocol !== "file:") for (const name of TYPEFACES) {  // from disk they are here at once
    const href = `${dataset.content_root}_static/fonts/${name}.woff2`;
    head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "font", crossOrigin: "", href }));
  }
}"""


def settle(page: BeautifulSoup) -> None:
    """Let the script that runs first choose the colours and send for the typefaces."""
    first = page.select_one(FIRST)
    if first is not None:
        first.string = f"{first.string or ''}\n{SETTLE.replace('TYPEFACES', json.dumps(TYPEFACES))}"
