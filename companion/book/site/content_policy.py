"""A strict content security policy on every page: nothing from elsewhere, no script and no style inside the page.

The theme and KaTeX write scripts, styles and style attributes into the pages. They move to files of the site, and style
attributes become classes, so that the policy needs no exception.

Sphinx knows no policy, and a host's header, the usual way, would not hold for pages that are read from disk.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.errors import ExtensionError

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'"
FOLDER = "_static/inline"
ATTRIBUTES = f"{FOLDER}/attributes.css"
DATA = ("application/json", "application/ld+json")


class ContentPolicy:
    """The policy, applied to page after page of one site.

    Parameters
    ----------
    site
        Folder of the built site.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self.rules: dict[str, str] = {}
        self.files: dict[str, str] = {}

    def holds(self, page: BeautifulSoup) -> bool:
        """Whether a page has the policy already, from an earlier build."""
        return page.find("meta", {"http-equiv": "Content-Security-Policy"}) is not None

    def apply(self, page: BeautifulSoup, path: Path) -> None:
        """Move what the policy forbids into files, and write the policy into the page's head.

        Raises
        ------
        sphinx.errors.ExtensionError
            The page has an event handler in an attribute, which no file can stand for.
        """
        root = "../" * len(path.relative_to(self.site).parent.parts)
        self._forbid_handlers(page, path)
        for script in page.find_all("script", src=False):
            if script.get("type") not in DATA:
                script["src"] = root + self._file(script.string or "", "js")
                script.clear()
        for style in page.find_all("style"):
            if style.find_parent("svg") is None:
                link = page.new_tag("link", rel="stylesheet", href=root + self._file(style.string or "", "css"))
                style.replace_with(link)
        if self._classes_for_attributes(page):
            _head(page).append(page.new_tag("link", rel="stylesheet", href=root + ATTRIBUTES))
        meta = page.new_tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": POLICY})
        _head(page).insert(0, meta)
        charset = _head(page).find("meta", charset=True)
        if isinstance(charset, Tag):
            _head(page).insert(0, charset.extract())

    def write(self) -> None:
        """Write what stood in the pages: scripts and styles, and the classes that stand for style attributes."""
        for name, text in self.files.items():
            (self.site / name).parent.mkdir(parents=True, exist_ok=True)
            (self.site / name).write_text(text, encoding="utf-8")
        rules = "".join(f".{name}{{{rule}}}\n" for name, rule in sorted(self.rules.items()))
        path = self.site / ATTRIBUTES
        if rules:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rules)

    def _forbid_handlers(self, page: BeautifulSoup, path: Path) -> None:
        for element in page.find_all(True):
            handlers = [name for name in element.attrs if name.startswith("on")]
            if handlers:
                where = f"{path.relative_to(self.site)}, <{element.name} {handlers[0]}>"
                raise ExtensionError(f"{where}: a handler in an attribute breaks the content policy")

    def _file(self, text: str, suffix: str) -> str:
        name = f"{FOLDER}/{hashlib.sha256(text.encode()).hexdigest()[:12]}.{suffix}"
        self.files[name] = text
        return name

    def _classes_for_attributes(self, page: BeautifulSoup) -> bool:
        """Turn style attributes into classes; ``!important`` gives a class the precedence that the attribute had."""
        styled = [element for element in page.find_all(style=True) if element.find_parent("svg") is None]
        for element in styled:
            declarations = [part.strip() for part in str(element["style"]).split(";") if part.strip()]
            rule = ";".join(f"{part} !important" for part in declarations)
            name = f"s-{hashlib.sha256(rule.encode()).hexdigest()[:8]}"
            self.rules[name] = rule
            element["class"] = " ".join(
                [*(element.get_attribute_list("class") if element.has_attr("class") else []), name]
            )
            del element["style"]
        return bool(styled)


def _head(page: BeautifulSoup) -> Tag:
    if page.head is None:
        raise ExtensionError("a page without a head cannot carry the content policy")
    return page.head
