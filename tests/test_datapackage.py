import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import frictionless
import pytest
import shipped

from companion import datapackage
from companion.survey.exports import qualtrics

STATED: dict[str, Any] = json.loads((shipped.DATA / "datapackage.json").read_text(encoding="utf-8"))
FIELDS = {field["name"]: field for field in STATED["resources"][0]["schema"]["fields"]}


def test_the_descriptor_that_ships_is_the_one_that_the_code_makes() -> None:
    assert (shipped.DATA / "datapackage.json").read_bytes() == datapackage.written(shipped.DATA)


@pytest.mark.parametrize("resource", STATED["resources"], ids=lambda resource: resource["path"])
def test_size_and_hash_are_those_of_the_file(resource: dict[str, Any]) -> None:
    content = (shipped.DATA / resource["path"]).read_bytes()
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_file_of_the_folder_is_described() -> None:
    described = {resource["path"] for resource in STATED["resources"]}
    files = {file for file in shipped.DATA.rglob("*") if file.is_file() and not file.name.startswith(".")}
    present = {file.relative_to(shipped.DATA).as_posix() for file in files}
    assert present - described == {"README.md", "datapackage.json", "literature/README.md"}


def test_the_fields_are_the_columns_of_the_survey_in_order() -> None:
    assert list(FIELDS) == shipped.rows()[0]


def test_every_closed_question_lists_its_dutch_answers() -> None:
    for question in shipped.asked().closed.values():
        labels = [choice.nl for choice in shipped.asked().scales[str(question.scale)]]
        assert FIELDS[question.column]["constraints"]["enum"] == labels


def test_every_answer_of_the_survey_is_one_that_its_field_allows() -> None:
    tags, *rows = shipped.rows()
    for position, tag in enumerate(tags):
        allowed = FIELDS[tag].get("constraints", {}).get("enum")
        if allowed:
            assert {row[position] for row in rows[shipped.HEADER_ROWS - 1 :]} <= {*allowed, ""}


def test_columns_with_personal_data_say_so() -> None:
    said = {name for name, field in FIELDS.items() if "Personal" in field.get("description", "")}
    assert said == set(qualtrics.PERSONAL)


def test_names_are_those_that_the_specification_allows() -> None:
    names = [STATED["name"], *(resource["name"] for resource in STATED["resources"])]
    assert all(re.fullmatch(r"[a-z0-9._/-]+", name) for name in names)
    assert len(set(names)) == len(names)


def test_the_package_says_that_it_is_simulated() -> None:
    assert "SIMULATED" in STATED["description"]
    assert "SIMULATED" in STATED["resources"][0]["title"]


def test_every_column_of_the_evidence_tables_has_a_meaning() -> None:
    tables = [resource for resource in STATED["resources"] if resource["path"].startswith("literature/")]
    silent = [
        (table["path"], field["name"])
        for table in tables
        for field in table["schema"]["fields"]
        if not field["description"]
    ]
    assert len(tables) > 1
    assert silent == []


def faults(folder: Path) -> set[tuple[str, str]]:
    """What Frictionless finds wrong with the package in a folder: file and kind of fault."""
    report = frictionless.validate(str(folder / "datapackage.json"), type="package")
    assert [error.message for error in report.errors] == []
    return {(task.place, error.type) for task in report.tasks for error in task.errors}


@pytest.mark.slow
def test_another_program_finds_the_package_valid() -> None:
    assert faults(shipped.DATA) == set()


BROKEN = {
    "an answer outside its scale": ("survey.csv", "Helemaal akkoord", "Ooit akkoord", "constraint-error"),
    "a word in place of a number": ("literature/prices.csv", ",10,100,USD", ",ten,100,USD", "type-error"),
    "an empty cell that must hold something": ("literature/tiers.csv", "2019,micro,", "2019,,", "constraint-error"),
    "a kind that there is not": ("literature/works.csv", ",web,", ",website,", "constraint-error"),
    "a source that nobody knows": ("literature/scales.csv", "boerman2017", "boerman2071", "foreign-key"),
    "a work that is there twice": ("literature/works.csv", "allard2020", "anderson1988", "primary-key"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_cell_is_found_where_size_and_hash_agree(tmp_path: Path, case: str) -> None:
    file, old, new, kind = BROKEN[case]
    folder = shutil.copytree(shipped.DATA, tmp_path / "data")
    text = (folder / file).read_bytes().decode()
    assert old in text
    (folder / file).write_bytes(text.replace(old, new, 1).encode())
    (folder / "datapackage.json").write_bytes(datapackage.written(folder))
    assert (file, kind) in faults(folder)


@pytest.mark.slow
def test_a_file_that_was_changed_after_it_was_described_is_found(tmp_path: Path) -> None:
    folder = shutil.copytree(shipped.DATA, tmp_path / "data")
    with (folder / "literature/tiers.csv").open("ab") as table:
        table.write(b"\n")
    assert ("literature/tiers.csv", "hash-count") in faults(folder)


def test_a_changed_survey_no_longer_agrees_with_the_descriptor(tmp_path: Path) -> None:
    folder = shutil.copytree(shipped.DATA, tmp_path / "data")
    with (folder / "survey.csv").open("ab") as survey:
        survey.write(b"\n")
    assert datapackage.written(folder) != (folder / "datapackage.json").read_bytes()
