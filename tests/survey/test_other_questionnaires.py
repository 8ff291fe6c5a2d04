"""Another questionnaire, with other scales, names and fewer items, is read by its two files and no change of code."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shipped
import yaml

from companion.survey import imported, mapping
from companion.survey.questionnaire import Questionnaire, load_questionnaire

CELLS = shipped.asked().cells
PEOPLE = 24


def other(folder: Path, codes: list[int]) -> Questionnaire:
    """The shipped questionnaire with a scale of other points, two items a construct and a construct's other name."""
    said: dict[str, Any] = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    said["scales"]["agreement"] = [{"code": code, "nl": f"punt {code}", "en": f"point {code}"} for code in codes]
    said["screening"].pop("attention")
    constructs = {"trust": said["constructs"]["psr"], "pk": said["constructs"]["pk"], "pa": said["constructs"]["pa"]}
    for name, construct in constructs.items():
        items = list(construct["items"].values())[:2]
        construct["items"] = {f"{name}{number}": item for number, item in enumerate(items, start=1)}
    said["constructs"] = constructs
    said["pages"] = {}
    (folder / "other.yml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return load_questionnaire(folder / "other.yml")


@pytest.mark.slow
@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(list(range(1, 6)), id="five points"),
        pytest.param(list(range(11)), id="eleven points from zero"),
        pytest.param(list(range(101)), id="a slider"),
        pytest.param([-2, -1, 0, 1, 2], id="around zero"),
    ],
)
def test_a_scale_of_any_length_is_read(tmp_path: Path, codes: list[int]) -> None:
    questionnaire = other(tmp_path, codes)
    drawn = np.random.default_rng(5).choice(codes, size=(PEOPLE, len(questionnaire.items)))
    heads = [f"Item {number}" for number in range(len(questionnaire.items))]
    table: list[list[object]] = [["Version", "Age", "Gender", "Use", "Since", "Involved", "Tone", "Did", *heads]]
    for person, answers in enumerate(drawn):
        version = person % len(CELLS) + 1
        table.append([version, 20, "Woman", 1, 2, codes[0], 4, "none", *answers])
    names = dict(zip(questionnaire.items, heads, strict=True)) | {
        "age": "Age",
        "gender": "Gender",
        "instagram": "Use",
        "following": "Since",
        "involvement": "Involved",
        "perceived_valence": "Tone",
        "perceived_interaction": "Did",
    }
    said = {
        "columns": names,
        "condition": {"column": "Version", "values": {n: list(cell) for n, cell in enumerate(CELLS, start=1)}},
    }
    (tmp_path / "mapping.yml").write_text(yaml.safe_dump(said), encoding="utf-8")
    text = io.StringIO()
    csv.writer(text).writerows(table)
    (tmp_path / "survey.csv").write_text(text.getvalue())
    found = imported.read(tmp_path / "survey.csv", questionnaire, mapping.load(tmp_path / "mapping.yml", questionnaire))
    assert found.export.data[list(questionnaire.items)].to_numpy().tolist() == drawn.astype(float).tolist()
    (tmp_path / "written.csv").write_bytes(imported.written(found, questionnaire))
    again = imported.read(tmp_path / "written.csv", questionnaire).export.data
    assert again[list(questionnaire.items)].to_numpy().tolist() == drawn.astype(float).tolist()
    assert list(zip(again["valence"], again["interaction"], strict=True)) == [CELLS[n % 6] for n in range(PEOPLE)]
