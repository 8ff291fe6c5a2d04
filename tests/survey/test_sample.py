from dataclasses import replace

import numpy as np
import pandas as pd
import pandera.errors
import pytest
import shipped
from shipped import changed, select, step

from companion.errors import InputError, NothingLeftError
from companion.survey import sample

MODEL = shipped.asked().items_of(("psr", "pk", "pa"))
ITEMS = list(shipped.asked().items)


def test_full_information_gets_the_people_before_the_last_step() -> None:
    assert len(shipped.selected().with_missing) == step("retained")["left"] == 1_236
    assert shipped.selected().with_missing[MODEL].isna().any(axis=1).sum() == 36


def test_the_robustness_samples_are_nested_as_the_plan_says() -> None:
    everyone, primary, careful = (set(table["participant"]) for table in shipped.selected().variants.values())
    assert list(shipped.selected().variants) == ["all randomised with an outcome", "primary", "without straight lines"]
    assert careful < primary < everyone
    assert (len(everyone), len(primary), len(careful)) == (1_200 + 8 + 19 + 14, 1_200, 1_200 - 24)


def test_reversed_items_are_turned_and_the_others_kept() -> None:
    data, raw = shipped.selected().data, shipped.export().data
    raw = raw.iloc[[int(name[1:]) - 1 for name in data["participant"]]].reset_index(drop=True)
    for name, item in shipped.asked().items.items():
        expected = 8 - raw[name] if item.reversed else raw[name]
        pd.testing.assert_series_equal(data[name], expected, check_names=False)


@pytest.mark.parametrize("construct", ["psr", "pk", "pkc", "pa"])
def test_all_items_of_a_construct_point_one_way(construct: str) -> None:
    items = shipped.asked().items_of((construct,))
    assert (shipped.selected().data[items].corr().to_numpy() > 0.3).all()


def test_dummies_code_the_design() -> None:
    data = shipped.selected().data
    coded = data.groupby(["valence", "interaction"], observed=True)[["neg", "like", "reply"]].agg(["min", "max"])
    assert coded.loc[("negative", "reply")].tolist() == [1, 1, 0, 0, 1, 1]
    assert coded.loc[("negative", "like")].tolist() == [1, 1, 1, 1, 0, 0]
    assert coded.loc[("positive", "none")].tolist() == [0] * 6


def test_covariates_are_numbers() -> None:
    data = shipped.selected().data[list(shipped.plan().covariates)]
    assert set(data.dtypes.astype(str)) == {"float64"}
    assert not data.isna().any(axis=None)
    assert set(data["woman"]) == {0.0, 1.0}


def test_the_design_columns_come_first_and_nothing_identifies_a_person() -> None:
    columns = list(shipped.selected().data)
    assert columns[:6] == ["participant", "valence", "interaction", "neg", "like", "reply"]
    checks = ["perceived_valence", "perceived_interaction"]
    assert columns[6:] == [*shipped.plan().covariates, "gender", *ITEMS, *checks]


def test_the_sample_knows_its_file_and_that_it_is_simulated() -> None:
    assert shipped.selected().digest == shipped.export().digest
    assert shipped.selected().simulated
    assert not select(replace(shipped.export(), simulated=False)).simulated


@pytest.mark.parametrize(
    ("column", "value"), [("psr1", 8.0), ("psr1", 4.5), ("pk2", np.nan), ("age", 17.0), ("neg", 0.5), ("like", 1.0)]
)
def test_a_table_that_breaks_the_contract_never_gets_out(column: str, value: float) -> None:
    data = shipped.selected().data.copy()
    data.loc[data["interaction"] == "none", column] = value
    with pytest.raises(pandera.errors.SchemaError):
        sample._schema(shipped.asked(), shipped.plan(), complete=True).validate(data)


def test_an_empty_cell_of_the_design_is_refused() -> None:
    data = shipped.export().data
    gone = (data["valence"] == "negative") & (data["interaction"] == "reply")
    with pytest.raises(InputError) as caught:
        select(replace(shipped.export(), data=data[~gone].reset_index(drop=True)))
    (problem,) = caught.value.problems
    assert problem.file == str(shipped.SURVEY)
    assert (problem.column, problem.value) == ("valentie and interactie", "negatief and reactie")
    assert "Nobody is left in this cell of the design (negative comments, reply)" in problem.message
    assert "Add answers" in problem.remedy


def test_when_nobody_is_left_the_rules_that_took_them_are_named() -> None:
    with pytest.raises(NothingLeftError, match=r"of 1451 rows nobody is left.*preview or test, not a response: 1451"):
        select(changed(preview=True))


def test_an_unknown_covariate_is_refused_with_those_that_exist() -> None:
    plan = shipped.plan().model_copy(update={"covariates": ("age", "income")})
    with pytest.raises(InputError, match=r"value 'income'.*Name one of age, instagram, .*woman, man, other"):
        sample.select(shipped.export(), shipped.asked(), plan)
