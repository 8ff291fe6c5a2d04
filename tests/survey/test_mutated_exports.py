"""A damaged export of any tool is read or refused in words; never a traceback, and nothing but codes is written."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import zipfile
from pathlib import Path

import pytest
import shipped

from companion.errors import InputError
from companion.survey import imported, mapping
from companion.truth import examples

FOLDER = shipped.DATA / examples.FOLDER
MUTATIONS = 12
INSERTED = (b'"', b";", b",", b"\n", b"\r", b"\0", b"\xff", b"=1+1", b"@", b"9" * 30)


def mutated(content: bytes, seed: int) -> bytes:
    """Change, cut, repeat or insert some bytes of a file."""
    draw = random.Random(seed)
    for _ in range(draw.choice((1, 1, 2, 5))):
        place, kind = draw.randrange(len(content)), draw.randrange(5)
        rest = content[place:]
        if kind == 0:
            rest = draw.randbytes(1) + rest[1:]
        elif kind == 1:
            rest = rest[draw.randrange(1, 50) :]
        elif kind == 2:
            rest = draw.choice(INSERTED) + rest
        elif kind == 3:
            rest = rest[: draw.randrange(1, 200)] + rest
        else:
            rest = rest[: len(rest) // 2]
        content = content[:place] + rest or content
    return content


def allowed(column: str) -> set[str] | None:
    """The cells that a column of the table may have; None for numbers."""
    asked = shipped.asked()
    for factor in asked.factors.values():
        if factor.column == column:
            return {"", *(str(level.code) for level in factor.levels)}
    for question in asked.closed.values():
        if question.column == column:
            return {"", *map(str, asked.codes(str(question.scale)))}
    fixed = {"Status": {"IP Address", "Survey Preview"}, "Finished": {"True", "False"}, "data_origin": {"simulated"}}
    return fixed.get(column)


def damaged(name: str, seed: int) -> bytes:
    """Give a sample export with some damage; in every other workbook it is that of one part, and the archive opens."""
    content = (FOLDER / name).read_bytes()
    if not name.endswith(".xlsx") or seed % 2 == 0:
        return mutated(content, seed)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    chosen = random.Random(seed).choice([part for part in parts if part.endswith(".xml")])
    parts[chosen] = mutated(parts[chosen], seed)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        for part, inside in parts.items():
            book.writestr(part, inside)
    return written.getvalue()


def import_and_look(file: Path) -> None:
    """Import a file with the mapping of its sample, and look at each cell of what would be written.

    Raises
    ------
    InputError
        If it is refused, which is as good as read.
    AssertionError
        If a cell has something that no code of the questionnaire allows.
    """
    mapped_by = FOLDER / f"{file.stem}{examples.MAPPING}"
    columns = mapping.load(mapped_by, shipped.asked()) if mapped_by.is_file() else mapping.Columns()
    found = imported.read(file, shipped.asked(), columns)
    table = list(csv.DictReader(io.StringIO(imported.written(found, shipped.asked()).decode())))
    for row in table:
        for column, cell in row.items():
            known = allowed(column)
            if known is not None:
                assert cell in known
            elif column == "ResponseId":
                assert cell.removeprefix("R_SIMULATED_").removeprefix("response_").isdecimal()
            else:
                assert cell == "" or float(cell) < 1e9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(MUTATIONS))
@pytest.mark.parametrize("name", examples.EXAMPLES)
def test_a_damaged_file_is_read_or_refused_in_words(tmp_path: Path, name: str, seed: int) -> None:
    file = tmp_path / name
    file.write_bytes(damaged(name, seed))
    with contextlib.suppress(InputError):
        import_and_look(file)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("seed", [1, 3])
def test_a_workbook_with_a_damaged_sheet_still_opens_as_an_archive(seed: int) -> None:
    with zipfile.ZipFile(io.BytesIO(damaged("microsoft-forms.xlsx", seed))) as book:
        assert book.testzip() is None
