"""What stands around the pages of a published site: old addresses, a map, a page for lost readers, links' pictures."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from docutils import nodes
from links import broken, leads_on, links_of, pages_of
from parsed_pages import parsed
from PIL import Image, ImageChops
from playwright.sync_api import Browser
from small_book import Book, copied
from visits import wait_until

from companion.book.site.content_policy import POLICY
from companion.book.sphinx import publishing
from companion.words import words

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = [
    line for line in (ROOT / "tests/book/published-pages.txt").read_text().splitlines() if not line.startswith("#")
]
ADDRESS = "https://somebody.example/the-book"
PAGE = """# A first page

Words that *describe* it, in a first sentence.
A second sentence, with a [link](chapters/using/errata.md).

## A section

More words.
"""
TOC = (
    "format: jb-book\nroot: index\nchapters:\n  - file: chapters/using/errata\n  - file: chapters/using/every-number\n"
)


# Addresses that were published


def test_every_chapter_is_among_the_addresses_that_never_go() -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    chapters = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    assert {f"{chapter}.html" for chapter in chapters} - set(PUBLISHED) == set()


@pytest.mark.book
@pytest.mark.parametrize("address", PUBLISHED)
def test_an_address_that_was_published_is_a_page_or_leads_to_one(site: Path, address: str) -> None:
    assert (site / address).is_file()


# A site with an address, and with a page that moved


@pytest.fixture(scope="module")
def published(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book as it stands at its address."""
    book = copied(tmp_path_factory.mktemp("book"), computed=small_study)
    (book.root / "chapters/using").mkdir(parents=True)
    (book.root / "index.md").write_text(PAGE)
    (book.root / "chapters/using/errata.md").write_text("# Errata\n\nThere are none.\n")
    (book.root / "chapters/using/every-number.md").write_text("# Every number\n\n```{every-number}\n```\n")
    (book.root / "_toc.yml").write_text(TOC)
    book.change("_config.yml", 'baseurl: ""', f'baseurl: "{ADDRESS}"')
    book.change("_config.yml", "    redirects:\n", "    redirects:\n      chapters/old-errata: using/errata.html\n")
    result = book.build()
    assert result.returncode == 0, result.stderr
    return book


@pytest.fixture
def folder(published: Book) -> Path:
    return published.root / "_build/html"


def head(page: Path, selector: str, attribute: str) -> list[str]:
    return [str(tag[attribute]) for tag in parsed(page).select(selector)]


@pytest.mark.book
def test_a_page_names_its_one_address(folder: Path) -> None:
    assert head(folder / "chapters/using/errata.html", "link[rel=canonical]", "href") == [
        f"{ADDRESS}/chapters/using/errata.html"
    ]


@pytest.mark.book
def test_the_map_lists_the_pages_a_reader_wants_and_robots_find_it(folder: Path) -> None:
    listed = re.findall(r"<loc>([^<]+)</loc>", (folder / "sitemap.xml").read_text())
    assert sorted(listed) == [
        f"{ADDRESS}/chapters/using/errata.html",
        f"{ADDRESS}/chapters/using/every-number.html",
        f"{ADDRESS}/index.html",
    ]
    assert (folder / "robots.txt").read_text() == f"User-agent: *\nDisallow:\nSitemap: {ADDRESS}/sitemap.xml\n"


@pytest.mark.book
def test_whoever_sends_a_link_sends_words_and_a_picture_that_says_simulated(folder: Path) -> None:
    page = folder / "index.html"
    assert head(page, "meta[property='og:title']", "content") == ["A first page"]
    said = "Words that describe it, in a first sentence. A second sentence, with a link."
    assert head(page, "meta[name=description]", "content") == [f"{said} {words()('pages.description.simulated')}"]
    (picture,) = head(page, "meta[property='og:image']", "content")
    with Image.open(folder / picture.removeprefix(f"{ADDRESS}/")) as drawn:
        assert drawn.size == publishing.CARD_SIZE
    assert "simulated" in head(page, "meta[property='og:image:alt']", "content")[0]


@pytest.mark.book
def test_a_link_is_shown_with_its_picture_where_there_is_one(folder: Path, site: Path) -> None:
    card = "meta[name='twitter:card']"
    assert head(folder / "index.html", card, "content") == ["summary_large_image"]
    assert head(site / "index.html", card, "content") == ["summary"]


def described(page: Path) -> list[dict[str, Any]]:
    """What the head of a page says of it to programs."""
    (block,) = parsed(page).select("head script[type='application/ld+json']")
    return list(json.loads(str(block.string))["@graph"])


@pytest.mark.book
def test_programs_are_told_of_a_book_at_its_address_and_of_its_chapters(folder: Path) -> None:
    (book,) = described(folder / "index.html")
    (chapter,) = described(folder / "chapters/using/errata.html")
    assert (book["@type"], book["url"]) == ("Book", f"{ADDRESS}/index.html")
    stated = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (book["name"], book["bookEdition"]) == (stated["title"], stated["version"])
    assert [author["name"] for author in book["author"]] == [author["name"] for author in stated["authors"]]
    assert (chapter["@type"], chapter["name"], chapter["isPartOf"]) == ("Chapter", "Errata", book)
    assert chapter["url"] == f"{ADDRESS}/chapters/using/errata.html"


@pytest.mark.book
def test_every_chapter_is_told_of_and_one_page_tells_of_the_data_and_that_they_are_simulated(site: Path) -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    kinds = {
        chapter["file"]: [one["@type"] for one in described(site / f"{chapter['file']}.html")]
        for part in toc["parts"]
        for chapter in part["chapters"]
    }
    assert kinds.pop("chapters/using/codebook") == ["Chapter", "Dataset"]
    assert set(map(tuple, kinds.values())) == {("Chapter",)}
    data = described(site / "chapters/using/codebook.html")[1]
    assert "SIMULATED" in data["description"]
    assert "url" not in data["isPartOf"]


@pytest.mark.book
def test_a_page_that_moved_leads_on_at_once_without_a_script_and_under_the_policy(
    folder: Path, browser: Browser
) -> None:
    old = folder / "chapters/old-errata.html"
    assert "<script" not in old.read_text()
    assert head(old, "meta[http-equiv=Content-Security-Policy]", "content") == [POLICY]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(old.as_uri())
    page.wait_for_url("**/chapters/using/errata.html")
    context.close()


@pytest.mark.book
def test_every_page_that_moved_is_under_the_policy_and_runs_nothing(pages: list[Path]) -> None:
    moved = [path for path in pages if leads_on(path)]
    assert moved
    for path in moved:
        assert "<script" not in path.read_text()
        assert head(path, "meta[http-equiv=Content-Security-Policy]", "content") == [POLICY], path.name


@pytest.mark.book
def test_the_page_for_lost_readers_holds_at_any_depth(folder: Path) -> None:
    page = folder / "404.html"
    addresses = {link.address for link in links_of(page, folder)}
    inside = [address for address in addresses if not urlsplit(address).scheme and not address.startswith("#")]
    assert inside
    assert all(address.startswith("/the-book/") for address in inside)
    assert all((folder / urlsplit(address).path.removeprefix("/the-book/")).exists() for address in inside)


@pytest.mark.book
def test_hosts_are_told_to_leave_folders_with_an_underscore_alone(folder: Path) -> None:
    assert (folder / ".nojekyll").exists()


class Host(SimpleHTTPRequestHandler):
    """A host that shows 404.html where there is no file, as hosts of sites do."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        lost = (Path(self.directory) / self.path.split("/")[1] / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(lost)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    """The address of a host that serves what a test links into its folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(tmp_path))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def is_dressed_with_live_links(browser: Browser, address: str) -> None:
    """See a page for lost readers as the browser does: the theme's style is on it, and its links are answered."""
    page = browser.new_page()
    page.goto(address)
    wait_until(page, "getComputedStyle(document.querySelector('h1')).fontFamily.includes('Newsreader')")
    assert page.get_by_role("heading", name="There is no page here").is_visible()
    links = page.eval_on_selector_all("article a[href]", "links => links.map(link => link.href)")
    assert len(links) >= 3
    assert {page.request.get(link.split("#")[0]).status for link in links} == {200}
    page.close()


@pytest.mark.book
@pytest.mark.browser
def test_with_an_address_a_lost_reader_three_folders_down_meets_a_dressed_page(
    folder: Path, browser: Browser, host: str, tmp_path: Path
) -> None:
    (tmp_path / "the-book").symlink_to(folder)
    is_dressed_with_live_links(browser, f"{host}/the-book/chapters/no/where.html")


@pytest.mark.book
@pytest.mark.browser
@pytest.mark.parametrize("lost", ["where.html", "chapters/no/where.html"])
def test_without_an_address_too(site: Path, browser: Browser, host: str, tmp_path: Path, lost: str) -> None:
    (tmp_path / "any").symlink_to(site)
    is_dressed_with_live_links(browser, f"{host}/any/{lost}")


# The same site without an address


@pytest.mark.book
def test_without_an_address_no_page_claims_one_and_the_page_for_lost_readers_works_from_disk(site: Path) -> None:
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text()
    claims = "link[rel=canonical], meta[property='og:image'], meta[property='og:url']"
    assert [path.name for path in pages_of(site) if parsed(path).select(claims)] == []
    assert [link for link in broken(site) if link.source == "404.html"] == []


# Descriptions


def paragraphs(*children: nodes.Node) -> nodes.document:
    document = nodes.document(None, None)  # type: ignore[arg-type]
    document += nodes.section("", *children)
    return document


def test_a_description_is_made_of_plain_words_without_numbers() -> None:
    with_sign = nodes.paragraph("", "", nodes.Text("A "), nodes.raw("", "<svg></svg>", format="html"))
    plain = nodes.paragraph("", "One sentence.\nAnother.")
    assert publishing.description_of(paragraphs(with_sign, plain)) == "One sentence. Another."


@pytest.mark.parametrize("parsed", [[], [nodes.Text("")]], ids=["alone", "behind the empty text of the parser"])
def test_what_one_should_know_before_a_page_does_not_describe_it(parsed: list[nodes.Text]) -> None:
    label = nodes.strong("", "Before you start:")
    before = nodes.paragraph("", "", *parsed, label, nodes.Text(" you know the model."))
    plain = nodes.paragraph("", "What the page is about.")
    assert publishing.description_of(paragraphs(before, plain)) == "What the page is about."


@pytest.mark.book
def test_no_page_of_the_book_is_described_by_what_one_should_know_before_it(pages: list[Path]) -> None:
    said = {page: parsed(page).select("meta[name=description]") for page in pages}
    assert any(said.values())
    assert [
        page for page, found in said.items() if any("Before you start" in str(each["content"]) for each in found)
    ] == []


def test_a_description_ends_with_a_whole_sentence() -> None:
    long = nodes.paragraph("", "\n".join(["First sentence.", "x" * publishing.LENGTH, "Third."]))
    assert publishing.description_of(paragraphs(long)) == "First sentence."


# The picture


@pytest.mark.browser
def test_the_picture_is_the_drawing(browser: Browser) -> None:
    page = browser.new_page(viewport=dict(zip(("width", "height"), publishing.CARD_SIZE, strict=True)))
    page.goto((ROOT / "_static/social-card.svg").as_uri())
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("L")
    page.close()
    with Image.open(ROOT / publishing.CARD) as image:
        kept = image.convert("L")
    difference = ImageChops.difference(drawn, kept).histogram()
    assert sum(difference[64:]) < 200
