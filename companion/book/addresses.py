"""Where the book and its sources stand on the web: two settings of `_config.yml`, both of which may be empty.

``repository: url:`` is the address of the repository, ``html: baseurl:`` that of the built site. What needs an address
that is not set is left out of the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import yaml
from sphinx.errors import ExtensionError

BINDER = "https://mybinder.org/v2"
FILE = {"github.com": "blob", "gitlab.com": "-/blob"}
"""Host -> what stands between a repository's address and the branch of a file on it."""
ISSUE = {"gitlab.com": "-/issues/new"}


@dataclass(frozen=True)
class Addresses:
    """The addresses of one book, and what follows from them; each is empty where its setting is.

    Parameters
    ----------
    repository
        Address of the repository, without a slash at its end.
    branch
        The branch that readers are led to.
    site
        Address of the built site, with a slash at its end.
    """

    repository: str = ""
    branch: str = "main"
    site: str = ""

    def page(self, docname: str) -> str:
        """Give the address of a page of the site."""
        return f"{self.site}{docname}.html" if self.site else ""

    def source(self, path: str) -> str:
        """Give the address of a file in the repository.

        Examples
        --------
        >>> Addresses("https://github.com/someone/book").source("index.md")
        'https://github.com/someone/book/blob/main/index.md'
        """
        between = FILE.get(self._host(), "blob")
        return f"{self.repository}/{between}/{quote(self.branch)}/{quote(path)}" if self.repository else ""

    def issue(self) -> str:
        """Give the address at which a reader reports a fault."""
        return f"{self.repository}/{ISSUE.get(self._host(), 'issues/new')}" if self.repository else ""

    def binder(self, path: str) -> str:
        """Give the address at which Binder builds the environment of the repository and opens one of its files.

        Examples
        --------
        >>> Addresses("https://github.com/someone/book").binder("index.md")
        'https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/index.md'
        """
        if not self.repository:
            return ""
        name = urlsplit(self.repository).path.strip("/")
        where = {"github.com": f"gh/{name}", "gitlab.com": f"gl/{quote(name, safe='')}"}.get(
            self._host(), f"git/{quote(self.repository, safe='')}"
        )
        return f"{BINDER}/{where}/{quote(self.branch, safe='')}?urlpath=lab/tree/{quote(path)}"

    def _host(self) -> str:
        return urlsplit(self.repository).netloc


def read(root: Path) -> Addresses:
    """Give the addresses that the book in a folder states.

    Raises
    ------
    sphinx.errors.ExtensionError
        A setting is no web address.
    """
    return _stated((root / "_config.yml").read_text(encoding="utf-8"))


@lru_cache(maxsize=8)  # every page asks
def _stated(text: str) -> Addresses:
    settings = yaml.safe_load(text)
    repository = settings.get("repository") or {}
    source = _address("repository: url", repository.get("url"))
    site = _address("html: baseurl", (settings.get("html") or {}).get("baseurl"))
    return Addresses(source, str(repository.get("branch") or "main"), f"{site}/" if site else "")


def _address(setting: str, value: str | None) -> str:
    address = (value or "").strip().rstrip("/")
    if address and not (address.startswith("https://") and urlsplit(address).netloc):
        raise ExtensionError(
            f"_config.yml, {setting}: {value!r} is no address; write https://... or leave it empty",
            modname="companion.book",
        )
    return address
