"""lavaan's model syntax: text in, formulas and definitions out, every fault with its line and column."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

OPERATORS = ("=~", "~~", "~")
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt}

_NAME = r"(?:[^\W\d]|\.(?!\d))[\w.]*"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r]+|[#!][^\n]*)
    |(?P<end>[\n;])
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>{_NAME}(?::(?!=){_NAME})*)
    |(?P<operator>=~|~~|~\*~|<~|:=|==|[~<>|+\-*/^(),])""",
    re.VERBOSE,
)
_UNSUPPORTED = (
    (re.compile(r"\s*level\s*:"), "multilevel models are not supported; fit them with lavaan."),
    (
        re.compile(r"""[^#!]*\befa\(\s*["']"""),
        "exploratory blocks are not supported; write down which variables measure which factor, or use lavaan.",
    ),
)
"""What a line up to a character without a meaning looks like -> what lavaan takes it for."""
_CONTINUES = frozenset({*OPERATORS, *ARITHMETIC, ":=", "(", ","})


class ModelError(ValueError):
    """A model that cannot be read or estimated; says where in the text.

    Parameters
    ----------
    message
        What is wrong and what would be right.
    line, column
        Place in the model text, both counted from 1, where there is one.
    text
        That line of the model.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None, text: str = "") -> None:
        self.message, self.line, self.column, self.text = message, line, column, text
        super().__init__(message, line, column, text)

    def __str__(self) -> str:
        if self.line is None or self.column is None:
            return self.message
        return f"line {self.line}, column {self.column}: {self.message}\n  {self.text}\n  {' ' * (self.column - 1)}^"


@dataclass(frozen=True)
class Token:
    """A word of the model text and where it stands."""

    kind: str
    text: str
    line: int
    column: int


@dataclass
class Formula:
    """One parameter as written: ``lhs op rhs`` and what stands before the star.

    `fixed`, `start` and `labels` hold one value, or one for each group; ``None`` means not given and NaN in `fixed`
    means explicitly free (``NA*``). Intercepts have the operator ``~1`` and an empty `rhs`. `mixed` says that one list
    held numbers and labels, which lavaan reads otherwise.
    """

    lhs: str
    op: str
    rhs: str
    begins: Token
    at: Token
    fixed: tuple[float | None, ...] = ()
    start: tuple[float | None, ...] = ()
    labels: tuple[str | None, ...] = ()
    mixed: bool = False


@dataclass(frozen=True)
class Definition:
    """A defined parameter, ``name := expression``."""

    name: str
    expression: Expression
    at: Token


@dataclass(frozen=True)
class Expression:
    """Arithmetic over labels: a number, a label, or an operator with its operands."""

    op: str
    at: Token
    operands: tuple[Expression, ...] = ()

    def names(self) -> Iterator[Token]:
        """Give every label that the expression mentions."""
        if self.op == "name":
            yield self.at
        for operand in self.operands:
            yield from operand.names()

    def value(self, values: Mapping[str, Any]) -> Any:
        """Evaluate at `values` (label to number or array, real or complex)."""
        if self.op == "number":
            return float(self.at.text)
        if self.op == "name":
            return values[self.at.text]
        terms = [operand.value(values) for operand in self.operands]
        if self.op in FUNCTIONS:
            return FUNCTIONS[self.op](terms[0])
        if len(terms) == 1:
            return -terms[0]
        left, right = terms
        return ARITHMETIC[self.op](left, right)


@dataclass
class Syntax:
    """A parsed model."""

    text: str
    formulas: list[Formula] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)

    def error(self, message: str, at: Token) -> ModelError:
        """Make the error that points at a token."""
        return ModelError(message, at.line, at.column, self.text.split("\n")[at.line - 1])


@lru_cache(maxsize=32)  # whoever fits one model to many samples has it read once
def parse(text: str) -> Syntax:
    """Read a model in lavaan's syntax.

    Parameters
    ----------
    text
        Formulas with ``=~ ~ ~~ ~1``, definitions with ``:=``, comments after ``#`` or ``!``.

    Raises
    ------
    ModelError
        With line and column, for anything that is not such a model.

    Examples
    --------
    >>> parse("y ~ a*x\\n twice := 2*a").definitions[0].name
    'twice'
    """
    return _Parser(text).syntax()


class _Parser:
    def __init__(self, text: str) -> None:
        self.model = Syntax(text)
        self.tokens = self._joined(self._tokens(text))
        self.place = 0

    def _tokens(self, text: str) -> list[Token]:
        tokens, position, line, begin = [], 0, 1, 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            column = position - begin + 1
            if match is None:
                raise self.model.error(_unread(text[begin : position + 1]), Token("", text[position], line, column))
            kind = str(match.lastgroup)
            if kind != "space":
                tokens.append(Token(kind, match.group(), line, column))
            position = match.end()
            if match.group() == "\n":
                line, begin = line + 1, position
        return [*tokens, Token("end", "", line, position - begin + 1)]

    @staticmethod
    def _joined(tokens: list[Token]) -> list[Token]:
        """Drop line ends inside parentheses, after an operator and before one that continues a formula."""
        kept: list[Token] = []
        depth = 0
        words = [token for token in tokens if token.kind != "end"]
        ahead = iter(words)
        upcoming = next(ahead, None)
        for token in tokens:
            if token.kind == "end":
                goes_on = upcoming is not None and upcoming.text in {"+", "*", "/", "^", "-"}
                after = bool(kept) and kept[-1].text in _CONTINUES
                if token.text == "\n" and (depth > 0 or after or goes_on):
                    continue
            else:
                depth += {"(": 1, ")": -1}.get(token.text, 0)
                upcoming = next(ahead, None)
            kept.append(token)
        return kept

    def _peek(self) -> Token:
        return self.tokens[self.place]

    def _take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def _expect(self, text: str) -> Token:
        token = self._take()
        if token.text != text:
            raise self.model.error(f"expected {text!r}, found {_shown(token)}.", token)
        return token

    def _name(self, what: str) -> Token:
        token = self._take()
        if token.kind != "name":
            raise self.model.error(f"expected {what}, found {_shown(token)}.", token)
        return token

    def syntax(self) -> Syntax:
        while self.place < len(self.tokens):
            if self._peek().kind == "end":
                self._take()
                continue
            left = [self._name("a variable")]
            while self._peek().text == "+":
                self._take()
                left.append(self._name("a variable"))
            operator = self._take()
            if operator.text == ":=":
                self._definition(left[0])
            elif operator.text in OPERATORS:
                self._formula(left, operator)
            else:
                known = "=~  ~  ~~  ~1  :="
                raise self.model.error(
                    f"{_shown(operator)} is not supported here; the operators are {known} (for others use lavaan).",
                    operator,
                )
            if self._peek().kind != "end":
                raise self.model.error(
                    f"expected '+' or the end of the line, found {_shown(self._peek())}.", self._peek()
                )
        if not self.model.formulas:
            raise ModelError("the model is empty: it needs at least one formula, such as 'y ~ x'.")
        return self.model

    def _definition(self, name: Token) -> None:
        if any(name.text == other.name for other in self.model.definitions):
            raise self.model.error(f"{name.text!r} is defined twice.", name)
        self.model.definitions.append(Definition(name.text, self._sum(), name))

    def _formula(self, left: list[Token], operator: Token) -> None:
        terms = [self._modified(operator.text, left[0])]
        while self._peek().text == "+":
            self._take()
            terms.append(self._modified(operator.text, left[0]))
        for begins in left:
            for term in terms:
                self._add(replace(term, lhs=begins.text, begins=begins))

    def _modified(self, operator: str, begins: Token) -> Formula:
        """Read ``modifier * modifier * variable``."""
        term = Formula("", operator, "", begins, self._peek())
        while True:
            token = self._peek()
            after = self.tokens[self.place + 1].text if self.place + 1 < len(self.tokens) else ""
            if token.text == "1" and after != "*" and term.op == "~":
                self._take()
                term.op, term.at = "~1", token
                return term
            if token.kind == "name" and after not in {"*", "("}:
                term.rhs, term.at = self._take().text, token
                return term
            if token.text == "start":
                self._take()
                term.start = self._values(lambda value: value if isinstance(value, float) else None)
            else:
                values = self._values(lambda value: value)
                if any(isinstance(value, float) for value in values):
                    term.fixed = tuple(value if isinstance(value, float) else None for value in values)
                if any(isinstance(value, str) for value in values):
                    term.labels = tuple(value if isinstance(value, str) else None for value in values)
                term.mixed |= len({type(value) for value in values}) > 1
            self._expect("*")

    def _values(self, keep: Callable[[float | str], Any]) -> tuple[Any, ...]:
        """Read a number, NA, a label, or ``c(...)`` of them, in parentheses or not."""
        token = self._peek()
        if token.text == "(":
            self._take()
            values = self._values(keep)
            self._expect(")")
            return values
        if token.text == "c" and self.tokens[self.place + 1].text == "(":
            self._take()
            self._take()
            values = self._values(keep)
            while self._peek().text == ",":
                self._take()
                values += self._values(keep)
            self._expect(")")
            return values
        sign = -1.0 if token.text == "-" else 1.0
        if token.text == "-":
            self._take()
        token = self._take()
        if token.kind == "number":
            return (keep(sign * float(token.text)),)
        if token.kind == "name" and sign > 0:
            if self._peek().text == "(":
                raise self.model.error(
                    f"{token.text}() is not supported; use a number, a label, c() or start().", token
                )
            return (keep(float("nan") if token.text == "NA" else token.text),)
        raise self.model.error(f"expected a variable, a number or a label, found {_shown(token)}.", token)

    def _add(self, term: Formula) -> None:
        if term.lhs == term.rhs and term.op != "~~":
            raise self.model.error(f"{term.lhs!r} cannot explain itself.", term.at)
        for known in self.model.formulas:
            same = (known.lhs, known.rhs) == (term.lhs, term.rhs)
            flipped = term.op == "~~" and (known.rhs, known.lhs) == (term.lhs, term.rhs)
            if known.op == term.op and (same or flipped):
                known.fixed, known.start = term.fixed or known.fixed, term.start or known.start
                known.labels = term.labels or known.labels
                known.mixed |= term.mixed
                return
        self.model.formulas.append(term)

    def _sum(self) -> Expression:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._signed))

    def _chain(self, operators: tuple[str, ...], operand: Callable[[], Expression]) -> Expression:
        left = operand()
        while self._peek().text in operators:
            operator = self._take()
            left = Expression(operator.text, operator, (left, operand()))
        return left

    def _signed(self) -> Expression:
        if self._peek().text in {"-", "+"}:
            sign = self._take()
            return Expression("-", sign, (self._signed(),)) if sign.text == "-" else self._signed()
        base = self._operand()
        if self._peek().text == "^":
            power = self._take()
            return Expression("^", power, (base, self._signed()))
        return base

    def _operand(self) -> Expression:
        token = self._take()
        if token.text == "(":
            inner = self._sum()
            self._expect(")")
            return inner
        if token.kind == "number":
            return Expression("number", token)
        if token.kind == "name" and self._peek().text == "(":
            if token.text not in FUNCTIONS:
                raise self.model.error(f"unknown function {token.text!r}; there are {', '.join(FUNCTIONS)}.", token)
            self._take()
            inner = self._sum()
            self._expect(")")
            return Expression(token.text, token, (inner,))
        if token.kind == "name":
            return Expression("name", token)
        raise self.model.error(f"expected a label or a number, found {_shown(token)}.", token)


def _unread(line: str) -> str:
    """Say what a line is, up to and with a character that has no meaning."""
    for looks, message in _UNSUPPORTED:
        if looks.fullmatch(line):
            return message
    return f"{line[-1]!r} has no meaning in a model."


def _shown(token: Token) -> str:
    return "the end of the line" if token.kind == "end" else repr(token.text)
