"""What is drawn on a page of a PDF, operation by operation, in the bytes in which it stands there.

pypdf makes an object of every number of every operation, which takes half a minute for the two million of a book; here
they stay bytes, and only who wants a number or a letter reads it.
"""

from __future__ import annotations

import re

from pypdf import PageObject

from companion.book.paper.manuscript import PaperError

PATHS = frozenset({b"m", b"re"})
PAINTED = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s"})
SHOWN = frozenset({b"Tj", b"TJ", b"'", b'"', b"Do", b"sh"})
DRAWN = PAINTED | SHOWN
PATH_ENDS = PAINTED | {b"n"}
BEGUN, ENDED = frozenset({b"BMC", b"BDC"}), b"EMC"
OTHERS = frozenset(
    b"q Q cm w J j M d ri i gs l c v y h n W W* BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T* d0 d1 "
    b"CS cs SC SCN sc scn G g RG rg K k MP DP BX EX".split()
)
KNOWN = PATHS | DRAWN | BEGUN | {ENDED} | OTHERS
"""The operators of PDF 1.7 (ISO 32000-1, annex A), but for pictures within the content.

Chromium writes none of these, no comment, no dictionary in another, and no parenthesis in a string without a stroke
before it: they are told of and not read.
"""

Operation = tuple[bytes, bytes]
"""Operands and operator."""

_SPACE = rb"[\x00\t\n\f\r ]"
_STRING = rb"\((?:[^()\\]|\\.)*+\)"
_OPERAND = (
    rb"(?:[-+.\d]++|/[^\x00\t\n\f\r ()<>\[\]{}/%]*+"
    rb"|" + _STRING + rb"|<[\da-fA-F\s]*+>"
    rb"|<<(?:[^()<>]|<[\da-fA-F\s]*+>|" + _STRING + rb")*+>>"
    rb"|\[(?:[^()\[\]]|" + _STRING + rb")*+\])"
)
_OPERATION = re.compile(
    rb"((?:" + _OPERAND + _SPACE + rb"*+)*+)(?<!/)([A-Za-z'\"][A-Za-z\d*'\"]*+|[^\x00\t\n\f\r ])", re.DOTALL
)
"""An operation, or a sign with which none can begin: that is no operator, so it is told of."""
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_MEANT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r\n": b"", b"\n": b"", b"\r": b""}


def operations(page: PageObject) -> list[Operation]:
    """Give what is drawn on a page, in order.

    Raises
    ------
    PaperError
        The content holds what is no operation.
    """
    content = page.get_contents()
    return [] if content is None else read(content.get_data())


def read(content: bytes) -> list[Operation]:
    r"""Cut the content of a page into its operations.

    Raises
    ------
    PaperError
        The content holds what is no operation.

    Examples
    --------
    >>> read(b"/P <</MCID 3 >>BDC\nBT\n1 0 Td <0B> Tj (\\)) Tj\nET EMC\n")[:4]
    [(b'/P <</MCID 3 >>', b'BDC'), (b'', b'BT'), (b'1 0 ', b'Td'), (b'<0B> ', b'Tj')]
    """
    found: list[Operation] = _OPERATION.findall(content)
    last = found[-1][1] if found else b""
    if not content.rstrip(b"\x00\t\n\f\r ").endswith(last):
        raise PaperError("a page of the PDF ends within an operation")
    unknown = {operator for _, operator in found} - KNOWN
    if unknown:
        named = ", ".join(sorted(operator.decode("latin-1") for operator in unknown))
        raise PaperError(f"a page of the PDF is drawn with what is no operation: {named}")
    return found


def written(operations: list[Operation]) -> bytes:
    r"""Give the content of a page that is drawn with some operations.

    Examples
    --------
    >>> written([(b"/Artifact ", b"BMC"), (b"", b"EMC")])
    b'/Artifact BMC\nEMC\n'
    """
    return b"".join([operands + operator + b"\n" for operands, operator in operations])


def name(operands: bytes) -> str:
    """Give the name that is the first of some operands.

    Examples
    --------
    >>> name(b"/F11 10.66 ")
    '/F11'
    """
    found = re.match(rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]*", operands)
    return "" if found is None else found[0].decode("latin-1")


def tag(operands: bytes) -> int | None:
    """Give the number by which the structure names the content that a mark begins; None where it begins none.

    A mark that only says what letters stand for has none.

    Examples
    --------
    >>> tag(b"/P <</MCID 3 >>"), tag(b"/Span <</ActualText (/MCID 3)>>")
    (3, None)
    """
    found = re.search(rb"/MCID" + _SPACE + rb"+(\d+)", re.sub(_STRING, b"", operands, flags=re.DOTALL))
    return None if found is None else int(found[1])


def codes(shown: bytes) -> bytes:
    r"""Give the codes of the letters that a string shows.

    Examples
    --------
    >>> codes(b"<0B4> "), codes(b"(a\\)\\053)")
    (b'\x0b@', b'a)+')
    """
    shown = shown.strip()
    if shown.startswith(b"<"):
        digits = b"".join(shown[1:-1].split()).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _ESCAPED.sub(lambda found: _meant(found[1]), shown[1:-1])


def _meant(escaped: bytes) -> bytes:
    if b"0" <= escaped < b"8":
        return bytes([int(escaped, 8) & 0xFF])
    return _MEANT.get(escaped, escaped)
