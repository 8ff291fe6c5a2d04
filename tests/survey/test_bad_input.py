"""Everything that is wrong with survey files of text, and what `companion import` does about each.

The ids are those of a catalogue: F the file, C its cells, D columns and answers, P personal data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
import shipped
from click.testing import Result
from typer.testing import CliRunner

from companion import problem_list
from companion.cli import app

Rows: TypeAlias = list[list[str]]
Written: TypeAlias = Callable[[], bytes]

RUN = CliRunner()
PEOPLE = 40
HEADERS = shipped.HEADER_ROWS


def rows() -> Rows:
    """The header rows and the first forty responses of the shipped survey."""
    return [row[:] for row in shipped.rows()[: HEADERS + PEOPLE]]


def text_of(records: Rows, delimiter: str = ",", line_end: str = "\n", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(records)
    return out.getvalue().encode(encoding)


def cell(column: str, *values: str, first: int = 0) -> Written:
    """Give a file in which a column holds these values, from a response on."""

    def write() -> bytes:
        records = rows()
        for row, value in zip(records[HEADERS + first :], values, strict=False):
            row[records[0].index(column)] = value
        return text_of(records)

    return write


def of_rows(change: Callable[[Rows], Rows]) -> Written:
    """Give a file whose rows were changed."""
    return lambda: text_of(change(rows()))


def spoilt(change: Callable[[bytes], bytes]) -> Written:
    """Give a file whose bytes were changed."""
    return lambda: change(text_of(rows()))


def bytes_(content: bytes) -> Written:
    return lambda: content


def without(*columns: str) -> Callable[[Rows], Rows]:
    def change(records: Rows) -> Rows:
        kept = [number for number, tag in enumerate(records[0]) if tag not in columns]
        return [[row[number] for number in kept] for row in records]

    return change


def renamed(column: str, name: str) -> Callable[[Rows], Rows]:
    def change(records: Rows) -> Rows:
        records[0][records[0].index(column)] = name
        return records

    return change


def cut(row: int, length: int) -> Callable[[Rows], Rows]:
    def change(records: Rows) -> Rows:
        records[row - 1] = (records[row - 1] * 2)[:length]
        return records

    return change


def glued(records: Rows) -> Rows:
    """Put two responses into one row, as a quotation mark does that is opened in one and closed in the other."""
    first, second = records[HEADERS], records[HEADERS + 1]
    place = records[0].index("Q15")
    both = ",".join(first[place:]) + "\n" + ",".join(second[: place + 1])
    return [*records[:HEADERS], [*first[:place], both, *second[place + 1 :]], *records[HEADERS + 2 :]]


def summed(records: Rows) -> Rows:
    return [*records, ["Gemiddelde", *["4,2"] * (len(records[0]) - 1)]]


def on_its_side(records: Rows) -> Rows:
    return [list(column) for column in zip(records[0], *records[HEADERS:], strict=True)]


def of_one_condition(records: Rows) -> Rows:
    place = records[0].index("interactie")
    for row in records[HEADERS:]:
        row[place] = row[place] and "like"
    return records


def with_no_consent(records: Rows) -> Rows:
    place = records[0].index("Q1")
    for row in records[HEADERS:]:
        row[place] = "Nee, ik neem niet deel"
    return records


def twice(change: Callable[[Rows], None] | None = None) -> Callable[[Rows], Rows]:
    """Repeat the first response at the end."""

    def write(records: Rows) -> Rows:
        again = [*records, records[HEADERS][:]]
        if change:
            change(again)
        return again

    return write


def answered_otherwise(records: Rows) -> None:
    records[-1][records[0].index("Q10_1")] = "1" if records[HEADERS][records[0].index("Q10_1")] != "1" else "2"


def imported(folder: Path, content: bytes, name: str = "export.csv") -> Result:
    (folder / name).write_bytes(content)
    return RUN.invoke(app, ["import", str(folder / name), "--out", str(folder / "out")])


def told(result: Result) -> str:
    return " ".join(result.stderr.split())


# ---------- stopped


@dataclass(frozen=True)
class Stop:
    """What a message must say: the row and the column if there are any, and pieces of text."""

    row: int | None
    column: str | None
    says: tuple[str, ...]


FIRST = HEADERS + 1  # the row of the first response in a spreadsheet


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "stop"),
    [
        pytest.param(bytes_(b""), Stop(None, None, ("is empty (0 bytes)", "Export the survey")), id="F3"),
        pytest.param(
            of_rows(lambda records: records[:HEADERS]),
            Stop(4, None, ("3 header rows and no responses", "Export again without a filter")),
            id="F4",
        ),
        pytest.param(
            cell("Q4", "één".encode().decode("cp1252")),
            Stop(FIRST, "Q4", ("Its letters were spoilt", "export the file again")),
            id="F8",
        ),
        pytest.param(
            spoilt(lambda raw: raw[:9_000] + b"\x00" + raw[9_000:]),
            Stop(None, None, ("Byte 9001 is a binary zero", "damaged", "row ")),
            id="F9",
        ),
        pytest.param(
            cell("Q15", "x" * 20_000_000),
            Stop(FIRST, None, ("field limit", "quotation mark", "never closed")),
            id="F20",
        ),
        pytest.param(
            cell("Q2", "24,5", "24.5"),
            Stop(FIRST, "Q2", ("decimal commas in some rows and points in others",)),
            id="C3",
        ),
        pytest.param(
            spoilt(lambda raw: raw + b'"1,2,3\n'),
            Stop(FIRST + PEOPLE, None, ("no valid CSV", "a quotation mark that is opened and never closed")),
            id="C7",
        ),
        pytest.param(
            of_rows(glued),
            Stop(FIRST, None, ("2 rows stand in one cell here", "Take the quotation marks away")),
            id="C8",
        ),
        pytest.param(
            of_rows(cut(9, 70)), Stop(9, None, ("70 cells where the header has", "Export the file again")), id="C9"
        ),
        pytest.param(
            of_rows(cut(9, 12)), Stop(9, None, ("12 cells where the header has", "Export the file again")), id="C11"
        ),
        pytest.param(
            of_rows(renamed("Q15", "Q10_1")),
            Stop(1, "Q10_1", ("More than one column is called this; psr1", "Rename or remove the other")),
            id="C12",
        ),
        pytest.param(
            of_rows(renamed("Q15", " Q10_1 ")), Stop(1, "Q10_1", ("More than one column is called this",)), id="C13"
        ),
        pytest.param(
            of_rows(renamed("Q10_1", "How close?")),
            Stop(1, "Q10_1", ("no such column; psr1 is read from it", "--draft-mapping")),
            id="C16",
        ),
        pytest.param(
            of_rows(summed),
            Stop(FIRST + PEOPLE, None, ("looks like a summary of those above", "Remove it from the file")),
            id="C17",
        ),
        pytest.param(of_rows(on_its_side), Stop(1, None, ("lies on its side", "transpose")), id="C19"),
        pytest.param(
            of_rows(renamed("Q12_4", "Q12_44")),
            Stop(1, "Q12_4", ("pa4 is read from it", "The closest are Q12_44")),
            id="D1",
        ),
        pytest.param(of_rows(without("valentie")), Stop(1, "valentie", ("valence is read from it",)), id="D3"),
        pytest.param(
            cell("valentie", "neutraal"),
            Stop(FIRST, "valentie", ("value 'neutraal'", 'one of "positief", "negatief"', "Correct the cell")),
            id="D4",
        ),
        pytest.param(cell("interactie", "6"), Stop(FIRST, "interactie", ("value '6'", '"like"')), id="D5"),
        pytest.param(
            cell("interactie", ""), Stop(FIRST, "valentie and interactie", ("Only one of the two", "Fill in")), id="D6"
        ),
        pytest.param(
            cell("Q10_2", "8", "8", first=3),
            Stop(FIRST + 3, "Q10_2", ("value '8'", "a whole number from 1 to 7", "stands in 2 rows")),
            id="D12",
        ),
        pytest.param(cell("Q10_2", "zes"), Stop(FIRST, "Q10_2", ("value 'zes'", "whole number from 1 to 7")), id="D14"),
        pytest.param(
            cell("Q10_2", "Eerder akkord"), Stop(FIRST, "Q10_2", ('Did you mean "Eerder akkoord"?',)), id="D15"
        ),
        pytest.param(
            cell("Q10_2", "Geen mening"), Stop(FIRST, "Q10_2", ("value 'Geen mening'", "Correct the cell")), id="D17"
        ),
        pytest.param(
            cell("Q10_2", "1-mei"), Stop(FIRST, "Q10_2", ("value '1-mei'", "may have made a date of it")), id="D20"
        ),
        pytest.param(
            cell("Q10_2", "2026-05-01"), Stop(FIRST, "Q10_2", ("value '2026-05-01'", "made a date of it")), id="D20 ISO"
        ),
        pytest.param(cell("Q2", "1998"), Stop(FIRST, "Q2", ("value '1998'", "A year of birth?")), id="D30"),
        pytest.param(cell("Q2", "21 jaar"), Stop(FIRST, "Q2", ("value '21 jaar'", "age is a number")), id="D30 words"),
        pytest.param(
            of_rows(twice(answered_otherwise)),
            Stop(FIRST + PEOPLE, "ResponseId", ("with other answers", "Keep one of the two rows")),
            id="D33",
        ),
        pytest.param(
            cell("Duration (in seconds)", "00:05:12"),
            Stop(FIRST, "Duration (in seconds)", ("value '00:05:12'", "seconds is a number")),
            id="D38",
        ),
        pytest.param(cell("Finished", "peut-être"), Stop(FIRST, "Finished", ("Finished is True or False",)), id="D39"),
        pytest.param(
            cell("Q4", "noor@example.org"),
            Stop(FIRST, "Q4", ("value '***@***'", "an e-mail address or a handle, which is never kept")),
            id="P2 e-mail",
        ),
        pytest.param(
            cell("Q10_1", "93.05.18-223.61"),
            Stop(FIRST, "Q10_1", ("value '***'", "a national number, which is never kept")),
            id="P2 national number",
        ),
        pytest.param(
            cell("Q4", "BE71 0961 2345 6769"),
            Stop(FIRST, "Q4", ("value '***'", "number of a bank account")),
            id="P2 IBAN",
        ),
        pytest.param(
            cell("Q4", "2001:db8::8a2e"), Stop(FIRST, "Q4", ("value '*.*.*.*'", "an IP address")), id="P2 address"
        ),
        pytest.param(
            cell("Q2", "0470123456"), Stop(FIRST, "Q2", ("too long a number to be age", "telephone")), id="P2 telephone"
        ),
    ],
)
def test_a_fault_stops_with_its_place_and_its_remedy(tmp_path: Path, written: Written, stop: Stop) -> None:
    result = imported(tmp_path, written())
    said = told(result)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert str(tmp_path / "export.csv") in said
    assert stop.row is None or f", row {stop.row}" in said
    assert stop.column is None or f", column {stop.column}" in said
    assert [piece for piece in stop.says if piece not in said] == []
    assert not (tmp_path / "out" / "survey.csv").exists()


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path) -> None:  # F1
    (tmp_path / "survey.csv").write_bytes(b"")
    result = RUN.invoke(app, ["import", str(tmp_path / "suvrey.csv"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert f"There is no such file. Did you mean {tmp_path / 'survey.csv'}?" in told(result)


def test_a_folder_is_told_with_the_files_in_it(tmp_path: Path) -> None:  # F2
    (tmp_path / "survey.csv").write_bytes(b"")
    result = RUN.invoke(app, ["import", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "This is a folder, not a file. Name one file in it: survey.csv" in told(result)


def analysed(folder: Path, change: Callable[[Rows], Rows]) -> Result:
    (folder / "export.csv").write_bytes(text_of(change(rows())))
    return RUN.invoke(app, ["analyse", "--survey", str(folder / "export.csv")])


@pytest.mark.slow
def test_an_empty_cell_of_the_design_stops_the_analysis(tmp_path: Path) -> None:  # D7, D8
    result = analysed(tmp_path, of_one_condition)
    assert result.exit_code == 2
    assert "Nobody is left in this cell of the design" in told(result)


@pytest.mark.slow
def test_nobody_left_is_told_with_the_rules_that_left_everybody_out(tmp_path: Path) -> None:  # D29
    result = analysed(tmp_path, with_no_consent)
    assert result.exit_code == 3
    assert f"of {PEOPLE} rows nobody is left" in told(result)


# ---------- mended, and told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param(lambda: text_of(rows(), "\t", "\r\n", "utf-16"), "UTF-16 text, cells separated by tabs", id="F5"),
        pytest.param(lambda: text_of(rows(), encoding="utf-8-sig"), "UTF-8 text", id="F6"),
        pytest.param(lambda: text_of(rows(), encoding="cp1252"), "Windows-1252 text", id="F7"),
        pytest.param(lambda: text_of(rows(), ";"), "cells separated by semicolons", id="C1"),
        pytest.param(lambda: b"sep=;\n" + text_of(rows(), ";"), "cells separated by semicolons", id="C5"),
        pytest.param(spoilt(lambda raw: raw.replace(b"\n", b"\r\n", HEADERS + 10)), "Windows line ends", id="C6"),
        pytest.param(
            of_rows(lambda records: [*records[:HEADERS], *([*row, ""] for row in records[HEADERS:])]),
            f"Responses: {PEOPLE}",
            id="C10",
        ),
        pytest.param(lambda: text_of(rows()), "Tool: Qualtrics", id="C14"),
        pytest.param(
            of_rows(lambda records: [records[0], *records[HEADERS:]]), "a table with one header row", id="C14 removed"
        ),
        pytest.param(
            of_rows(lambda records: [*records, [""] * len(records[0]), []]), f"Responses: {PEOPLE}", id="C17 blank"
        ),
        pytest.param(of_rows(renamed("Q15", "{self.gseq + 1}")), "{self.gseq + 1}", id="C18"),
    ],
)
def test_what_can_be_mended_is_mended_and_told(tmp_path: Path, written: Written, says: str) -> None:
    for folder, content in (("as", text_of(rows())), ("mended", written())):
        (tmp_path / folder).mkdir()
        result = imported(tmp_path / folder, content)
        assert result.exit_code == 0, result.output
    assert says in result.stdout
    made, mended = ((tmp_path / folder / "out" / "survey.csv").read_bytes() for folder in ("as", "mended"))
    assert mended == made


def test_the_same_record_twice_is_one_response_of_the_flow(tmp_path: Path) -> None:  # D33
    result = imported(tmp_path, of_rows(twice())())
    assert result.exit_code == 0
    assert f"Responses: {PEOPLE + 1}" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Duration (in seconds)", "how long people took"),
        ("Status", "previews"),
        ("Finished", "who stopped early"),
        ("Q8_1", "attention"),
        ("Q1", "consent"),
        ("ExternalReference", "who answered twice"),
    ],
)
def test_a_missing_optional_column_is_told(tmp_path: Path, column: str, said: str) -> None:  # D2
    result = imported(tmp_path, of_rows(without(column))())
    assert result.exit_code == 0
    line = next(line for line in result.stdout.splitlines() if line.startswith("Not in the file"))
    assert "rules are not applied" in line
    assert said in line


# ---------- all of them


def many(records: Rows) -> Rows:
    for number in range(9):
        records[HEADERS + number][records[0].index(f"Q10_{number % 2 + 1}")] = f"=8{number}"
    return records


def test_more_faults_than_are_told_are_all_listed_in_a_file(tmp_path: Path) -> None:
    result = imported(tmp_path, of_rows(many)())
    listed = tmp_path / "out" / problem_list.FILE
    assert result.exit_code == 2
    assert f"and 4 more All 9 are listed in {listed}" in told(result)
    table = list(csv.DictReader(io.StringIO(listed.read_text(encoding="utf-8-sig"))))
    assert [row["row"] for row in table] == [str(FIRST + number) for number in range(9)]
    assert [row["column"] for row in table] == [f"Q10_{number % 2 + 1}" for number in range(9)]
    assert [row["value"] for row in table] == [f"'=8{number}" for number in range(9)]  # no formula
    assert all("a whole number from 1 to 7" in row["message"] and row["remedy"] for row in table)


def test_few_faults_are_told_without_a_file(tmp_path: Path) -> None:
    assert imported(tmp_path, cell("Q10_1", "8")()).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_the_list_goes_when_the_file_is_right(tmp_path: Path) -> None:
    imported(tmp_path, of_rows(many)())
    assert imported(tmp_path, text_of(rows())).exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["survey.csv"]


def test_a_list_that_cannot_be_written_is_told_and_the_faults_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    result = imported(tmp_path, of_rows(many)())
    assert result.exit_code == 2
    assert "value '=80'" in told(result)
    assert "Traceback" not in result.output


# ---------- people


def of_people(records: Rows) -> Rows:
    return [
        [f"R_{number:015d}" if tag == "ResponseId" and number >= HEADERS else value for tag, value in pairs]
        for number, row in enumerate(without("data_origin")(records))
        for pairs in [list(zip(without("data_origin")(records)[0], row, strict=True))]
    ]


def test_people_are_told_how_many_could_be_known_again(tmp_path: Path) -> None:
    result = imported(tmp_path, of_rows(of_people)())
    assert result.exit_code == 0, result.output
    line = next(line for line in result.stdout.splitlines() if line.startswith("Anonymity: "))
    assert f"of {PEOPLE} people share age, gender" in line
    assert "do not publish" in line


def test_nobody_is_told_so_of_simulated_answers(tmp_path: Path) -> None:
    assert "Anonymity" not in imported(tmp_path, text_of(rows())).stdout


def test_columns_of_personal_data_are_named_with_their_filled_cells(tmp_path: Path) -> None:
    result = imported(tmp_path, of_rows(renamed("Q15", "E-mailadres"))())
    line = next(line for line in result.stdout.splitlines() if line.startswith("Personal data among them: "))
    assert f"IPAddress ({PEOPLE} cells)" in line
    assert "E-mailadres (" in line
    assert "RecipientLastName (0 cells)" in line


def test_a_first_response_that_is_taken_for_headings_is_not_printed(tmp_path: Path) -> None:
    def change(records: Rows) -> Rows:
        records[0][records[0].index("Q15")] = "noor@example.org"
        records[0][records[0].index("Q10_1")] = "Q10_1 0470 12 34 56"
        return records

    result = imported(tmp_path, of_rows(change)())
    assert result.exit_code == 2
    assert "Q10_1" in told(result)
    assert "noor" not in result.output
    assert "0470" not in result.output
