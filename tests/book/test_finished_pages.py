"""A page is finished once, and again when anything that it depends on has changed; the site is the same either way."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_book import files

from companion.book.site import finished_pages
from companion.store import Store

PAGE = """<html><head><meta charset="utf-8"><title>{title}</title></head><body><article>
<h1>{title}</h1><script>let page = "{title}";</script>
<p style="color: red"><i class="fa-solid fa-star"></i></p><table><tbody><tr><td>0.5</td></tr></tbody></table>
</article></body></html>"""


def written(folder: Path, *titles: str) -> Path:
    """A site as Sphinx might have written it, a page a title."""
    for title in titles:
        page = folder / f"{title}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGE.format(title=title))
    return folder


@pytest.fixture
def taken_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that are taken up, on one core, where they can be counted."""
    taken: list[str] = []
    finish = finished_pages.finished

    def counted(site: Path, path: Path, simulated: bool) -> finished_pages.FinishedPage:
        taken.append(path.stem)
        return finish(site, path, simulated)

    monkeypatch.setattr(finished_pages, "finished", counted)
    monkeypatch.setattr(finished_pages.os, "cpu_count", lambda: 1)
    return taken


def test_a_page_that_is_written_as_before_is_not_taken_up_again(tmp_path: Path, taken_up: list[str]) -> None:
    kept = Store(tmp_path / "kept")
    finished_pages.finish(written(tmp_path / "one", "a", "b"), True, kept, "state")
    taken_up.clear()
    site = written(tmp_path / "other", "a", "b")
    (site / "b.html").write_text(PAGE.format(title="another"))
    finished_pages.finish(site, True, kept, "state")
    assert taken_up == ["b"]


@pytest.mark.parametrize(("simulated", "state"), [(False, "state"), (True, "another state")])
def test_every_page_is_taken_up_where_something_else_has_changed(
    tmp_path: Path, taken_up: list[str], simulated: bool, state: str
) -> None:
    kept = Store(tmp_path / "kept")
    finished_pages.finish(written(tmp_path / "one", "a", "b"), True, kept, "state")
    taken_up.clear()
    finished_pages.finish(written(tmp_path / "other", "a", "b"), simulated, kept, state)
    assert sorted(taken_up) == ["a", "b"]


def test_a_page_in_another_folder_is_taken_up_because_its_addresses_are_others(
    tmp_path: Path, taken_up: list[str]
) -> None:
    kept = Store(tmp_path / "kept")
    finished_pages.finish(written(tmp_path / "one", "a"), True, kept, "state")
    taken_up.clear()
    moved = written(tmp_path / "other", "a")
    (moved / "deep").mkdir()
    (moved / "a.html").rename(moved / "deep/a.html")
    finished_pages.finish(moved, True, kept, "state")
    assert taken_up == ["a"]


@pytest.mark.slow
def test_a_site_of_kept_pages_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    kept = Store(tmp_path / "kept")
    finished_pages.finish(written(tmp_path / "one", "a", "b"), True, kept, "state")
    finished_pages.finish(written(tmp_path / "other", "a", "b"), True, kept, "state")
    finished_pages.finish(written(tmp_path / "third", "a", "b"), True, Store(tmp_path / "nothing kept"), "state")
    one, other, third = (files(tmp_path / name) for name in ("one", "other", "third"))
    assert one == other == third
    assert any(name.endswith(".css") for name in one)
    assert any(name.endswith(".js") for name in one)
