"""How a number is printed: one formatter, APA style, in English or Dutch."""

from __future__ import annotations

import math
from typing import Literal, get_args

Kind = Literal["points", "coefficient", "statistic", "bounded", "p", "count", "share", "percent", "scientific", "word"]
Language = Literal["en", "nl"]
Value = float | int | str | tuple[float, float]

KINDS: tuple[str, ...] = get_args(Kind)
MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
DECIMALS = {"points": 2, "coefficient": 3, "statistic": 2, "bounded": 2, "share": 2, "percent": 1}
CANNOT_EXCEED_ONE = {"bounded", "p", "share"}
SMALLEST_P = 0.001
DOWNLOADED = "%.10g"
"""A fraction in a file to take along: what follows after ten digits is another one on another processor."""
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def printed(value: Value, kind: Kind, language: Language = "en", decimals: int | None = None) -> str:
    """Print a value as the book prints it.

    Parameters
    ----------
    value
        A number, a word, or an interval as (lower, upper).
    kind
        ``points`` (points of a scale), ``coefficient``, ``statistic`` (F, t, chi-square), ``bounded`` (cannot exceed
        1 in absolute value: r, alpha, CFI, so no leading zero), ``p`` (with its relation sign), ``count``, ``share``,
        ``percent`` (a proportion, printed times 100), ``scientific`` (a digit with one decimal and a power of ten),
        ``word``.
    language
        ``en`` or ``nl`` (decimal comma).
    decimals
        Decimals in place of the kind's own.

    Returns
    -------
    str
        With a true minus sign, and never a negative zero.

    Notes
    -----
    Leading zeros follow the APA Publication Manual (7th edition). An interval whose bound would
    round to zero is printed with one decimal more, so that the reader sees on which side of zero it lies.

    Examples
    --------
    >>> printed(0.0312, "p")
    '= .031'
    >>> printed((-0.004, 0.25), "points")
    '[−0.004, 0.250]'
    >>> printed(1234, "count")
    '1,234'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return _interval(value, kind, language, decimals)
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be printed as {kind}")
    return _localised(_number(value, kind, decimals), language)


def scientific(value: float) -> str:
    """Print a very small or very large number as a digit with one decimal and a power of ten.

    Examples
    --------
    >>> scientific(0.00208)
    '2.1 × 10⁻³'
    """
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits.replace('-', MINUS)} × 10{str(int(power)).translate(SUPERSCRIPTS)}"


def _number(value: float, kind: Kind, decimals: int | None) -> str:
    if kind == "count":
        return f"{round(value):,}".replace("-", MINUS)
    if kind == "p":
        return _p_value(value)
    if kind == "scientific":
        return scientific(value)
    places = DECIMALS[kind] if decimals is None else decimals
    text = f"{100 * value if kind == 'percent' else value:.{places}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    if kind in CANNOT_EXCEED_ONE:
        text = _without_zero(text)
    return text.replace("-", MINUS) + (f"{NARROW_SPACE}%" if kind == "percent" else "")


def _p_value(value: float) -> str:
    if value < SMALLEST_P:
        return f"< {_without_zero(f'{SMALLEST_P:.3f}')}"
    if value > 1 - SMALLEST_P:
        return f"> {_without_zero(f'{1 - SMALLEST_P:.3f}')}"
    return f"= {_without_zero(f'{value:.3f}')}"


def _interval(bounds: tuple[float, float], kind: Kind, language: Language, decimals: int | None) -> str:
    places = DECIMALS.get(kind, 0) if decimals is None else decimals
    scale = 100 if kind == "percent" else 1
    if any(bound != 0 and round(scale * bound, places) == 0 for bound in bounds):
        places += 1
    low, high = (printed(bound, kind, language, places) for bound in bounds)
    return f"[{low}{'; ' if language == 'nl' else ', '}{high}]"


def _without_zero(text: str) -> str:
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _localised(text: str, language: Language) -> str:
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text
