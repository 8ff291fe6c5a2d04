"""What a survey file of any tool is read as, what is refused, and what never gets past the reader."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import shipped
from typer.testing import CliRunner

from companion.cli import app
from companion.errors import InputError, Problem
from companion.survey import imported, mapping
from companion.survey.exports import any_tool, workbook
from companion.truth import examples

Rows: TypeAlias = list[list[str]]
FIRST = shipped.HEADER_ROWS
RUN = CliRunner()


def plain() -> Rows:
    """The first forty responses of the shipped survey below one header row."""
    rows = shipped.rows()
    return [rows[0], *rows[FIRST : FIRST + 40]]


def text_of(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(encoding)


def workbook_of(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def sav_of(frame: pd.DataFrame, folder: Path, **more: object) -> bytes:
    pyreadstat.write_sav(frame, str(folder / "made.sav"), **more)
    return (folder / "made.sav").read_bytes()


def change(column: str, *cells: str) -> Rows:
    rows = plain()
    for row, cell in zip(rows[1:], cells, strict=False):
        row[rows[0].index(column)] = cell
    return rows


def read(folder: Path, content: bytes, text: str = "", name: str = "export.csv") -> imported.Imported:
    file = folder / name
    file.write_bytes(content)
    columns = mapping.Columns()
    if text:
        (folder / "mapping.yml").write_text(text, encoding="utf-8")
        columns = mapping.load(folder / "mapping.yml", shipped.asked())
    return imported.read(file, shipped.asked(), columns)


def faults(folder: Path, content: bytes, text: str = "", name: str = "export.csv") -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(folder, content, text, name)
    return caught.value.problems


def answers(found: imported.Imported) -> pd.DataFrame:
    return found.export.data.drop(columns="row")


def by_the_reader_of_the_book(folder: Path) -> pd.DataFrame:
    (folder / "reference.csv").write_bytes(text_of(plain()))
    return imported.read(folder / "reference.csv", shipped.asked()).export.data.drop(columns="row")


# ---------- what is read


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(text_of(plain()), "export.csv", id="text"),
        pytest.param(text_of(plain(), ";", "cp1252"), "export.xlsx", id="text with the ending of a workbook"),
        pytest.param(text_of(plain(), "\t", "utf-16"), "export.txt", id="Unicode text"),
        pytest.param(workbook_of({"Answers": plain()}), "export.xlsx", id="a workbook"),
        pytest.param(workbook_of({"Answers": [["A title"], [None], *plain()]}), "export.xlsx", id="below a title"),
        pytest.param(workbook_of({"Empty": [], "Answers": plain()}), "export.xlsx", id="the only sheet with cells"),
        pytest.param(zipped(survey=text_of(plain())), "export.zip", id="a zip archive"),
    ],
)
def test_a_file_of_any_kind_gives_the_same_answers(tmp_path: Path, content: bytes, name: str) -> None:
    pd.testing.assert_frame_equal(answers(read(tmp_path, content, name=name)), by_the_reader_of_the_book(tmp_path))


def test_the_book_reads_what_is_written_as_the_same_answers(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(imported.written(read(tmp_path, text_of(plain())), shipped.asked()))
    again = imported.read(table, shipped.asked()).export.data.drop(columns="row")
    pd.testing.assert_frame_equal(again, by_the_reader_of_the_book(tmp_path))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("columns: {psr1: '  HOW close? '}", "How  close?", id="a heading, case and space aside"),
        pytest.param("columns:\n  psr1: How close?\n", "How close?", id="a heading"),
    ],
)
def test_a_column_is_found_by_its_heading(tmp_path: Path, text: str, rows: str) -> None:
    table = plain()
    table[0][table[0].index("Q10_1")] = rows
    pd.testing.assert_frame_equal(answers(read(tmp_path, text_of(table), text)), by_the_reader_of_the_book(tmp_path))


def test_numbers_out_of_the_order_of_the_scale_are_read_as_the_mapping_says(tmp_path: Path) -> None:
    codes = {choice.nl: code for choice, code in zip(shipped.asked().scales["agreement"], "1634527", strict=True)}
    rows = plain()
    for item in shipped.asked().items.values():
        place = rows[0].index(item.column)
        for row in rows[1:]:
            row[place] = codes.get(row[place], "")
    text = "\n".join(
        f"  {name}: {{column: {item.column}, values: {{1: 1, 6: 2, 3: 3, 4: 4, 5: 5, 2: 6, 7: 7}}}}"
        for name, item in shipped.asked().items.items()
    )
    found = answers(read(tmp_path, text_of(rows), f"columns:\n{text}\n"))
    pd.testing.assert_frame_equal(found, by_the_reader_of_the_book(tmp_path))


def test_the_answers_of_a_scale_are_said_once_for_all_its_questions(tmp_path: Path) -> None:
    rows = change("Q4", *["vrouw (v)"] * 40)
    found = answers(read(tmp_path, text_of(rows), 'scales: {gender: {"Vrouw (v)": woman}}'))
    assert set(found["gender"]) == {"woman"}


@pytest.mark.parametrize(
    "said", ['values: {"Geen mening": missing, "Akkoord": 6}', 'values: {"Geen mening": 4, "Akkoord": 6}']
)
def test_no_opinion_is_what_the_mapping_decides(tmp_path: Path, said: str) -> None:
    rows = change("Q10_1", "Geen mening", *["Akkoord"] * 39)
    first = answers(read(tmp_path, text_of(rows), f"columns: {{psr1: {{column: Q10_1, {said}}}}}"))["psr1"]
    assert set(first.dropna()) == ({6.0} if "missing" in said else {4.0, 6.0})
    assert first.isna().sum() == (1 if "missing" in said else 0)


def test_what_counts_as_no_answer_is_said_once_for_the_whole_file(tmp_path: Path) -> None:
    rows = change("Q10_1", "-99", "N/A")
    found = answers(read(tmp_path, text_of(rows), 'missing: ["-99", "n/a"]'))
    assert found["psr1"].isna().sum() == by_the_reader_of_the_book(tmp_path)["psr1"].isna().sum() + 2


def with_versions(added: Callable[[tuple[str, str]], list[str]], heads: list[str]) -> Rows:
    """The table with other columns in the place of the two factors."""
    rows = plain()
    places = [rows[0].index("valentie"), rows[0].index("interactie")]
    levels = {"positief": "positive", "negatief": "negative", "geen": "none", "like": "like", "reactie": "reply"}
    changed = []
    for number, row in enumerate(rows):
        seen = (levels.get(row[places[0]], ""), levels.get(row[places[1]], ""))
        kept = [cell for place, cell in enumerate(row) if place not in places]
        changed.append(kept + (heads if number == 0 else added(seen)))
    return changed


DESIGN = [(valence, interaction) for valence in ("positive", "negative") for interaction in ("none", "like", "reply")]
CODES = {cell: str(number) for number, cell in enumerate(DESIGN, start=1)}
LEVELS = ", ".join(f"{code}: [{', '.join(cell)}]" for cell, code in CODES.items())
SHOWN = ", ".join(f"V{code}: [{', '.join(cell)}]" for cell, code in CODES.items())


def one_code(cell: tuple[str, str]) -> list[str]:
    return [CODES.get(cell, "")]


def one_column_each(cell: tuple[str, str]) -> list[str]:
    return ["1" if cell == other else "0" for other in DESIGN]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        pytest.param(
            with_versions(one_code, ["FL_12_DO"]), f"condition: {{column: FL_12_DO, values: {{{LEVELS}}}}}", id="codes"
        ),
        pytest.param(
            with_versions(one_column_each, [f"V{code}" for code in CODES.values()]),
            f"condition: {{shown: {{{SHOWN}}}}}",
            id="a column per version",
        ),
    ],
)
def test_a_condition_may_stand_in_codes_or_in_a_column_per_version(tmp_path: Path, rows: Rows, text: str) -> None:
    pd.testing.assert_frame_equal(answers(read(tmp_path, text_of(rows), text)), by_the_reader_of_the_book(tmp_path))


@pytest.mark.slow
def test_a_variable_of_spss_is_read_by_its_labels_and_user_missing_is_told(tmp_path: Path) -> None:
    rows = plain()
    frame = pd.DataFrame(rows[1:], columns=[head.replace(" ", "_").strip("()") for head in rows[0]])
    frame = frame.rename(columns=lambda head: head.replace("(", "").replace(")", ""))
    labels = {choice.nl: float(choice.code) for choice in shipped.asked().scales["agreement"]}
    frame["Q10_1"] = frame["Q10_1"].map(labels)
    frame.loc[0, "Q10_1"] = 99.0
    content = sav_of(
        frame,
        tmp_path,
        variable_value_labels={"Q10_1": {code: label for label, code in labels.items()} | {99.0: "Weet niet"}},
        missing_ranges={"Q10_1": [99]},
    )
    pages = {"seconds_psr": "T10", "seconds_pk": "T11", "seconds_pa": "T12"}
    text = "columns: {" + ", ".join(f"{name}: {page}_Page_Submit" for name, page in pages.items()) + "}\n"
    found = read(tmp_path, content, text + "record: {seconds: Duration_in_seconds}", "survey.sav")
    expected = by_the_reader_of_the_book(tmp_path)
    assert found.source.notes == ("User-missing values, read as no answer: Q10_1 1",)
    assert answers(found)["psr1"].isna().sum() == expected["psr1"].isna().sum() + 1
    pd.testing.assert_frame_equal(answers(found).drop(columns="psr1"), expected.drop(columns="psr1"))


# ---------- what is refused


def formulas() -> bytes:
    rows: list[list[object]] = [list(row) for row in plain()]
    rows[3][0] = "=1+1"
    return workbook_of({"Answers": rows})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "name", "message", "remedy"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0rest", "s.xlsx", "protected with a password", "remove the password", id="F11"),
        pytest.param(b"<html><table>", "s.xls", "a web page", "as CSV", id="F10"),
        pytest.param(b"PK\x03\x04rest", "s.xlsx", "damaged or cut off", "Export the survey again", id="cut workbook"),
        pytest.param(
            zipped(xl__workbook_xml=b"x", xl__bomb_xml=b"0" * 60_000_000), "s.xlsx", "would unpack", "again", id="F13"
        ),
        pytest.param(
            zipped(one=b"a,b", two=b"a,b"), "s.zip", "no Excel workbook; it holds one, two", "Unpack", id="F14"
        ),
        pytest.param(
            zipped(xl__workbook_xml=b"<!DOCTYPE x>", other=b""),
            "s.xlsx",
            "declares a document type",
            "again",
            id="XML bomb",
        ),
        pytest.param(zipped(xl__workbook_xml=b"<x/>", other=b""), "s.xlsx", "damaged", "again", id="no workbook"),
        pytest.param(workbook_of({"A": []}), "s.xlsx", "holds no cells", "again", id="empty workbook"),
        pytest.param(
            workbook_of({"A": plain(), "B": plain()}),
            "s.xlsx",
            'More than one sheet holds cells: "A", "B"',
            "sheet:",
            id="F21",
        ),
        pytest.param(formulas(), "s.xlsx", "1 cells hold a formula without a value", "save it", id="F23"),
        pytest.param(text_of(plain()), "s.sav", "no SPSS file", "the ending .csv", id="F16"),
        pytest.param(b"word\nword\n", "s.csv", "it has one column", "again", id="one column"),
    ],
)
def test_a_file_that_is_no_survey_is_told_for_what_it_is(
    tmp_path: Path, content: bytes, name: str, message: str, remedy: str
) -> None:
    (problem,) = faults(tmp_path, content, name=name)
    assert message in problem.message
    assert remedy in problem.remedy
    assert problem.file == str(tmp_path / name)


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (problem,) = faults(tmp_path, workbook_of({"A": plain()}), "sheet: B", "s.xlsx")
    assert problem.value == "B"
    assert '"A"' in problem.message


@pytest.mark.slow
@pytest.mark.parametrize("kept", [100, 700, 3_000])
def test_a_file_of_spss_that_is_cut_off_is_told_with_what_it_promises(tmp_path: Path, kept: int) -> None:
    frame = pd.DataFrame({f"Q{number}": [float(number)] * 400 for number in range(30)})
    content = sav_of(frame, tmp_path, row_compress=False)
    (problem,) = faults(tmp_path, content[:kept], name="s.sav")
    assert "cut off or damaged" in problem.message
    assert "400 cases" in problem.message


@pytest.mark.slow
def test_a_file_of_spss_that_would_end_the_process_that_reads_it_is_told(tmp_path: Path) -> None:
    """As a text of 63,744 bytes, so wide that a byte of it was once damaged, the library reads past its memory."""
    content = (shipped.DATA / examples.FOLDER / "spss.sav").read_bytes()
    width = content.index(b"Q11_3   ") - 20
    (problem,) = faults(tmp_path, content[:width] + (63_744).to_bytes(4, "little") + content[width + 4 :], name="s.sav")
    assert "cut off or damaged" in problem.message


@pytest.mark.parametrize("size", [(250_000_000, 10), (60_000_000, 100_000)])
def test_what_a_workbook_says_of_its_size_is_enough_to_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    listed = zipfile.ZipInfo("xl/workbook.xml")
    listed.file_size, listed.compress_size = size
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda _: [listed])
    (problem,) = faults(tmp_path, zipped(a=b"1"), name="s.xlsx")
    assert f"{size[0]:,} bytes" in problem.message


@pytest.mark.parametrize(
    ("rows", "text", "row", "column", "value", "message", "remedy"),
    [
        pytest.param(
            plain(),
            "columns: {psr1: Q10_11}",
            1,
            "Q10_11",
            None,
            "psr1 is read from it",
            "The closest are Q10_1",
            id="D1",
        ),
        pytest.param(
            change("Q10_1", "Akkord"),
            'columns: {psr1: {column: Q10_1, values: {"Akkoord": 6, "Niet akkoord": 2}}}',
            2,
            "Q10_1",
            "Akkord",
            "does not say what this answer stands for",
            'Did you mean "Akkoord"? Add a line to its values: "Akkord"',
            id="D15",
        ),
        pytest.param(
            with_versions(lambda cell: ["7"], ["cond"]),
            f"condition: {{column: cond, values: {{{LEVELS}}}}}",
            2,
            "cond",
            "7",
            "does not say which post this condition is. It stands in 40 rows.",
            '"7": [negative, like], or missing',
            id="D10",
        ),
        pytest.param(
            with_versions(lambda cell: ["1", "1", *"0000"], [f"V{code}" for code in CODES.values()]),
            f"condition: {{shown: {{{SHOWN}}}}}",
            2,
            None,
            None,
            "More than one version is filled in here: V1, V2.",
            "Empty all but",
            id="two versions",
        ),
        pytest.param(
            plain(),
            f"condition: {{column: FL, values: {{{LEVELS}}}}}",
            1,
            "FL",
            None,
            "no such column",
            "name its column in a mapping",
            id="D3",
        ),
        pytest.param(
            plain(), "record: {person: panel}", 1, "panel", None, "what `record` calls person", "mapping", id="record"
        ),
        pytest.param(change("Q2", "1998"), "", 2, "Q2", "1998", "A year of birth?", "Correct the cell", id="D30"),
        pytest.param(change("Q2", "140"), "", 2, "Q2", None, "No age is above 120", "the column of ages", id="too old"),
        pytest.param(
            change("Q2", "32470123456"), "", 2, "Q2", None, "too long a number to be age", "telephone", id="telephone"
        ),
    ],
)
def test_a_fault_is_told_in_the_words_of_the_file(
    tmp_path: Path,
    rows: Rows,
    text: str,
    row: int,
    column: str | None,
    value: str | None,
    message: str,
    remedy: str,
) -> None:
    problem = faults(tmp_path, text_of(rows), text)[0]
    assert (problem.row, problem.column, problem.value) == (row, column, value)
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_fault_in_an_answer_names_the_column_as_the_file_does(tmp_path: Path) -> None:
    rows = change("Q10_1", "9")
    rows[0][rows[0].index("Q10_1")] = "How close?"
    (problem,) = faults(tmp_path, text_of(rows), "columns: {psr1: 'How close?'}")
    assert (problem.row, problem.column, problem.value) == (2, "How close?", "9")


def test_all_missing_columns_are_told_at_once_with_the_way_to_a_mapping(tmp_path: Path) -> None:
    rows = plain()
    for old, new in (("Q10_1", "A1"), ("Q12_4", "A2"), ("valentie", "A3")):
        rows[0][rows[0].index(old)] = new
    found = faults(tmp_path, text_of(rows))
    assert {problem.column for problem in found} == {"Q10_1", "Q12_4", "valentie"}
    assert all("--draft-mapping" in problem.remedy for problem in found)


def test_a_heading_that_stands_twice_is_refused_where_it_is_read(tmp_path: Path) -> None:
    rows = plain()
    rows[0][rows[0].index("Q15")] = "Q10_1"
    assert "More than one column is called this" in faults(tmp_path, text_of(rows))[0].message


# ---------- personal data

MARKERS = ("marker@example.org", "192.0.2.77", "Marker Markersson", "0470999888", "BE71096123456769", "93.05.18-223.61")


def marked() -> Rows:
    """A table in which every column that nothing is read from is full of personal data, and the ids too."""
    rows = plain()
    read_from = {
        *shipped.asked().columns.values(),
        "Status",
        "Finished",
        "Duration (in seconds)",
        "DistributionChannel",
    }
    personal = [place for place, tag in enumerate(rows[0]) if tag not in read_from]
    for number, row in enumerate(rows[1:]):
        for place in personal:
            row[place] = f"{MARKERS[(number + place) % len(MARKERS)]} {number}"
    return rows


def traces(text: str) -> list[str]:
    return [marker for marker in (*MARKERS, "arker") if marker in text]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_personal_value_is_written_or_printed(tmp_path: Path, kind: str) -> None:
    content = text_of(marked()) if kind == "csv" else workbook_of({"A": marked()})
    assert traces(text_of(marked()).decode()) == [*MARKERS, "arker"]
    file = tmp_path / f"export.{kind}"
    file.write_bytes(content)
    result = RUN.invoke(app, ["import", str(file), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "Responses: 40" in result.output
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) == 1
    assert traces("".join(written) + result.output + result.stderr) == []


def test_no_personal_value_is_printed_when_the_file_is_refused(tmp_path: Path) -> None:
    rows = marked()
    for column in ("Q10_1", "Q4", "valentie"):
        for number, row in enumerate(rows[1:]):
            row[rows[0].index(column)] = MARKERS[number % 2]
    (tmp_path / "export.csv").write_bytes(text_of(rows))
    mapped = tmp_path / "mapping.yml"
    mapped.write_text("columns: {gender: {column: Q4, values: {Vrouw: woman}}}")
    for more in ([], ["--mapping", str(mapped)]):
        result = RUN.invoke(app, ["import", str(tmp_path / "export.csv"), *more, "--out", str(tmp_path / "out")])
        assert result.exit_code == 2
        written = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()]
        assert len(written) == 1
        assert written[0].startswith("\ufefffile,row,column,value,message,remedy\n")
        assert traces("".join(written) + result.output + result.stderr) == []


def test_a_column_of_names_that_was_mapped_by_mistake_is_told_without_a_name(tmp_path: Path) -> None:
    rows = change("Q4", *(f"Marker {number}" for number in range(40)))
    (problem,) = faults(tmp_path, text_of(rows), "scales: {gender: {Vrouw: woman}}")
    assert "39 others, which are not shown" in problem.message
    assert traces(str(problem)) == []


def test_answers_of_people_get_other_ids_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    rows = [row[:] for row in plain()]
    rows = [[cell for tag, cell in zip(rows[0], row, strict=True) if tag != "data_origin"] for row in rows]
    place = rows[0].index("ResponseId")
    for number, row in enumerate(rows[1:]):
        row[place] = f"R_{number:03d}secret"
    found = read(tmp_path, text_of(rows))
    table = list(csv.DictReader(io.StringIO(imported.written(found, shipped.asked()).decode())))
    assert not found.export.simulated
    assert [row["ResponseId"] for row in table] == [f"response_{number:02d}" for number in range(1, 41)]
    assert "data_origin" not in table[0]


# ---------- the command


def test_the_command_says_what_it_found_a_line_a_fact(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_bytes(text_of(plain(), ";", "cp1252"))
    result = RUN.invoke(app, ["import", str(tmp_path / "export.csv"), "--out", str(tmp_path / "out")])
    lines = result.stdout.splitlines()
    assert lines[0] == "Tool: a table with one header row"
    assert lines[1] == "Read as: Windows-1252 text, cells separated by semicolons, Unix line ends"
    assert lines[2] == "Responses: 40"
    assert "IPAddress" in next(line for line in lines if line.startswith("Columns left behind"))
    assert lines[-1].endswith(f"make book SURVEY={tmp_path / 'out' / 'survey.csv'}")


def test_the_file_that_is_read_is_never_written(tmp_path: Path) -> None:
    content = text_of(plain())
    (tmp_path / "survey.csv").write_bytes(content)
    result = RUN.invoke(app, ["import", str(tmp_path / "survey.csv"), "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "This is the file that is read" in result.stderr
    assert (tmp_path / "survey.csv").read_bytes() == content


def test_a_refused_file_leaves_what_was_imported_before(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/survey.csv").write_text("before")
    (tmp_path / "export.csv").write_bytes(text_of(change("Q10_1", "9")))
    assert RUN.invoke(app, ["import", str(tmp_path / "export.csv"), "--out", str(tmp_path / "out")]).exit_code == 2
    assert (tmp_path / "out/survey.csv").read_text() == "before"


# ---------- headings that tools write


@pytest.mark.parametrize(
    ("tool", "head"),
    [
        ("LimeSurvey", ["id", "submitdate", "lastpage", "startlanguage", "seed", "Q1"]),
        ("LimeSurvey", ["Respons ID", "Datum verzonden", "Laatste pagina", "Begin taal", "Q1"]),
        ("Google Forms", ["Timestamp", "Email Address", "Q1"]),
        ("Google Forms", ["Tijdstempel", "Q1"]),
        ("Microsoft Forms", ["ID", "Start time", "Completion time", "Email", "Name", "Q1"]),
        ("Microsoft Forms", ["ID", "Begintijd", "Tijd\u00a0van voltooien", "E-mail", "Naam", "Q1"]),
        ("a table with one header row", ["Q1", "Q2", "Start time"]),
    ],
)
def test_a_tool_is_known_by_its_headings(tmp_path: Path, tool: str, head: list[str]) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(text_of([head, ["x"] * len(head)]))
    assert any_tool.read(file, None, []).tool == tool


def test_a_cell_of_a_workbook_is_text_as_a_person_would_write_it() -> None:
    assert [workbook.text_of(value) for value in (4.0, 2.5, None, True, 7)] == ["4", "2.5", "", "True", "7"]
