import csv
import io
import json
import re
from collections import Counter

import pytest
import shipped

from companion.errors import InputError
from companion.survey.exports import qualtrics
from companion.truth import simulate

STANDARD = """
StartDate, EndDate, Status, IPAddress, Progress, Duration (in seconds), Finished, RecordedDate, ResponseId,
RecipientLastName, RecipientFirstName, RecipientEmail, ExternalReference, LocationLatitude, LocationLongitude,
DistributionChannel, UserLanguage
"""
METADATA = [name.strip() for name in STANDARD.split(",")]


@pytest.fixture(scope="module")
def table() -> list[dict[str, str]]:
    rows = shipped.rows()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[shipped.HEADER_ROWS :]]


def count(table: list[dict[str, str]], column: str, *values: str) -> int:
    return sum(row[column] in values for row in table)


def test_the_shipped_survey_is_what_the_truth_gives_byte_for_byte() -> None:
    assert simulate.survey(shipped.truth(), shipped.asked()) == shipped.SURVEY.read_bytes()


def test_another_seed_gives_another_survey() -> None:
    other = shipped.truth().model_copy(update={"seed": 2019})
    assert simulate.survey(other, shipped.asked()) != shipped.SURVEY.read_bytes()


def test_the_file_opens_with_the_seventeen_columns_of_qualtrics() -> None:
    assert shipped.rows()[0][:17] == METADATA


def test_the_third_header_row_holds_an_import_id_for_every_column() -> None:
    identities = [json.loads(cell)["ImportId"] for cell in shipped.rows()[2]]
    assert len(set(identities)) == len(identities) == len(shipped.rows()[0])


def test_the_second_header_row_holds_what_was_asked() -> None:
    labels = dict(zip(*shipped.rows()[:2], strict=True))
    for construct in shipped.asked().constructs.values():
        for item in construct.items.values():
            assert labels[item.column] == f"{construct.stem.nl}\n - {item.text.nl}"


def test_every_column_of_the_questionnaire_is_there() -> None:
    assert set(shipped.asked().columns.values()) <= set(shipped.rows()[0])


def test_answers_are_dutch_labels(table: list[dict[str, str]]) -> None:
    labels = {choice.nl for choice in shipped.asked().scales["agreement"]}
    assert {row["Q10_1"] for row in table} - {""} == labels


def test_every_row_says_twice_that_it_is_simulated(table: list[dict[str, str]]) -> None:
    assert {row["data_origin"] for row in table} == {"simulated"}
    assert all(row["ResponseId"].startswith("R_SIMULATED_") for row in table)


def test_personal_data_come_from_reserved_ranges_only() -> None:
    text = shipped.SURVEY.read_text(encoding="utf-8")
    addresses = re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text)
    mails = re.findall(r"[\w.+-]+@[\w.-]+", text)
    assert len(addresses) > 1_000
    assert len(mails) > 100
    assert all(address.startswith("192.0.2.") for address in addresses)
    assert all(mail.endswith("@example.org") for mail in mails)


@pytest.mark.parametrize("column", ["RecipientLastName", "RecipientFirstName", "LocationLatitude", "LocationLongitude"])
def test_no_names_or_places_are_made_up(table: list[dict[str, str]], column: str) -> None:
    assert {row[column] for row in table} == {""}


@pytest.mark.parametrize(
    ("column", "values", "planted"),
    [
        ("Status", ("Survey Preview",), 6),
        ("Status", ("Survey Test",), 3),
        ("Q1", ("Nee, ik neem niet deel",), 17),
        ("Q2", ("14", "15", "16", "17"), 11),
        ("Q2", tuple(map(str, range(31, 100))), 13 + 4),
        ("Q3", ("Nee",), 21 + 4),
        ("Finished", ("False",), 14 + 29 + 16),
    ],
)
def test_the_mess_is_there_in_the_planted_numbers(
    table: list[dict[str, str]], column: str, values: tuple[str, ...], planted: int
) -> None:
    assert count(table, column, *values) == planted


def test_those_without_consent_answer_nothing(table: list[dict[str, str]]) -> None:
    refused = [row for row in table if row["Q1"].startswith("Nee")]
    assert {
        value for row in refused for column, value in row.items() if re.match(r"Q\d|T\d", column) and column != "Q1"
    } == {""}


def test_four_records_stand_twice() -> None:
    assert sorted(Counter(map(tuple, shipped.rows())).values(), reverse=True)[:5] == [2, 2, 2, 2, 1]


def test_people_who_answer_twice_come_back_later(table: list[dict[str, str]]) -> None:
    starts: dict[str, dict[str, str]] = {}
    for row in table:
        starts.setdefault(row["ExternalReference"], {})[row["ResponseId"]] = row["StartDate"]
    twice = [sorted(times.values()) for times in starts.values() if len(times) > 1]
    assert len(twice) == 8
    assert all(first < second for first, second in twice)


def test_a_fifth_of_a_percent_of_the_eligible_cells_is_missing() -> None:
    eligible = shipped.selected().with_missing[shipped.asked().items_of(shipped.plan().model.constructs)]
    assert int(eligible.isna().sum().sum()) == 36
    assert eligible.isna().mean().mean() == pytest.approx(0.002, abs=0.0001)


def test_remarks_hold_line_breaks_commas_and_quotation_marks(table: list[dict[str, str]]) -> None:
    remarks = "".join(row["Q15"] for row in table)
    assert all(mark in remarks for mark in ("\n", ",", '"'))


def test_the_second_survey_has_the_same_mess_and_other_answers() -> None:
    content = simulate.survey(shipped.truth("truth-no-reversal.yml"), shipped.asked())
    other = list(csv.reader(io.StringIO(content.decode(), newline="")))
    rows = shipped.rows()
    consent, answer = rows[0].index("Q1"), rows[0].index("Q10_1")
    assert [row[consent] for row in other] == [row[consent] for row in rows]
    assert [row[answer] for row in other] != [row[answer] for row in rows]


def test_a_truth_about_other_items_is_refused() -> None:
    truth = shipped.truth()
    fewer = truth.model_copy(update={"items": {name: item for name, item in truth.items.items() if name != "pa4"}})
    with pytest.raises(InputError, match="pa4"):
        simulate.survey(fewer, shipped.asked())


def test_the_reader_takes_the_columns_of_qualtrics_by_the_names_that_are_written() -> None:
    assert {*qualtrics.RECORD.values(), *qualtrics.PERSONAL} <= set(METADATA)
