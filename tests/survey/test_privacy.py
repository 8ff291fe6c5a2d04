"""What counts as personal in a survey file, and what does not."""

from __future__ import annotations

import re

import pytest
import shipped

from companion.survey import privacy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("noor@example.org", "an e-mail address or a handle"),
        ("my mail is noor.p+x@mail.example.org.", "an e-mail address or a handle"),
        ("I follow @noor_eats", "an e-mail address or a handle"),
        ("192.0.2.77", "an IP address"),
        ("2001:db8::8a2e:370:7334", "an IP address"),
        ("BE71 0961 2345 6769", "the number of a bank account"),
        ("be71096123456769 please", "the number of a bank account"),
        ("NL91ABNA0417164300", "the number of a bank account"),
        ("93.05.18-223.61", "a national number"),
        ("93051822361", "a national number"),
        ("00.01.01-001.05", "a national number"),
        ("0470 12 34 56", "a telephone number"),
        ("0470123456", "a telephone number"),
        ("0470/12.34.56", "a telephone number"),
        ("+32 470 12 34 56", "a telephone number"),
        ("0032 2 555 12 12", "a telephone number"),
        ("02 555 12 12", "a telephone number"),
        ("06-12345678", "a telephone number"),
        ("+31 6 12345678", "a telephone number"),
    ],
)
def test_a_personal_value_is_known_and_masked(text: str, kind: str) -> None:
    assert privacy.kind(text) == kind
    assert re.search(r"noor|\d{2}", privacy.shown(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04 10:59:37",
        "2026-05-04T10:59:37.123",
        "4-5-2026 10:59:37",
        "05.04.2026 10:59",
        "05/04/2026 10:59:37",
        "11/24/2026 9:05",
        "10:59:37",
        "00:05:12",
        "1-7",
        "24,5",
        "1.234,56",
        "512.3456",
        "0.123456789",
        "1 2 3 4 5 6 7",
        "18-24",
        "R_3nG7kQ2pXb9TzL1",
        "A1",
        "0012",
        "5 - Helemaal akkoord",
        "Noch eens, noch oneens",
        "-99",
        "BE71 0961 2345 6768",
        "93.05.18-223.62",
        "93.13.18-223.00",
        "999.1.2.3",
        "1.2.3",
        "50 @ 3 euro",
    ],
)
def test_an_answer_a_date_or_a_number_of_a_wrong_check_is_not_personal(text: str) -> None:
    assert privacy.kind(text) is None


def test_no_answer_and_no_heading_of_the_questionnaire_is_personal() -> None:
    labels = [word for scale in shipped.asked().scales.values() for choice in scale for word in (choice.nl, choice.en)]
    columns = list(shipped.asked().columns.values())
    assert len(labels) > 20
    assert [label for label in labels if privacy.kind(label) or privacy.shown(label) != label] == []
    assert [column for column in columns if privacy.is_personal(column)] == []


@pytest.mark.parametrize(
    "heading",
    [
        "IPAddress",
        "ipaddr",
        "IP-adres",
        "RecipientEmail",
        "Email Address",
        "E-mailadres",
        "E-mail",
        "Adresse e-mail",
        "Naam",
        "Name",
        "Prénom",
        "ExternalDataReference",
        "LocationLatitude",
        "token",
        "refurl",
        "PROLIFIC_PID",
        "SESSION_ID",
        "workerId",
        "Telefoonnummer",
        "studentnummer",
        "Geboortedatum",
        "Date of birth",
        "What is your phone number?",
    ],
)
def test_a_column_of_personal_data_is_known_by_its_heading(heading: str) -> None:
    assert privacy.is_personal(heading)


@pytest.mark.parametrize("heading", ["Q2", "StartDate", "Status", "Finished", "Hoe oud ben je?", "Naamsbekendheid"])
def test_another_column_is_not_taken_for_personal(heading: str) -> None:
    assert not privacy.is_personal(heading)
