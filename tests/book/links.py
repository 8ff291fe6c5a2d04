"""Follow every link of a built site that leads to the site itself: the file must be there, and the place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from parsed_pages import parsed

ATTRIBUTES = ("href", "src", "srcset", "action", "poster", "data")
IN_STYLE = re.compile(r"url\((['\"]?)(?!data:|#)([^)'\"]+)\1\)")
REFRESH = re.compile(r"url=(\S+)")


@dataclass(frozen=True, order=True)
class Link:
    """An address, and the file in which it stands."""

    source: str
    address: str


def pages_of(site: Path) -> list[Path]:
    """The pages of a site, without what themes keep among their own files."""
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.relative_to(site).parts]


def leads_on(page: Path) -> bool:
    """Whether a page only leads to the one that stands in its place."""
    return '<meta http-equiv="refresh"' in page.read_text(encoding="utf-8")


def links_of(path: Path, site: Path) -> set[Link]:
    """Every address in a page or style sheet."""
    text, source = path.read_text(encoding="utf-8"), str(path.relative_to(site))
    if path.suffix == ".css":
        return {Link(source, address) for _, address in IN_STYLE.findall(text)}
    page = parsed(path)
    found = {str(element[name]) for name in ATTRIBUTES for element in page.find_all(attrs={name: True})}
    for meta in page.find_all("meta", attrs={"http-equiv": "refresh"}):
        found.update(REFRESH.findall(str(meta["content"])))
    return {Link(source, address) for address in found}


def leads_nowhere(link: Link, site: Path) -> bool:
    """Whether a link leads to a file of the site that is not there, or to a place that the file does not have."""
    parts = urlsplit(link.address)
    if parts.scheme or parts.netloc:
        return False
    here = site / link.source
    there = (here.parent / unquote(parts.path)).resolve() if parts.path else here.resolve()
    if there.is_dir():
        there /= "index.html"
    if not there.is_file() or not there.is_relative_to(site.resolve()):
        return True
    return bool(parts.fragment) and there.suffix == ".html" and unquote(parts.fragment) not in _places(there)


def broken(site: Path) -> list[Link]:
    """The links of a site that lead nowhere in it."""
    files = [*pages_of(site), *sorted(site.rglob("*.css"))]
    return sorted(link for path in files for link in links_of(path, site) if leads_nowhere(link, site))


@cache
def _places(path: Path) -> frozenset[str]:
    page = parsed(path)
    return frozenset({str(element["id"]) for element in page.find_all(id=True)} | {"top", ""})
