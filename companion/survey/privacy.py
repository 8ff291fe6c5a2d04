"""What is personal in a survey file: columns that tools call so, and numbers and addresses of persons in a text."""

from __future__ import annotations

import ipaddress
import re
import textwrap
import unicodedata
from collections.abc import Iterator

LONGEST_SHOWN = 60
COLUMNS = frozenset(
    {
        "achternaam",
        "address",
        "adres",
        "adresse",
        "adresseemail",
        "adresseip",
        "adressemail",
        "bankaccount",
        "birthdate",
        "birthday",
        "bsn",
        "courriel",
        "datedenaissance",
        "dateofbirth",
        "email",
        "emailaddress",
        "emailadres",
        "externaldatareference",
        "externalreference",
        "familienaam",
        "firstname",
        "fullname",
        "geboortedatum",
        "gebruikersnaam",
        "gsm",
        "gsmnummer",
        "iban",
        "instagramhandle",
        "ipaddr",
        "ipaddress",
        "ipadres",
        "lastname",
        "latitude",
        "locationlatitude",
        "locationlongitude",
        "longitude",
        "mobile",
        "naam",
        "name",
        "nationalnumber",
        "nom",
        "operatingsystem",
        "paymentcode",
        "phone",
        "phonenumber",
        "prenom",
        "prolificid",
        "prolificpid",
        "psid",
        "recipientemail",
        "recipientfirstname",
        "recipientlastname",
        "refurl",
        "rekeningnummer",
        "respondentid",
        "responseid",
        "rid",
        "rijksregisternummer",
        "sessionid",
        "studentid",
        "studentnumber",
        "studentnummer",
        "telefoon",
        "telefoonnummer",
        "telephone",
        "token",
        "tokenguid",
        "transactionid",
        "useragent",
        "userlanguage",
        "username",
        "voornaam",
        "workerid",
    }
)
"""What the survey tools, in English, Dutch and French, call columns with personal data: their letters alone."""
WITHIN = (
    "emailadres",
    "emailaddress",
    "adresseemail",
    "adressemail",
    "telefoonnummer",
    "phonenumber",
    "geboortedatum",
    "dateofbirth",
    "rijksregister",
    "ipaddress",
    "studentnummer",
    "operatingsystem",
)
"""What makes a longer heading, such as a whole question, one of personal data."""

EMAIL = re.compile(r"[^\s@]+@[^\s@]+|(?<!\w)@\w+")
IP_V4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
IP_V6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE)
IBAN_LENGTHS = range(15, 35)
NATIONAL = re.compile(r"(?<!\d)(\d{2})[. ]?(\d{2})[. ]?(\d{2})[- ]?(\d{3})[. ]?(\d{2})(?!\d)")
DATE = r"(?<!\d)(?:\d{1,2}(?P<a>[-/.])\d{1,2}(?P=a)(?:19|20)\d{2}|(?:19|20)\d{2}(?P<b>[-/.])\d{1,2}(?P=b)\d{1,2})(?!\d)"
PHONE = re.compile(
    rf"(?P<date>{DATE})"
    r"|(?<![\w.,])(?<!\d )(?:(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(0\)[ ]?)?[1-9]\d{0,3}|0[1-9]\d{0,2})"
    r"(?:[ ./-]?\d{2,4}){2,4}(?![\d:])"
)
PHONE_DIGITS = range(9, 16)
LONG_NUMBER = re.compile(r"\d{7,}")


def is_personal(heading: str) -> bool:
    """Say whether a column of this heading holds personal data, as far as its name tells.

    Examples
    --------
    >>> [is_personal(heading) for heading in ("IP-adres", "Prénom", "Wat is je e-mailadres?", "Q10_1")]
    [True, True, True, False]
    """
    letters = unicodedata.normalize("NFKD", heading).casefold()
    name = "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
    return name in COLUMNS or any(words in name for words in WITHIN)


def kind(text: str) -> str | None:
    """Say what personal a text holds: an address, a telephone number, a national number or that of an account.

    Numbers with check digits count only where those are right.

    Examples
    --------
    >>> kind("mail noor@example.org"), kind("93.05.18-223.61"), kind("93.05.18-223.62")
    ('an e-mail address or a handle', 'a national number', None)
    >>> kind("2026-05-04 10:59:37"), kind("4,5"), kind("Eerder akkoord")
    (None, None, None)
    """
    return next((what for what, _ in _finds(text)), None)


def shown(text: str) -> str:
    """Give a text as a message may show it: not long, and without what is personal.

    Examples
    --------
    >>> shown("from 192.0.2.7"), shown("BE71 0961 2345 6769!"), shown("0470 12 34 56"), shown("id 123456789")
    ('from *.*.*.*', '***!', '***', 'id ***')
    """
    for what, found in list(_finds(text)):
        text = text.replace(found, STARS.get(what, "***"))
    text = LONG_NUMBER.sub("***", text)
    return textwrap.shorten(text, LONGEST_SHOWN, placeholder=" ...") if len(text) > LONGEST_SHOWN else text


AN_EMAIL = "an e-mail address or a handle"
AN_IP = "an IP address"
STARS = {AN_EMAIL: "***@***", AN_IP: "*.*.*.*"}


def _finds(text: str) -> Iterator[tuple[str, str]]:
    yield from ((AN_EMAIL, found[0]) for found in EMAIL.finditer(text))
    yield from ((AN_IP, found[0]) for sort in (IP_V4, IP_V6) for found in sort.finditer(text) if _is_ip(found[0]))
    for found in IBAN.finditer(text):
        yield from (("the number of a bank account", account) for account in _accounts(found[0]))
    yield from (("a national number", found[0]) for found in NATIONAL.finditer(text) if _is_national(*found.groups()))
    for found in PHONE.finditer(text):
        if found["date"] is None and sum(map(str.isdigit, found[0])) in PHONE_DIGITS:
            yield "a telephone number", found[0]


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _accounts(text: str) -> Iterator[str]:
    """Give the longest beginning that is an IBAN, as words may follow it (ISO 13616: turned, it is 1 modulo 97)."""
    for end in range(len(text), IBAN_LENGTHS.start - 1, -1):
        account = text[:end].replace(" ", "").upper()
        turned = "".join(str(int(sign, 36)) for sign in account[4:] + account[:4])
        if len(account) in IBAN_LENGTHS and (end == len(text) or text[end] == " ") and int(turned) % 97 == 1:
            yield text[:end].rstrip()
            return


def _is_national(year: str, month: str, day: str, order: str, check: str) -> bool:
    """Say whether the check digits of a Belgian number are right: 97 less the rest by 97, with a 2 before it from 2000.

    Months are 20 or 40 higher in the numbers of those who are not in the national register.
    """
    number = f"{year}{month}{day}{order}"
    dated = int(month) % 20 <= 12 and int(month) < 60 and int(day) <= 31
    return dated and any(97 - int(century + number) % 97 == int(check) for century in ("", "2"))
