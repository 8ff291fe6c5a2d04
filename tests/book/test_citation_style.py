"""References and citations against the examples and rules of the APA manual (7th edition)."""

from pathlib import Path

import pytest
from pybtex.backends.plaintext import Backend
from pybtex.database import BibliographyData, Person, parse_file, parse_string
from sphinxcontrib.bibtex.style.referencing import format_references
from sphinxcontrib.bibtex.style.template import SphinxReferenceInfo

from companion.book.sphinx.citation_style import ApaReferenceStyle, ApaStyle, authors, sentence_case

ROOT = Path(__file__).resolve().parents[2]


def printed(bibliography: BibliographyData) -> list[str]:
    entries = ApaStyle().format_entries(list(bibliography.entries.values()))
    return [entry.text.render(Backend()) for entry in entries]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Vallat, Raphael"], "Vallat, R."),
        (["Hu, Li-tze", "Bentler, Peter M."], "Hu, L.-t., & Bentler, P. M."),
        (["van der Aa, Eva P.", "De Veirman, M.", "Lou, C."], "van der Aa, E. P., De Veirman, M., & Lou, C."),
        (["Zhao, Xinshu", "Lynch, Jr., John G."], "Zhao, X., & Lynch, J. G., Jr."),
        (["{European Commission}"], "European Commission"),
        (["Breves, Priska", "others"], "Breves, P., et al."),
        (["Reinikainen", "others"], "Reinikainen et al."),
        ([r"M{\"u}ller, C{\'e}line Marie"], "Müller, C. M."),
    ],
)
def test_names_are_surnames_and_initials(names: list[str], expected: str) -> None:
    assert authors([Person(name) for name in names]) == expected


def test_of_more_than_twenty_authors_nineteen_and_the_last_are_named() -> None:
    names = authors([Person(f"Author{number}, A.") for number in range(1, 23)])
    assert names.endswith("Author19, A., . . . Author22, A.")
    assert "Author20" not in names


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A New Criterion: The Way Forward", "A new criterion: The way forward"),
        ("{lavaan}: An {R} Package", "lavaan: An R package"),
        ("Too Big to Sell? A Computational Analysis", "Too big to sell? A computational analysis"),
        ("``This Is One'': Not a “Crisis”", "“This is one”: Not a “crisis”"),
        ("Celebrity vs. Influencer endorsements", "Celebrity vs. influencer endorsements"),
    ],
)
def test_titles_are_in_sentence_case(title: str, expected: str) -> None:
    assert str(sentence_case(title)) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            "@article{a, author={Hu, Li-tze and Bentler, Peter M.}, title={Cutoff Criteria}, journal={Structural"
            " Equation Modeling}, year={1999}, volume={6}, number={1}, pages={1--55}, doi={10.1080/10705519909540118}}",
            "Hu, L.-t., & Bentler, P. M. (1999). Cutoff criteria. Structural Equation Modeling, 6(1), 1–55. "
            "https://doi.org/10.1080/10705519909540118",
        ),
        (
            "@book{b, author={Hayes, Andrew F.}, title={Introduction}, edition={3}, publisher={Guilford Press},"
            " year={2022}}",
            "Hayes, A. F. (2022). Introduction (3rd ed.). Guilford Press.",
        ),
        (
            "@mastersthesis{c, author={Zhang, Ru}, title={Exploring}, school={University of Amsterdam}, year={2020}}",
            "Zhang, R. (2020). Exploring [Master's thesis, University of Amsterdam].",
        ),
        (
            "@misc{d, author={{European Commission}}, title={Influencer {Legal} {Hub}}, year={n.d.},"
            " url={https://example.org}}",
            "European Commission. (n.d.). Influencer Legal Hub. https://example.org",
        ),
        (
            "@inproceedings{e, author={Liu, G.}, title={Size}, booktitle={Proceedings of {ICEB}}, year={2021},"
            " volume={21}, pages={402--412}}",
            "Liu, G. (2021). Size. In Proceedings of ICEB (Vol. 21, pp. 402–412).",
        ),
    ],
)
def test_each_kind_of_work_has_the_form_of_the_manual(entry: str, expected: str) -> None:
    assert printed(parse_string(entry, "bibtex")) == [expected]


def test_organisations_stand_among_persons_in_the_alphabet() -> None:
    bibliography = parse_string(
        "@misc{a, author={Zhang, R.}, title={A}, year={2020}}"
        "@misc{b, author={{European Commission}}, title={B}, year={2023}}"
        "@misc{c, author={Baars, P.}, title={C}, year={2018}}",
        "bibtex",
    )
    assert [line.split(".")[0].split(",")[0] for line in printed(bibliography)] == [
        "Baars",
        "European Commission",
        "Zhang",
    ]


def test_every_entry_of_the_bibliography_can_be_printed() -> None:
    bibliography = parse_file(str(ROOT / "references.bib"))
    lines = printed(bibliography)
    assert len(lines) == len(bibliography.entries)
    assert [line for line in lines if "{" in line or "\\" in line or ".." in line.replace(". . .", "")] == []


@pytest.mark.parametrize(
    ("authors_of_work", "role", "expected"),
    [
        ("Vallat, R.", "t", "Vallat (2018)"),
        ("Hu, L. and Bentler, P. M.", "t", "Hu and Bentler (2018)"),
        ("Hu, L. and Bentler, P. M.", "p", "(Hu & Bentler, 2018)"),
        ("Allard, T. and Dunn, L. H. and White, K.", "t", "Allard et al. (2018)"),
        ("Allard, T. and Dunn, L. H. and White, K.", "p", "(Allard et al., 2018)"),
        ("{European Commission}", "p", "(European Commission, 2018)"),
        ("Boyd, A. T. and others", "t", "Boyd et al. (2018)"),
        ("de Brabandere, M.", "t", "de Brabandere (2018)"),
    ],
)
def test_works_are_cited_by_author_and_year(authors_of_work: str, role: str, expected: str) -> None:
    assert cited([authors_of_work], role) == expected


def test_several_works_in_brackets_are_parted_by_semicolons() -> None:
    assert cited(["Vallat, R.", "Waskom, M. L."], "p") == "(Vallat, 2018; Waskom, 2018)"


def cited(works: list[str], role: str) -> str:
    source = "".join(
        f"@misc{{k{number}, author={{{names}}}, title={{A}}, year={{2018}}}}" for number, names in enumerate(works)
    )
    entries = list(parse_string(source, "bibtex").entries.values())
    information = SphinxReferenceInfo(None, "here", "there", "id", None, "", "")  # type: ignore[arg-type]
    formatted = ApaStyle().format_entries(entries)
    references = [(entry, text, information) for entry, text in zip(entries, formatted, strict=True)]
    return str(format_references(ApaReferenceStyle(), role, references))
