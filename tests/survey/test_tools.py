"""What each tool records about a response, as its own files show it."""

from __future__ import annotations

import pytest

from companion.survey.exports import google_forms, limesurvey, microsoft_forms, moments, surveymonkey
from companion.survey.exports.table import RawTable


def recorded(table: RawTable, thing: str) -> list[str] | None:
    tag = table.recorded(thing)
    return None if tag is None else table.cells(tag)


LIME = [
    [
        "id",
        "submitdate",
        "lastpage",
        "startlanguage",
        "seed",
        "token",
        "startdate",
        "ipaddr",
        "q1[vis1]",
        "interviewtime",
    ],
    ["9", "1980-01-01 00:00:00", "8", "nl-informal", "1", "t1", "1980-01-01 00:00:00", "192.0.2.1", "A1", "301.5"],
    ["10", "", "3", "nl-informal", "2", "t2", "1980-01-01 00:00:00", "192.0.2.2", "A2", "20"],
    [""],
]


def test_a_response_of_limesurvey_is_finished_where_it_was_submitted_whatever_the_date() -> None:
    table = limesurvey.table("f.csv", LIME)
    assert recorded(table, "finished") == ["True", "False"]
    assert recorded(table, "seconds") == ["301.5", "20"]
    assert recorded(table, "id") == ["9", "10"]


@pytest.mark.parametrize(
    ("heads", "known"),
    [
        (["Respons ID", "Datum verzonden"], True),
        (["Response ID", "Date submitted"], True),
        (["Antwort ID", "Datum Abgeschickt"], True),
        (["id", "name"], False),
        (["submitdate", "name"], False),
    ],
)
def test_limesurvey_is_known_in_the_words_of_several_languages(heads: list[str], known: bool) -> None:
    assert limesurvey.recognised([heads]) is known


def forms(start: str, end: str) -> list[list[str]]:
    return [
        ["ID", "Start time", "Completion time", "Email", "Name", "Days?"],
        ["1", start, end, "anonymous", "", "Mon;"],
    ]


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        pytest.param("2026-09-01 11:27:05", "2026-09-01 11:31:05", ["240"], id="a workbook"),
        pytest.param("9/13/2026 11:27", "9/13/2026 11:31", ["240"], id="month first"),
        pytest.param("13/9/2026 11:27:00", "13/9/2026 11:31:10", ["250"], id="day first"),
        pytest.param("9/1/2026 11:27", "9/1/2026 11:31", None, id="either"),
        pytest.param("yesterday", "today", None, id="neither"),
    ],
)
def test_microsoft_forms_tells_how_long_it_took_where_its_moments_have_one_reading(
    start: str, end: str, seconds: list[str] | None
) -> None:
    assert recorded(microsoft_forms.table("f.xlsx", forms(start, end)), "seconds") == seconds


def test_the_semicolon_behind_an_answer_of_microsoft_forms_is_none_of_it() -> None:
    assert microsoft_forms.table("f.xlsx", forms("", "")).cells("Days?") == ["Mon"]


def test_google_forms_records_nothing_about_a_response() -> None:
    table = google_forms.table("f.csv", [["Tijdstempel", "Hoe oud?"], ["4-5-2026 10:59:37", "24"]])
    assert {thing: recorded(table, thing) for thing in ("id", "person", "seconds", "finished", "status", "start")} == (
        dict.fromkeys(("id", "person", "seconds", "finished", "status", "start"))
    )


MONKEY = [
    [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "End Date",
        "IP Address",
        "How old?",
        "Of her:",
        "",
        "Which?",
        "",
    ],
    ["", "", "", "", "", "Open-Ended Response", "I like her", "I trust her", "A", "Other (please specify)"],
    ["118", "4", "01/31/2026 10:00:00 PM", "01/31/2026 10:05:00 PM", "192.0.2.1", "24", "Agree", "Disagree", "A", ""],
]


def test_two_header_rows_of_surveymonkey_become_one_name_a_column() -> None:
    table = surveymonkey.table("f.csv", MONKEY)
    assert surveymonkey.recognised(MONKEY)
    assert table.cells("How old?") == ["24"]
    assert table.cells("Of her: [I trust her]") == ["Disagree"]
    assert table.cells("Which? [A]") == ["A"]
    assert recorded(table, "seconds") == ["300"]
    assert recorded(table, "start") == ["2026-01-31 22:00:00"]
    assert table.rows == [3]


def test_a_table_with_one_header_row_is_not_surveymonkey() -> None:
    assert not surveymonkey.recognised([MONKEY[0], MONKEY[2]])


def test_a_response_without_its_end_has_no_duration() -> None:
    found = moments.spans(["2026-05-04 10:00:00", "2026-05-04 11:00:00"], ["", "2026-05-04 11:01:00"])
    assert found == (["", "2026-05-04 11:00:00"], ["", "60"])
