"""What stands in data/, for machines: a Frictionless Data Package made from the questionnaire and the files themselves.

Run ``python -m companion.datapackage`` after a deliberate change in data/.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from companion import store
from companion.evidence import tables
from companion.evidence.tables import REFERENCES, Row
from companion.peers.known_results import Published
from companion.root import ROOT
from companion.survey.exports import qualtrics
from companion.survey.questionnaire import Choice, Questionnaire, load_questionnaire
from companion.survey.simulated_mark import MARK, MARK_COLUMN
from companion.truth import examples, simulate

FOLDER = ROOT / "data"
DESCRIPTOR = "datapackage.json"
SURVEY = "survey.csv"
SETTINGS = {
    "questionnaire.yml": "What was asked, in which column it stands, and what its answers mean",
    "analysis.yml": "How the survey is analysed",
    "claims.yml": "What the thesis's summary claims, by id, and when a claim counts as found",
    "truth.yml": "The truth from which the survey is drawn",
    "truth-no-reversal.yml": "A second truth, without the reversal",
    "truth-acquiescence.yml": "A truth for teaching: some people agree with everything",
    "truth-careless.yml": "A truth for teaching: some people tick at random",
    "truth-ceiling.yml": "A truth for teaching: answers pile up at the end of the scale",
    "truth-confounded-moderator.yml": "A truth for teaching: the reaction was not dealt by lot",
    "truth-dropout.yml": "A truth for teaching: those who feel distant leave, in some groups",
    "classes/truths.yml": "The named truths that `companion class` draws the surveys of a class from",
    "plans/false-finds.yml": "A plan: how often the verdict rule finds what is not there, under four truths",
    "plans/how-many-followers.yml": "A plan for `companion plan`: power by survey size, with and without a reversal",
    "plans/no-reversal-larger-than.yml": "A plan: how well a survey can show that no reversal is worth speaking of",
    "plans/replication.yml": "A plan of one design: power when the effects are smaller, and a preregistration",
    "plans/short-scales-and-lost-people.yml": "A plan: what short scales and lost people cost",
    "plans/unequal-cells.yml": "A plan: what unequal cells cost and bring",
    "plans/where-to-put-people.yml": "A plan: which allocation of people to reactions has the most power for a claim",
}
LITERATURE = "literature"
TABLES: tuple[type[Row], ...] = (
    tables.Work,
    tables.Tier,
    tables.Engagement,
    tables.Price,
    tables.TierClaim,
    tables.TierFinding,
    tables.ModelPath,
    tables.Effect,
    tables.Experiment,
    tables.Scale,
    tables.Rule,
    Published,
    tables.Citation,
)
BINARY = ("xlsx", "sav")
MEDIA = {
    "csv": "text/csv",
    "yml": "application/yaml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sav": "application/x-spss-sav",
}
TYPES = {str: "string", int: "integer", float: "number", datetime.date: "date"}
NUMBERS = {"Progress": "integer", "Duration (in seconds)": "integer"}


def descriptor(folder: Path, questionnaire: Questionnaire) -> dict[str, Any]:
    """Describe the survey, the settings beside it and the evidence tables.

    Parameters
    ----------
    folder
        The folder with the files.
    questionnaire
        What was asked.

    Returns
    -------
    dict
        A data package after the Frictionless specifications, version 1: for every file its size and SHA-256, for the
        tables every column with its type, meaning and allowed answers, and where the names in it are known.
    """
    settings = [
        _file(folder, name, title) | {"format": "yml", "mediatype": "application/yaml"}
        for name, title in SETTINGS.items()
    ]
    return {
        "profile": "data-package",
        "name": "macro-importance-of-micro-influencers",
        "title": "The Macro Importance of Micro-influencers: simulated survey, settings, and facts from the literature",
        "description": (
            "The answers in survey.csv are SIMULATED, drawn from truth.yml with the seed that it names. "
            "No person gave them. The tables in literature/ are facts from published sources; nothing in them "
            "comes from the survey."
        ),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0 International",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "resources": [
            _survey(folder, questionnaire),
            *settings,
            *(_evidence(folder, row) for row in TABLES),
            *_examples(folder),
        ],
    }


def written(folder: Path) -> bytes:
    """Give the content that the descriptor's file should have."""
    described = descriptor(folder, load_questionnaire(folder / "questionnaire.yml"))
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _file(folder: Path, name: str, title: str) -> dict[str, Any]:
    content = (folder / name).read_bytes()
    return {
        "name": name.rpartition(".")[0].rpartition("/")[2],
        "path": name,
        "title": title,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _examples(folder: Path) -> Iterator[dict[str, Any]]:
    """Describe the examples as files: what stands in their columns is that of the survey."""
    for file in sorted((folder / examples.FOLDER).iterdir()):
        kind = file.suffix.removeprefix(".")
        if file.name in examples.EXAMPLES:
            title = f"The first answers of the survey as an export of {examples.EXAMPLES[file.name][1]}; SIMULATED"
        else:
            title = f"The mapping that reads {file.name.removesuffix(examples.MAPPING)} back"
        described = _file(folder, f"{examples.FOLDER}/{file.name}", title)
        described["name"] = f"{examples.FOLDER}/{file.name}"
        if kind in BINARY:
            del described["encoding"]
        # Frictionless takes whatever looks like a table for one, unless it is told that this is a file.
        yield described | {"profile": "data-resource", "type": "file", "format": kind, "mediatype": MEDIA[kind]}


def _evidence(folder: Path, row: type[Row]) -> dict[str, Any]:
    """Describe one evidence table by what its rows hold."""
    described, _, _ = (row.__doc__ or "").partition("; ")
    names = [name for name in row.model_fields if name != "file"]
    schema: dict[str, Any] = {"fields": [_column(row, name) for name in names], "missingValues": [""]}
    keys = [columns for known, columns in REFERENCES.values() if known == row.file]
    if keys:
        schema["primaryKey"] = list(keys[0])
    references = [
        {
            "fields": list(columns),
            "reference": {"resource": known.removesuffix(".csv"), "fields": list(known_by)},
        }
        for (file, columns), (known, known_by) in REFERENCES.items()
        if file == row.file
    ]
    if references:
        schema["foreignKeys"] = references
    return _file(folder, f"{LITERATURE}/{row.file}", f"One row: {described.rstrip('.').lower()}") | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "schema": schema,
    }


def _column(row: type[Row], name: str) -> dict[str, Any]:
    """Describe one column of an evidence table, from its annotation and the words below it."""
    field = row.model_fields[name]
    alternatives = [field.annotation] if get_origin(field.annotation) is Literal else get_args(field.annotation)
    held = next((kind for kind in alternatives if kind is not NoneType), field.annotation)
    constraints: dict[str, Any] = {} if NoneType in alternatives else {"required": True}
    if get_origin(held) is Literal:
        constraints["enum"] = list(get_args(held))
    column = {"name": name, "type": TYPES.get(held, "string"), "description": field.description}  # type: ignore[arg-type]
    return column | ({"constraints": constraints} if constraints else {})


def _survey(folder: Path, questionnaire: Questionnaire) -> dict[str, Any]:
    text = (folder / SURVEY).read_text(encoding="utf-8")
    tags = next(csv.reader(io.StringIO(text, newline="")))
    known = _asked(questionnaire)
    return _file(folder, SURVEY, "The raw survey export, as Qualtrics writes it; SIMULATED") | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "dialect": {"header": True, "commentRows": [2, 3]},
        "schema": {"fields": [known.get(tag) or _other(tag) for tag in tags], "missingValues": [""]},
    }


def _asked(questionnaire: Questionnaire) -> dict[str, dict[str, Any]]:
    fields = {}
    for factor in questionnaire.factors.values():
        fields[factor.column] = _choice(factor.column, factor.text.en, factor.levels)
    for group in (questionnaire.screening, questionnaire.background, questionnaire.checks):
        for question in group.values():
            if question.scale is None:
                fields[question.column] = {"name": question.column, "type": "integer", "description": question.text.en}
            else:
                choices = questionnaire.scales[question.scale]
                fields[question.column] = _choice(question.column, question.text.en, choices)
    for construct in questionnaire.constructs.values():
        for item in construct.items.values():
            text = f"{construct.title.en}{' (reversed)' if item.reversed else ''}: {construct.stem.en} {item.text.en}"
            fields[item.column] = _choice(item.column, text, questionnaire.scales[construct.scale])
    fields[MARK_COLUMN] = {
        "name": MARK_COLUMN,
        "type": "string",
        "description": "Where the row comes from. Here in every row: simulated.",
        "constraints": {"required": True, "enum": [MARK]},
    }
    return fields


def _choice(column: str, text: str, choices: tuple[Choice, ...]) -> dict[str, Any]:
    return {
        "name": column,
        "type": "string",
        "description": f"{text} [{'; '.join(choice.en for choice in choices)}]",
        "constraints": {"enum": [choice.nl for choice in choices]},
    }


def _other(tag: str) -> dict[str, Any]:
    if tag in qualtrics.PERSONAL:
        said = "Personal in a real export, and never kept by the analysis; here invented or empty."
        return {"name": tag, "type": "string", "description": said}
    if tag.endswith("Date"):
        return {"name": tag, "type": "datetime", "format": "%Y-%m-%d %H:%M:%S"}
    if tag == "Finished":
        return {"name": tag, "type": "boolean", "trueValues": ["True"], "falseValues": ["False"]}
    if tag.endswith(simulate.TIMER_PARTS):
        return {"name": tag, "type": "number", "description": "Timer of a page: seconds, or number of clicks."}
    return {"name": tag, "type": NUMBERS.get(tag, "string")}


if __name__ == "__main__":
    store.write_aside(FOLDER / DESCRIPTOR, written(FOLDER))
