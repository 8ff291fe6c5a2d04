import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.errors import InputError, Problem
from companion.survey import exports, imported
from companion.survey.exports import qualtrics
from companion.survey.exports.translation import translated

Records: TypeAlias = list[list[str]]

FIRST = shipped.HEADER_ROWS  # position of the first response among the records
SPREADSHEET = FIRST + 1  # and its row in a spreadsheet


def few() -> Records:
    """The header and the first forty responses of the shipped survey."""
    return shipped.rows()[: FIRST + 40]


def put(column: str, value: str, response: int = 0) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        records[FIRST + response][records[0].index(column)] = value

    return change


def together(*changes: Callable[[Records], None]) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        for one in changes:
            one(records)

    return change


def drop(column: str) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        position = records[0].index(column)
        for record in records:
            del record[position]

    return change


def rename(column: str, name: str) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        records[0][records[0].index(column)] = name

    return change


def read(tmp_path: Path, change: Callable[[Records], None] | None = None, encoding: str = "utf-8") -> exports.Export:
    records = few()
    if change:
        change(records)
    return imported.read(shipped.write(tmp_path / "export.csv", records, encoding), shipped.asked()).export


def faults(tmp_path: Path, change: Callable[[Records], None]) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, change)
    return caught.value.problems


# ---------- what is read


def test_every_row_of_the_shipped_survey_is_read() -> None:
    assert len(shipped.export().data) == len(shipped.rows()) - shipped.HEADER_ROWS


def test_answers_become_codes_and_levels() -> None:
    rows = shipped.rows()
    raw = dict(zip(rows[0], rows[FIRST], strict=True))
    read_as = shipped.export().data.iloc[0]
    labels = {choice.nl: choice.code for choice in shipped.asked().scales["agreement"]}
    assert read_as["psr1"] == labels[raw["Q10_1"]]
    assert read_as["age"] == float(raw["Q2"])
    assert read_as["valence"] == {"positief": "positive", "negatief": "negative"}[raw["valentie"]]
    assert read_as["interaction"] == {"geen": "none", "like": "like", "reactie": "reply"}[raw["interactie"]]
    assert read_as["row"] == SPREADSHEET


def test_unanswered_is_missing(tmp_path: Path) -> None:
    assert np.isnan(read(tmp_path, put("Q10_1", "")).data["psr1"].iloc[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "written",
    ["Eerder akkoord", "eerder AKKOORD", "  Eerder   akkoord ", "Eerder\u00a0akkoord", "Somewhat agree", "5", "5.0"],
)
def test_a_label_may_be_written_in_several_ways(tmp_path: Path, written: str) -> None:
    assert read(tmp_path, put("Q10_1", written)).data["psr1"].iloc[0] == 5


def test_choice_texts_and_numbers_give_the_same_table(tmp_path: Path) -> None:
    def to_numbers(records: Records) -> None:
        for question in shipped.asked().closed.values():
            codes = {choice.nl: str(choice.code) for choice in shipped.asked().scales[str(question.scale)]}
            position = records[0].index(question.column)
            for record in records[FIRST:]:
                record[position] = codes.get(record[position], "")

    pd.testing.assert_frame_equal(read(tmp_path, to_numbers).data, read(tmp_path).data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_other_encodings_give_the_same_table(tmp_path: Path, encoding: str) -> None:
    pd.testing.assert_frame_equal(read(tmp_path, encoding=encoding).data, read(tmp_path).data)


def test_windows_line_ends_and_blank_rows_change_nothing(tmp_path: Path) -> None:
    file = shipped.write(tmp_path / "export.csv", few())
    plain = imported.read(file, shipped.asked()).export.data
    columns = len(few()[0])
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n") + b"," * (columns - 1) + b"\r\n\r\n")
    pd.testing.assert_frame_equal(imported.read(file, shipped.asked()).export.data, plain)


Rewritten: TypeAlias = Callable[[Records], bytes]


def text(delimiter: str = ",", line_end: str = "\n", encoding: str = "utf-8", before: str = "") -> Rewritten:
    """Give what writes records as a spreadsheet of some country and age does."""

    def write(records: Records) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(records)
        return (before + out.getvalue()).encode(encoding)

    return write


def headers(*order: int) -> Rewritten:
    """Give what puts the header rows in another order, or leaves some away."""
    return lambda records: text()([records[number] for number in order] + records[FIRST:])


def in_single_quotes(records: Records) -> bytes:
    records[2] = [cell.replace('"', "'") for cell in records[2]]
    return text()(records)


def longer_responses(records: Records) -> bytes:
    return text()([*records[:FIRST], *([*record, ""] for record in records[FIRST:])])


def below_a_title(records: Records) -> bytes:
    width = len(records[0])
    return text(";")([["Survey 2026", *[""] * (width - 1)], [""] * width, records[0], *records[FIRST:]])


def of_2016(records: Records) -> bytes:
    old = {new: name for name, new in qualtrics.LEGACY.items()}
    about = {*qualtrics.RECORD.values(), *qualtrics.PERSONAL, "EndDate", "RecordedDate", "Progress", "UserLanguage"}
    places = [number for number, tag in enumerate(records[0]) if tag in about]
    records[1] = [
        old.get(tag, tag) if n in places else label for n, (tag, label) in enumerate(zip(*records[:2], strict=True))
    ]
    records[0] = [f"V{places.index(number) + 1}" if number in places else tag for number, tag in enumerate(records[0])]
    return text()([*records[:2], *records[FIRST:]])


@pytest.mark.slow
@pytest.mark.parametrize(
    "rewritten",
    [
        pytest.param(text(";"), id="semicolons"),
        pytest.param(text(";", "\r\n", "cp1252"), id="Belgian Excel"),
        pytest.param(text(";", before="sep=;\n"), id="Excel's line about the delimiter"),
        pytest.param(text("\t", "\r\n", "utf-16"), id="Unicode text of Excel"),
        pytest.param(text("\t"), id="tabs"),
        pytest.param(text(line_end="\r"), id="old Macintosh"),
        pytest.param(text(";", "\r", "cp1252", "sep=;\r"), id="old Macintosh with Excel's line"),
        pytest.param(headers(1, 0, 2), id="labels first"),
        pytest.param(headers(2, 0, 1), id="ImportIds first"),
        pytest.param(headers(2, 1, 0), id="tags last"),
        pytest.param(headers(0, 2), id="no labels"),
        pytest.param(headers(2, 0), id="ImportIds first and no labels"),
        pytest.param(headers(0), id="tags alone"),
        pytest.param(in_single_quotes, id="ImportIds in single quotes"),
        pytest.param(longer_responses, id="empty cells beyond the header"),
        pytest.param(below_a_title, id="a title above the header"),
        pytest.param(of_2016, id="Qualtrics of 2016"),
    ],
)
def test_a_file_written_in_another_way_gives_the_same_table(tmp_path: Path, rewritten: Rewritten) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(rewritten(few()))
    found = imported.read(file, shipped.asked()).export
    pd.testing.assert_frame_equal(found.data.drop(columns="row"), read(tmp_path).data.drop(columns="row"))
    assert found.simulated


@pytest.mark.parametrize(("written", "age"), [("24,5", 24.5), ("24.5", 24.5), ("24", 24)])
def test_a_number_may_have_a_decimal_comma(tmp_path: Path, written: str, age: float) -> None:
    assert read(tmp_path, put("Q2", written)).data["age"].iloc[0] == age


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    def shuffle(records: Records) -> None:
        order = np.random.default_rng(1).permutation(len(records) - FIRST)
        records[FIRST:] = [records[FIRST + number] for number in order]

    plain, shuffled = (read(tmp_path, change).data.drop(columns="row") for change in (None, shuffle))
    pd.testing.assert_frame_equal(shuffled, plain)


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    import hashlib

    assert shipped.export().digest == hashlib.sha256(shipped.SURVEY.read_bytes()).hexdigest()
    assert read(tmp_path).digest != shipped.export().digest


# ---------- personal data and provenance


def test_only_named_columns_are_kept() -> None:
    kept = {"row", "copy", "person", "preview", "finished", "seconds", *shipped.asked().columns}
    assert set(shipped.export().data) == kept


def test_no_personal_value_is_left() -> None:
    text = shipped.export().data.astype(str).to_csv()
    assert "@" not in text
    assert "192.0.2." not in text
    assert "uitnodiging" not in text
    assert "R_SIMULATED" not in text


def test_what_was_left_behind_is_counted() -> None:
    left = shipped.export().left_behind
    assert left["IPAddress"] == len(shipped.export().data)
    assert left["RecipientLastName"] == 0


def test_nothing_that_is_read_is_counted_as_left_behind() -> None:
    """An answer listed among personal data would frighten whoever imports."""
    assert not {*shipped.export().left_behind} & {*shipped.asked().columns.values()}


def test_a_personal_column_that_the_tool_does_not_know_is_left_behind_too() -> None:
    records = [[*row, cell] for row, cell in zip(few(), ["E-mailadres"] * FIRST + ["a@example.org", ""], strict=False)]
    export = translated(qualtrics.table("export.csv", records), "", shipped.asked())
    assert export.left_behind["E-mailadres"] == 1


def test_a_person_is_known_by_a_number_only() -> None:
    rows = shipped.rows()
    position = rows[0].index("ExternalReference")
    assert shipped.export().data["person"].nunique() == len({row[position] for row in rows[FIRST:]})


@pytest.mark.parametrize(
    ("change", "simulated"),
    [
        (drop("Q15"), True),
        (drop("data_origin"), True),
        (drop("ResponseId"), True),
        (together(drop("data_origin"), drop("ResponseId")), False),
    ],
)
def test_either_mark_is_enough_to_be_simulated(
    tmp_path: Path, change: Callable[[Records], None], simulated: bool
) -> None:
    assert read(tmp_path, change).simulated is simulated


# ---------- what is optional


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Q1", "consent"),
        ("Q3", "follower"),
        ("Q8_1", "attention"),
        ("T10_Page Submit", "seconds_psr"),
        ("Duration (in seconds)", "seconds"),
        ("ExternalReference", "person"),
        ("Finished", "finished"),
        ("ResponseId", "copy"),
    ],
)
def test_only_its_own_column_is_lost_with_an_optional_one(tmp_path: Path, column: str, name: str) -> None:
    export = read(tmp_path, drop(column))
    assert set(read(tmp_path).data) - set(export.data) == {name}


@pytest.mark.slow
@pytest.mark.parametrize("column", ["IPAddress", "RecipientEmail", "LocationLatitude", "UserLanguage", "Q15"])
def test_an_export_without_a_column_that_nobody_needs_reads_the_same(tmp_path: Path, column: str) -> None:
    pd.testing.assert_frame_equal(read(tmp_path, drop(column)).data, read(tmp_path).data)


@pytest.mark.parametrize("column", ["Status", "DistributionChannel"])
def test_a_preview_is_known_by_its_status_or_by_its_channel(column: str) -> None:
    records = shipped.rows()
    position = records[0].index(column)
    for record in records:
        del record[position]
    data = translated(qualtrics.table("export.csv", records), "", shipped.asked()).data
    assert data["preview"].sum() == 6 + 3


# ---------- files that are refused


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "message", "remedy", "row"),
    [
        (b"", "The file is empty (0 bytes).", "Export the survey", None),
        (b" \n\n", "The file is empty (3 bytes).", "Export the survey", None),
        (b"\xef\xbb\xbf", "The file is empty (3 bytes).", "Export the survey", None),
        (b"PK\x03\x04rest", "workbook or zip archive is damaged", "as CSV", None),
        (b"\xd0\xcf\x11\xe0rest", "protected with a password, or is of the old kind", "as .xlsx or CSV", None),
        (b"$FL2@(#) SPSS", "SPSS file is cut off or damaged", "save it in SPSS again", None),
        (b"\xff\xfeS\x00t\x00", "UTF-16 text", "as CSV", 1),
        (b"\xff\xfeS", "not UTF-16 text", "in UTF-8", 1),
        (b"<html><table>", "a web page", "as CSV", None),
        (b"a,b\n1,\x002\n", "binary zero", "as CSV", 2),
        (b"a,b\n1,\x81\n", "not UTF-8 or Windows-1252", "in UTF-8", 2),
        (b'a,b\n1,"2\n3,4\n', "no valid CSV", "quotation mark", 2),
        (b"a;b;c\n1;2;3\n", "UTF-8 text, cells separated by semicolons, Unix line ends", "--draft-mapping", 1),
        (b"a,b\nx,y\n1,2\n", "None of its columns is called as a question", "Export every question", 1),
    ],
)
def test_a_file_that_is_no_survey_export_is_refused(
    tmp_path: Path, content: bytes, message: str, remedy: str, row: int | None
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        imported.read(file, shipped.asked())
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == (str(file), row)
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_missing_file_is_refused_with_its_nearest_neighbour(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        imported.read(tmp_path / "suvrey.csv", shipped.asked())
    assert "There is no such file." in str(caught.value)
    assert "survey.csv?" in str(caught.value)


def test_a_folder_is_refused_with_the_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"a folder, not a file\. Name one file in it: survey\.csv"):
        imported.read(tmp_path, shipped.asked())


def test_a_header_without_responses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        imported.read(shipped.write(tmp_path / "export.csv", few()[:FIRST]), shipped.asked())
    assert "3 header rows and no responses" in str(caught.value)


@pytest.mark.parametrize("cells", [12, 62])
def test_a_row_of_another_length_is_refused(tmp_path: Path, cells: int) -> None:
    def change(records: Records) -> None:
        records[FIRST + 7] = (records[FIRST + 7] * 2)[:cells]

    (problem,) = faults(tmp_path, change)
    assert problem.row == SPREADSHEET + 7
    assert f"{cells} cells where the header has {len(few()[0])}" in problem.message


# ---------- columns and values that are refused


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "row", "column", "value", "message", "remedy"),
    [
        (drop("Q10_3"), 1, "Q10_3", None, "psr3 is read from it", "Export every question"),
        (rename("Q12_4", "Q12_44"), 1, "Q12_4", None, "pa4 is read from it", "The closest are Q12_44"),
        (rename("Q15", "Q10_1"), 1, "Q10_1", None, "More than one column is called this", "Rename or remove"),
        (drop("valentie"), 1, "valentie", None, "valence is read from it", "Export every question"),
        (put("Q10_2", "8", 3), SPREADSHEET + 3, "Q10_2", "8", "a whole number from 1 to 7", "Correct the cell"),
        (put("Q10_2", "0", 3), SPREADSHEET + 3, "Q10_2", "0", "a whole number from 1 to 7", "Correct the cell"),
        (put("Q10_2", "3.5", 3), SPREADSHEET + 3, "Q10_2", "3.5", "a whole number from 1 to 7", "Correct the cell"),
        (put("Q10_2", "Eerder akkord", 3), SPREADSHEET + 3, "Q10_2", "Eerder akkord", "psr2", '"Eerder akkoord"?'),
        (
            put("Q4", "Onbekend", 5),
            SPREADSHEET + 5,
            "Q4",
            "Onbekend",
            "gender is one of",
            "answers in questionnaire.yml",
        ),
        (put("valentie", "neutraal", 2), SPREADSHEET + 2, "valentie", "neutraal", '"positief", "negatief"', "Correct"),
        (put("interactie", "3", 2), SPREADSHEET + 2, "interactie", "3", '"geen", "like", "reactie"', "Correct"),
        (put("Q2", "twintig", 1), SPREADSHEET + 1, "Q2", "twintig", "age is a number", "Correct the cell"),
        (put("Q2", "1998", 1), SPREADSHEET + 1, "Q2", "1998", "A year of birth?", "Correct the cell"),
        (
            together(put("Q2", "24,5", 1), put("Q2", "24.5", 2)),
            SPREADSHEET + 1,
            "Q2",
            "24,5",
            "decimal commas in some rows and points in others",
            "Correct the cell",
        ),
        (put("Q2", "inf", 1), SPREADSHEET + 1, "Q2", "inf", "age is a number", "Correct the cell"),
        (
            put("Duration (in seconds)", "9 min", 1),
            SPREADSHEET + 1,
            "Duration (in seconds)",
            "9 min",
            "a number",
            "Correct",
        ),
        (put("Status", "Vorschau", 1), SPREADSHEET + 1, "Status", "Vorschau", "Survey Preview", "Correct the cell"),
        (put("Finished", "maybe", 1), SPREADSHEET + 1, "Finished", "maybe", "True or False", "Correct the cell"),
        (put("interactie", "", 0), SPREADSHEET, "valentie and interactie", None, "Only one of the two", "Fill in both"),
        (
            together(put("valentie", "", 0), put("interactie", "", 0)),
            SPREADSHEET,
            "valentie and interactie",
            None,
            "not which post was shown",
            "embedded data",
        ),
        (
            together(put("data_origin", "", 6), put("ResponseId", "R_3nG7kQ2pXb9TzL1", 6)),
            SPREADSHEET + 6,
            "data_origin",
            None,
            "39 of 40 rows are marked as simulated",
            "Never mix",
        ),
    ],
)
def test_a_fault_names_row_column_value_and_remedy(
    tmp_path: Path,
    change: Callable[[Records], None],
    row: int,
    column: str,
    value: str | None,
    message: str,
    remedy: str,
) -> None:
    (problem,) = faults(tmp_path, change)
    assert Path(problem.file) == tmp_path / "export.csv"
    assert (problem.row, problem.column, problem.value) == (row, column, value)
    assert message in problem.message
    assert remedy in problem.remedy


def test_two_answers_under_one_id_are_refused(tmp_path: Path) -> None:
    def change(records: Records) -> None:
        position = records[0].index("ResponseId")
        records[FIRST + 9][position] = records[FIRST + 2][position]

    (problem,) = faults(tmp_path, change)
    assert (problem.row, problem.column) == (SPREADSHEET + 9, "ResponseId")
    assert f"row {SPREADSHEET + 2}, with other answers" in problem.message


def test_a_value_that_stands_in_many_rows_is_told_once(tmp_path: Path) -> None:
    (problem,) = faults(tmp_path, together(*(put("Q10_1", "9", response) for response in (4, 2, 8))))
    assert problem.row == SPREADSHEET + 2
    assert "It stands in 3 rows." in problem.message


@pytest.mark.parametrize(
    ("written", "shown"),
    [("noor@example.org", "***@***"), ("from 192.0.2.7", "from *.*.*.*"), ("words " * 30, "words " * 9 + "...")],
)
def test_a_message_shows_no_address_and_no_long_text(tmp_path: Path, written: str, shown: str) -> None:
    assert faults(tmp_path, put("Q2", written))[0].value == shown


def test_all_faults_of_the_answers_are_told_in_one_pass_by_row(tmp_path: Path) -> None:
    found = faults(tmp_path, together(put("Q12_1", "9", 4), put("Q2", "x", 2), put("valentie", "y", 3)))
    assert [(problem.row, problem.column) for problem in found] == [
        (SPREADSHEET + 2, "Q2"),
        (SPREADSHEET + 3, "valentie"),
        (SPREADSHEET + 4, "Q12_1"),
    ]


def test_all_missing_columns_are_told_in_one_pass(tmp_path: Path) -> None:
    assert [problem.column for problem in faults(tmp_path, together(drop("Q10_1"), drop("Q12_4")))] == [
        "Q10_1",
        "Q12_4",
    ]


def test_rows_are_counted_as_a_spreadsheet_does_despite_line_breaks_in_cells(tmp_path: Path) -> None:
    change = together(put("Q15", "one\ntwo\nthree", 0), put("Q10_1", "9", 1))
    assert faults(tmp_path, change)[0].row == SPREADSHEET + 1
