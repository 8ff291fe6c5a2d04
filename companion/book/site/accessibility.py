"""Repairs of what the theme and the extensions write and what keeps readers with a keyboard or a screen reader out.

Each repair belongs into the theme or the extension whose page it mends, and goes when their next version has it.
"""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from companion.tables.in_words import GROUP


def repair(page: BeautifulSoup) -> None:
    """Repair one page in place."""
    for rule in (_names, _icons, _landmarks, _tables, _scrolling, _bibliography, _markup):
        rule(page)


def _names(page: BeautifulSoup) -> None:
    """A control is called what it says: no other label beside visible words, a name where there are no words."""
    for control in page.select("details > summary"):
        if control.get_text(strip=True):
            del control["aria-label"]
    for button in page.select("button[title]:not([aria-label])"):
        if not button.get_text(strip=True):
            button["aria-label"] = str(button["title"])
    for link in page.select("a.headerlink"):
        link["aria-label"] = str(link.get("title", "Link to this place"))


def _icons(page: BeautifulSoup) -> None:
    """Icons are decoration."""
    for icon in page.select("[class*='fa-']"):
        icon["aria-hidden"] = "true"
        del icon["title"]


def _landmarks(page: BeautifulSoup) -> None:
    """Everything stands in a landmark; two of a kind have names."""
    for logo in page.select(".sidebar-primary-item:has(> a.navbar-brand)"):
        logo["role"], logo["aria-label"] = "navigation", "Home"
    for search in page.select(".sidebar-primary-item:has(> a.search-door)"):
        search["role"], search["aria-label"] = "navigation", "Search"
    for link in page.select("#pst-skip-link"):
        link["role"], link["aria-label"] = "navigation", "Skip"
    for button in page.select("#pst-back-to-top"):
        wrapper = page.new_tag("nav", attrs={"aria-label": "Back to top"})
        button.wrap(wrapper)
    for heading in page.select("[role=heading].caption"):
        del heading["role"], heading["aria-level"]


def _tables(page: BeautifulSoup) -> None:
    """Header cells say what they head; an empty corner is no header."""
    for header in page.select("th"):
        if not header.get_text(strip=True):
            header.name = "td"
            del header["scope"]
        elif not header.has_attr("scope"):
            header["scope"] = "col" if header.find_parent("thead") else _heads(header)


def _heads(header: Tag) -> str:
    return "rowgroup" if header.find_parent("tr", class_=GROUP) else "row"


def _scrolling(page: BeautifulSoup) -> None:
    """What may scroll sideways can be reached and scrolled with the keyboard."""
    for block in page.select("article pre"):
        block["tabindex"] = "0"
    for number, formula in enumerate(page.select("article div.math, .slide div.math"), start=1):
        formula["tabindex"], formula["role"], formula["aria-label"] = "0", "group", f"Formula {number}"
    for number, posts in enumerate(page.select(".stims"), start=1):
        posts["tabindex"], posts["role"], posts["aria-label"] = "0", "region", f"Drawn posts, row {number}"
    for number, container in enumerate(
        page.select(".pst-scrollable-table-container, .cell_output .text_html:has(table)")
    ):
        caption = container.find("caption")
        container["tabindex"], container["role"] = "0", "region"
        container["class"] = " ".join([*container.get_attribute_list("class"), "tablewrap"])
        table = container.find("table")
        if isinstance(caption, Tag) and isinstance(table, Tag):
            _lift(caption, table, container, f"caption-{number}")
        else:
            container["aria-label"] = f"Table without caption, {number + 1}"


def _lift(caption: Tag, table: Tag, container: Tag, spare: str) -> None:
    """Set a caption above the region that scrolls, where a wide table cannot cut it; links to the table lead to it."""
    identifier = str(table.get("id") or caption.get("id") or spare)
    del table["id"]
    caption.name, caption["id"], caption["class"] = "p", identifier, "tabcap"
    container.insert_before(caption.extract())
    container["aria-labelledby"] = table["aria-labelledby"] = identifier


def _bibliography(page: BeautifulSoup) -> None:
    """Roles that are deprecated, or that ask for children that are not there."""
    for entry in page.select("[role=doc-biblioentry], .citation-list[role=list], [role=doc-backlink]"):
        del entry["role"]


def _markup(page: BeautifulSoup) -> None:
    """HTML that browsers mend by guessing: an identifier given twice, a paragraph where only phrases may stand."""
    for section in page.select("section#exercise-content, section#solution-content"):
        del section["id"]
    for paragraph in page.select("summary p"):
        paragraph.name = "span"
