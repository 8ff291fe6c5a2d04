"""Two settings give every address of the book; an empty one gives none."""

from __future__ import annotations

from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from companion.book import addresses
from companion.book.addresses import Addresses

ON_GITHUB = Addresses("https://github.com/someone/book", "main", "https://someone.example/book/")


def read(root: Path, text: str) -> Addresses:
    (root / "_config.yml").write_text(text)
    return addresses.read(root)


def test_both_settings_are_read_and_their_slashes_made_alike(tmp_path: Path) -> None:
    text = "repository: {url: 'https://github.com/someone/book/'}\nhtml: {baseurl: 'https://someone.example/book'}\n"
    assert read(tmp_path, text) == ON_GITHUB


@pytest.mark.parametrize(
    "text", ["title: A book\n", "repository: {url: ''}\nhtml: {baseurl: ''}\n", "repository:\nhtml:\n"]
)
def test_without_settings_there_are_no_addresses(tmp_path: Path, text: str) -> None:
    none = read(tmp_path, text)
    assert {none.page("index"), none.source("index.md"), none.issue(), none.binder("index.md")} == {""}


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("repository: {url: github.com/someone/book}\n", "repository: url"),
        ("html: {baseurl: 'http://someone.example'}\n", "html: baseurl"),
        ("html: {baseurl: 'https://'}\n", "html: baseurl"),
    ],
)
def test_what_is_no_address_stops_the_build_and_names_the_setting(tmp_path: Path, text: str, setting: str) -> None:
    with pytest.raises(ExtensionError, match=setting):
        read(tmp_path, text)


def test_a_page_of_the_site_has_its_address() -> None:
    assert ON_GITHUB.page("chapters/using/verify") == "https://someone.example/book/chapters/using/verify.html"


@pytest.mark.parametrize(
    ("repository", "source", "issue", "binder"),
    [
        ("https://github.com/a/b", "/blob/main/index.md", "/issues/new", "gh/a/b/main?"),
        ("https://gitlab.com/a/b", "/-/blob/main/index.md", "/-/issues/new", "gl/a%2Fb/main?"),
        (
            "https://git.example.org/a/b",
            "/blob/main/index.md",
            "/issues/new",
            "git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/main?",
        ),
    ],
)
def test_each_host_has_its_ways(repository: str, source: str, issue: str, binder: str) -> None:
    book = Addresses(repository)
    assert book.source("index.md") == repository + source
    assert book.issue() == repository + issue
    assert book.binder("index.md") == f"https://mybinder.org/v2/{binder}urlpath=lab/tree/index.md"
