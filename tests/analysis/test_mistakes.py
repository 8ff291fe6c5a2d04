"""Each mistake on purpose is the mistake that it is named after, and nothing besides."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import shipped

from companion import sem
from companion.analysis import mediation, mistakes
from companion.survey import sample
from companion.survey.design import DESIGN

ITEMS = mediation.items_of(shipped.asked(), shipped.plan())
CHAIN = [f"serial_{w}" for w in DESIGN.interactions]


@cache
def answers() -> pd.DataFrame:
    return sample.scored(shipped.export().data, shipped.asked(), shipped.plan())


@cache
def analyses() -> dict[str, mistakes.Mistaken]:
    everybody = mistakes.of_everybody(shipped.export().data, shipped.selected(), shipped.asked(), shipped.plan())
    return mistakes.mistaken(shipped.selected().data, everybody, shipped.asked(), ITEMS)


@cache
def fitted(mistake: str) -> sem.Fit:
    return sem.fit(analyses()[mistake].model, analyses()[mistake].data)


def chain(mistake: str) -> np.ndarray:
    return fitted(mistake).estimates.set_index("lhs").loc[CHAIN, "est"].to_numpy(float)


def test_every_mistake_is_made_once() -> None:
    assert tuple(analyses()) == (mistakes.AS_PLANNED, *mistakes.MISTAKES)


def test_an_item_that_is_not_turned_is_what_people_ticked() -> None:
    ticked = analyses()["not_turned"].data.set_index("participant")
    raw = shipped.export().data.set_axis(answers()["participant"]).loc[ticked.index]
    for name in shipped.asked().items:
        pd.testing.assert_series_equal(ticked[name], raw[name], check_names=False, check_dtype=False)


def test_latent_variables_do_not_feel_an_item_that_is_not_turned_but_for_its_loading() -> None:
    np.testing.assert_allclose(chain("not_turned"), chain(mistakes.AS_PLANNED), atol=1e-7)
    loadings = fitted("not_turned").estimates.query("op == '=~'").set_index("rhs")["est"]
    turned = {name for name, item in shipped.asked().items.items() if item.reversed}
    assert {name for name, value in loadings.items() if value < 0} == turned & set(loadings.index)


def test_means_of_items_that_are_not_turned_lose_nearly_everything() -> None:
    assert np.abs(chain("not_turned_means")).max() < 0.1 * np.abs(chain("means")).max()


def test_everybody_is_whoever_agreed_saw_a_post_and_answered_each_item_of_the_model() -> None:
    everybody = analyses()["everybody"].data
    raw = shipped.export().data
    items = [item for names in ITEMS.values() for item in names]
    complete = raw["valence"].notna() & raw[items].notna().all(axis=1)
    assert len(everybody) == (complete & (raw["consent"] == "yes") & ~raw["preview"] & ~raw["copy"]).sum()
    assert everybody["participant"].is_unique
    first = everybody["participant"].head(len(shipped.selected().data)).tolist()
    assert first == shipped.selected().data["participant"].tolist()


@pytest.mark.parametrize(("column", "value"), [("consent", "no"), ("preview", True), ("copy", True)])
def test_whoever_did_not_agree_is_never_used_nor_is_a_try_or_a_copy(column: str, value: object) -> None:
    left_out = analyses()["everybody"].data["participant"].iloc[-1]
    raw = shipped.export().data.copy()
    raw.loc[answers()["participant"] == left_out, column] = value
    kept = mistakes.of_everybody(raw, shipped.selected(), shipped.asked(), shipped.plan())["participant"]
    assert set(analyses()["everybody"].data["participant"]) - set(kept) == {left_out}


def test_the_covariate_is_no_item_of_attitude_any_more_and_stands_in_every_equation() -> None:
    rows = fitted("covariate").estimates
    assert "pa4" not in rows.query("op == '=~'")["rhs"].tolist()
    assert rows.query("op == '~' and rhs == 'pa4'")["lhs"].tolist() == ["psr", "pk", "pa"]


def test_codes_by_the_alphabet_swap_two_reactions_and_keep_the_fit() -> None:
    none, like, reply = chain(mistakes.AS_PLANNED)
    np.testing.assert_allclose(chain("reference"), [like, none, reply], atol=1e-7)
    fits = [fitted(name).measures["chisq"] for name in ("reference", mistakes.AS_PLANNED)]
    assert fits[0] == pytest.approx(fits[1], abs=1e-6)


@pytest.mark.slow
def test_effects_and_verdicts_are_given_for_every_analysis_and_claim() -> None:
    made = mistakes.make(
        shipped.export().data,
        shipped.selected(),
        shipped.asked(),
        shipped.plan(),
        shipped.claims(),
        shipped.FEW_DRAWS,
    )
    for name in analyses():
        rows = made.effects[made.effects["mistake"] == name].set_index("interaction").loc[list(DESIGN.interactions)]
        np.testing.assert_allclose(rows["est"], chain(name), atol=1e-8)
        assert (rows["ci_lower"] < rows["est"]).all()
        assert (rows["est"] < rows["ci_upper"]).all()
    assert len(made.verdicts) == len(analyses()) * len(shipped.claims().results)
