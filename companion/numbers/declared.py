"""The one loop that turns tables of results into numbers, by what their rooms declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pandas as pd

from companion.formats import Language
from companion.numbers.number import Number
from companion.quantities import BOUNDS, STUDY, YES_NO, Asked, Block, Cells, Quantity, Tables
from companion.words import words

CATALOGUE = "numbers."
"""What the keys of the words of numbers begin with."""


@dataclass(frozen=True)
class Source:
    """What all numbers of one result share.

    Parameters
    ----------
    digest
        sha256 of the data.
    simulated
        Whether the data are simulated.
    level
        Level of the intervals.
    names
        Column -> code -> its name in words, for columns whose codes are not in the catalogue.
    origin
        What the data are, where they are not the survey.
    language
        Language of all words.
    """

    digest: str
    simulated: bool
    level: float
    names: Mapping[str, Mapping[str, str]]
    origin: str = ""
    language: Language = "en"

    def say(self, key: str, row: Cells) -> str:
        """Give a sentence of the catalogue of numbers, filled from a row."""
        return words(self.language)(CATALOGUE + key, **row)

    def name(self, column: str, code: Any) -> str:
        """Give the name of a code in words."""
        known = self.names.get(column, {})
        return known[code] if code in known else words(self.language)[f"{CATALOGUE}{column}.{code}"]


def numbers_of(blocks: Iterable[Block], tables: Tables, source: Source, **filled: str) -> Iterator[Number]:
    """Give the numbers that blocks declare, row by row.

    Parameters
    ----------
    blocks
        What is declared.
    tables
        The results, by the names of the blocks' tables.
    source
        What all these numbers share.
    filled
        What else fills braces: what is the same in all rows.

    Raises
    ------
    pandera.errors.SchemaError
        If a table is not what the declaration says.
    """
    for block in blocks:
        table = block.schema().validate(tables[block.table])
        for row in table.to_dict("records"):
            yield from _of_row(block, {**filled, **{str(column): cell for column, cell in row.items()}}, source)


def _of_row(block: Block, row: Cells, source: Source) -> Iterator[Number]:
    said = {**row, **{column: source.name(column, row[column]) for column in block.said}}
    if block.of:
        said["of"] = source.say(f"of.{block.of}", said)
    for quantity in block.quantities:
        if not (quantity.optional and pd.isna(row[cast(str, quantity.source)])):
            yield from _of_quantity(block, quantity, row, said, source)


def _of_quantity(block: Block, quantity: Quantity, row: Cells, said: Cells, source: Source) -> Iterator[Number]:
    key = ".".join(part for part in (block.key.format(**row), quantity.part) if part)
    filled = {**row, "key": key, "part": quantity.part}
    named = (quantity.words or f"{block.words}.{quantity.part or 'value'}").format(**filled)
    what = source.say(named, {**said, "part": quantity.part})
    number = Number(
        key=key,
        value=0,
        kind=quantity.kind,
        what=what,
        function=f"companion.{block.function}",
        digest=source.digest,
        values=quantity.possible,
        label=row[quantity.label] if quantity.label else "",
        decimals=row[quantity.decimals] if isinstance(quantity.decimals, str) else quantity.decimals,
        simulated=source.simulated,
        origin=source.origin,
        asked=_asked(quantity.asked or block.asked, row, filled),
    )
    working = quantity.working.format(**row)
    if quantity.bounds is None:
        yield replace(number, value=_value(quantity, row), working=working)
        return
    interval = (float(row[quantity.bounds[0]]), float(row[quantity.bounds[1]]))
    of_interval = _of_interval(_asked(quantity.asked_interval or quantity.asked or block.asked, row, filled))
    if quantity.column is None:
        yield replace(number, key=f"{key}.ci", value=interval, asked=of_interval)
        return
    kind = source.say(f"interval.{quantity.interval.format(**row)}", {"level": f"{100 * source.level:g}"})
    estimated = replace(number, key=f"{key}.est", value=float(_value(quantity, row)), working=working)
    yield replace(estimated, interval=interval, interval_kind=kind)
    what = source.say("interval.of", {"interval": kind, "what": what})
    yield replace(number, key=f"{key}.ci", value=interval, what=what, asked=of_interval)


def _value(quantity: Quantity, row: Cells) -> Any:
    cell = row[cast(str, quantity.source)]
    return ("yes" if cell else "no") if quantity.possible == YES_NO else cell


def _asked(asked: Asked | Callable[[Cells], Asked], row: Cells, filled: Cells) -> Asked:
    found = asked(row) if callable(asked) else asked
    if isinstance(found, str):
        return found
    job, name = (text.format(**filled) for text in (found.job, found.name))
    return replace(found, job=job, name=name)


def _of_interval(asked: Asked) -> Asked:
    if isinstance(asked, str) or asked.part != "value":
        return asked
    return replace(asked, part="interval", group=BOUNDS if asked.group == STUDY else asked.group)
