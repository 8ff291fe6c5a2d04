"""An open page loads itself again when the book was built, and the site that is published knows nothing of it."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from companion.book import watch
from companion.book.watch import Site

PAGE = b"<html><head><title>A page</title></head><body>Words</body></html>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built site of two pages and a picture, in a book's folder with one chapter."""
    site = tmp_path / "_build/html"
    (site / "chapters").mkdir(parents=True)
    (site / "index.html").write_bytes(PAGE)
    (site / "chapters/one.html").write_bytes(PAGE)
    (site / "picture.svg").write_bytes(b"<svg></head></svg>")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/one.md").write_text("# One\n")
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """That site, served."""
    with watch.served(folder / "_build/html") as site:
        yield site


def read(site: Site, path: str) -> bytes:
    with urllib.request.urlopen(site.address + path, timeout=30) as answer:
        return bytes(answer.read())


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "index.html", "chapters/one.html", "chapters/one.html?again=1"])
def test_a_page_is_sent_with_what_makes_it_load_again_and_its_file_stays(site: Site, folder: Path, path: str) -> None:
    assert watch.TAG in read(site, path)
    assert (folder / "_build/html/index.html").read_bytes() == PAGE


@pytest.mark.slow
def test_what_is_no_page_is_sent_as_it_is(site: Site) -> None:
    assert read(site, "picture.svg") == b"<svg></head></svg>"


@pytest.mark.slow
def test_the_script_comes_from_the_site_itself_as_the_content_policy_asks(site: Site) -> None:
    assert b"EventSource" in read(site, watch.SCRIPT[1:])


@pytest.mark.slow
def test_the_site_is_served_on_this_machine_alone(site: Site) -> None:
    assert site.server_address[0] == "127.0.0.1"


@pytest.mark.slow
def test_a_page_that_is_missing_is_not_found(site: Site) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(site, "absent.html")


@pytest.mark.slow
def test_an_open_page_is_told_when_the_site_was_built(site: Site) -> None:
    with urllib.request.urlopen(site.address + watch.EVENTS[1:], timeout=30) as events:
        threading.Timer(0.3, site.tell_built).start()
        assert events.readline() == b"event: built\n"


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("index.md", True),
        ("chapters/results/mediation.md", True),
        ("companion/figures/results.py", True),
        ("data/survey.csv", True),
        ("_build/html/index.html", False),
        ("companion/__pycache__/study.pyc", False),
        ("chapters/.one.md.swp", False),
        ("chapters/one.md~", False),
        ("tests/test_cli.py", False),
    ],
)
def test_a_build_follows_from_what_the_book_depends_on_alone(tmp_path: Path, file: str, counts: bool) -> None:
    assert watch.is_source(tmp_path, tmp_path / file) is counts


@pytest.mark.slow
@pytest.mark.parametrize(("code", "told"), [(0, 1), (2, 0)])
def test_a_chapter_that_is_saved_is_built_and_told_if_that_worked(
    folder: Path, site: Site, code: int, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, built, news = threading.Event(), threading.Event(), []

    def build() -> int:
        built.set()
        return code

    monkeypatch.setattr(site, "tell_built", lambda: news.append(1))
    watching = threading.Thread(target=watch.watch, args=(folder, site, build, stop))
    watching.start()
    end = time.monotonic() + 60
    while not built.wait(0.5) and time.monotonic() < end:
        (folder / "chapters/one.md").write_text(f"# One, at {time.monotonic()}\n")
    stop.set()
    watching.join(60)
    assert built.is_set()
    assert (len(news) > 0) == (told > 0)
