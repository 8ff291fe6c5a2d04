"""What is handed on of the analysed people: enough to redo the analysis, and nobody who could be known again."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import shipped
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.weightstats import CompareMeans

from companion import sem
from companion.analysis import experiment, mediation, robustness
from companion.survey import open_data, system_file
from companion.survey.open_data import OpenData
from companion.survey.questionnaire import OpenDataSettings
from companion.survey.sample import Sample
from companion.survey.simulated_mark import MARK, MARK_COLUMN

BACKGROUND = ["age", "gender", "instagram", "following", "involvement", "woman"]
ALIKE = {"age": 20.0, "gender": "woman", "woman": 1.0, "instagram": 3.0, "following": 2.0, "involvement": 4.0}


def offered(sample: Sample, *, always: bool = False) -> OpenData:
    plan = shipped.plan()
    if always:
        plan = plan.model_copy(update={"open_data": OpenDataSettings(background="always")})
    return open_data.chosen(sample, shipped.asked(), plan)


def of_people(**changed: object) -> Sample:
    """The shipped sample as if people had given these answers, with some answers of their own."""
    return replace(shipped.selected(), simulated=False, data=shipped.selected().data.assign(**changed))


@pytest.fixture(scope="module")
def data() -> OpenData:
    return offered(shipped.selected())


@pytest.fixture(scope="module")
def table(data: OpenData) -> pd.DataFrame:
    """The set as somebody else reads it."""
    return pd.read_csv(io.StringIO(open_data.as_csv(data)), keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def in_spss(data: OpenData, tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, object]:
    """The set as SPSS reads it, and what the file says of its variables."""
    file = tmp_path_factory.mktemp("spss") / "set.sav"
    file.write_bytes(open_data.as_system_file(data))
    return pyreadstat.read_sav(str(file))


# Enough to redo what the book computes of the analysed people


def test_the_set_holds_everybody_with_background_items_and_checks(table: pd.DataFrame) -> None:
    asked = shipped.asked()
    wanted = {*asked.factors, "neg", "like", "reply", *BACKGROUND, *asked.items, *asked.checks, MARK_COLUMN}
    assert len(table) == len(shipped.selected().data)
    assert set(table) == wanted


@pytest.mark.parametrize("scale", ["psr", "pkc"])
def test_the_analysis_of_variance_can_be_redone_from_the_file_of_spss(
    scale: str, in_spss: tuple[pd.DataFrame, object]
) -> None:
    items = list(shipped.asked().constructs[scale].items)
    cells = in_spss[0].assign(y=in_spss[0][items].mean(axis=1))
    theirs = anova_lm(ols("y ~ C(valence, Sum) * C(interaction, Sum)", cells).fit(), typ=3)
    scores = experiment.scale_means(shipped.selected().data, {scale: tuple(items)})
    ours = experiment.anova(scores, (scale,))
    np.testing.assert_allclose(ours["F"], theirs["F"].iloc[1:4], rtol=1e-9)


def test_the_manipulation_check_can_be_redone(table: pd.DataFrame) -> None:
    groups = [table.loc[table["valence"] == level, "perceived_valence"].dropna() for level in ("negative", "positive")]
    t, p, df = CompareMeans.from_data(*groups).ttest_ind(usevar="unequal")
    ours = shipped.study().experiment.valence_difference
    np.testing.assert_allclose([ours["t"], ours["df"], ours["p"]], [t, df, p], rtol=1e-9)


def test_a_path_with_covariates_can_be_redone(table: pd.DataFrame) -> None:
    plan, asked = shipped.plan(), shipped.asked()
    items = mediation.items_of(asked, plan)
    complete = shipped.selected().data.dropna(subset=list(plan.covariates))
    model = robustness.manifest_model(asked.design, plan.covariates)
    fit = sem.fit(model, robustness.with_means(complete, items)).estimates
    ours = fit[(fit["op"] == "~") & (fit["lhs"] == "psr")].set_index("rhs")["est"]
    named = "neg*like + neg*reply + " + " + ".join(plan.covariates)
    with_mean = table.assign(psr=table[list(items["psr"])].mean(axis=1))
    theirs = ols(f"psr ~ {named}", with_mean).fit().params.drop("Intercept")
    np.testing.assert_allclose(ours[list(theirs.index)], theirs, rtol=1e-6, atol=1e-8)


# What its files say


def test_the_codebook_explains_every_column_in_its_order(data: OpenData, table: pd.DataFrame) -> None:
    explained = pd.read_csv(io.StringIO(open_data.codebook(data)), dtype=str, keep_default_na=False)
    assert list(explained["column"]) == list(table)
    assert (explained["meaning"].str.len() > 8).all()
    assert set(explained[MARK_COLUMN]) == {MARK}


def test_a_turned_item_has_the_labels_of_the_answers_that_people_ticked(in_spss: tuple[pd.DataFrame, object]) -> None:
    labels = in_spss[1].variable_value_labels  # type: ignore[attr-defined]
    assert labels["psr1"][7.0] == labels["psr3"][1.0] == "Strongly agree"
    assert labels["psr1"][1.0] == labels["psr3"][7.0] == "Strongly disagree"


def test_words_that_are_codes_are_labelled_numbers_in_the_file_of_spss(
    in_spss: tuple[pd.DataFrame, object], table: pd.DataFrame
) -> None:
    cells, meta = in_spss
    labels = meta.variable_value_labels  # type: ignore[attr-defined]
    assert labels["interaction"] == {1.0: "no reaction", 2.0: "like", 3.0: "reply"}
    assert list(cells["interaction"]) == [{"none": 1, "like": 2, "reply": 3}[code] for code in table["interaction"]]
    assert labels["gender"][1.0] == "Woman"


def test_simulated_people_are_marked_in_every_row_and_in_the_header(in_spss: tuple[pd.DataFrame, object]) -> None:
    cells, meta = in_spss
    assert set(cells[MARK_COLUMN]) == {MARK}
    assert MARK in meta.file_label  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_file_of_spss_does_not_tell_when_it_was_written(data: OpenData) -> None:
    first = open_data.as_system_file(data)
    time.sleep(1.1)  # its header counts seconds
    assert open_data.as_system_file(data) == first
    assert first[system_file.MOMENT_AT] == system_file.MOMENT


# Who could be known again


def test_background_that_everybody_shares_is_handed_on() -> None:
    shared = offered(of_people(**ALIKE))
    assert shared.withheld == ()
    assert set(BACKGROUND) <= set(shared.table)
    assert "shares these answers with at least 1199 others" in open_data.told(shared)


def test_one_unique_person_keeps_the_background_of_all_out_of_every_file(tmp_path: Path) -> None:
    ages = np.where(np.arange(len(shipped.selected().data)) == 7, 29.0, 20.0)
    left = offered(of_people(**{**ALIKE, "age": ages}))
    (tmp_path / "set.sav").write_bytes(open_data.as_system_file(left))
    cells, meta = pyreadstat.read_sav(str(tmp_path / "set.sav"))
    explained = pd.read_csv(io.StringIO(open_data.codebook(left)))["column"]
    for columns in (cells, pd.read_csv(io.StringIO(open_data.as_csv(left))), list(explained)):
        assert not set(BACKGROUND) & set(columns)
        assert {"valence", "psr1", "pkc1", "perceived_valence"} <= set(columns)
    assert not set(BACKGROUND) & set(meta.variable_value_labels)
    assert "1 of 1200 people share these answers" in open_data.told(left)
    assert "cannot be redone" in open_data.told(left)


def test_the_owner_may_hand_it_on_all_the_same() -> None:
    allowed = offered(of_people(), always=True)
    assert set(BACKGROUND) <= set(allowed.table)
    assert "because the analysis plan says so" in open_data.told(allowed)


def test_of_people_no_file_says_that_they_are_simulated() -> None:
    real = offered(of_people())
    assert MARK.encode() not in open_data.as_system_file(real)
    assert MARK not in open_data.as_csv(real) + open_data.codebook(real)
