from collections.abc import Callable
from pathlib import Path
from statistics import pvariance

import numpy as np
import pandas as pd
import pytest
import shipped
import yaml
from scipy import stats

from companion.errors import InputError
from companion.survey.design import DESIGN
from companion.truth import population
from companion.truth.population import Truth

MANY = 600_000


@pytest.fixture(scope="module")
def unrounded() -> pd.DataFrame:
    return population.clean_responses(shipped.truth(), MANY, seed=1, round_answers=False)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return population.clean_responses(shipped.truth(), MANY, seed=1)


def value(truth: Truth, effect: str, interaction: str, unit: str = "latent") -> float:
    return float(population.implied(truth).set_index(["effect", "interaction"]).loc[(effect, interaction), unit])


@pytest.mark.parametrize(
    ("effect", "none", "like", "reply"),
    [
        ("psr", -0.4, 0.4, 1.0),
        ("pk_via_psr", 0.16, -0.16, -0.4),
        ("serial", -0.4 * -0.4 * -0.4, 0.4 * -0.4 * -0.4, 1.0 * -0.4 * -0.4),
        ("pa_via_psr", -0.4 * 0.3, 0.4 * 0.3, 1.0 * 0.3),
        ("pa_via_pk", 0.1 * -0.4, 0.1 * -0.4, 0.1 * -0.4),
        ("direct_pk", 0.1, 0.1, 0.1),
        ("direct_pa", -0.15, -0.15, -0.15),
    ],
)
def test_the_truth_holds_the_effects_of_the_design(effect: str, none: float, like: float, reply: float) -> None:
    found = [value(shipped.truth(), effect, interaction) for interaction in ("none", "like", "reply")]
    assert found == pytest.approx([none, like, reply])


@pytest.mark.parametrize(
    ("contrast", "serial"), [("like - none", 0.128), ("reply - none", 0.224), ("reply - like", 0.096)]
)
def test_the_contrasts_of_the_serial_effect_are_differences_of_it(contrast: str, serial: float) -> None:
    assert value(shipped.truth(), "serial", contrast) == pytest.approx(serial)


@pytest.mark.parametrize("interaction", DESIGN.interactions)
@pytest.mark.parametrize(("effect", "outcome"), [("psr", "psr"), ("total_pk", "pk"), ("total_pa", "pa")])
def test_a_total_effect_is_what_each_person_would_change_by(effect: str, outcome: str, interaction: str) -> None:
    people = 50

    def under(valence: str) -> pd.DataFrame:
        design = population.dummies([valence] * people, [interaction] * people)
        return population.draw(shipped.truth(), design, np.random.default_rng(3))

    change = under("negative")[outcome] - under("positive")[outcome]
    np.testing.assert_allclose(change, value(shipped.truth(), effect, interaction), atol=1e-12)


@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_the_total_effect_on_attitude_is_the_sum_of_its_four_ways(interaction: str) -> None:
    ways = ("serial", "pa_via_psr", "pa_via_pk", "direct_pa")
    assert value(shipped.truth(), "total_pa", interaction) == pytest.approx(
        sum(value(shipped.truth(), way, interaction) for way in ways)
    )


@pytest.mark.slow
def test_points_are_those_of_the_first_item(unrounded: pd.DataFrame) -> None:
    means = unrounded.groupby(["valence", "interaction"], observed=True)["pa1"].mean()
    found = means[("negative", "reply")] - means[("positive", "reply")]
    assert found == pytest.approx(value(shipped.truth(), "total_pa", "reply", "points"), abs=0.02)


def test_partially_standardised_is_over_the_spread_of_all_six_cells() -> None:
    attitude = [0, -0.046, -0.092, -0.374, -0.052, 0.178]  # each cell's mean, by hand
    ratio = value(shipped.truth(), "serial", "reply") / value(shipped.truth(), "serial", "reply", "std")
    assert ratio == pytest.approx((1 + pvariance(attitude)) ** 0.5)


@pytest.mark.slow
def test_latent_variables_have_unit_variance_within_a_cell() -> None:
    design = population.dummies(["negative"] * 200_000, ["like"] * 200_000)
    latent = population.draw(shipped.truth(), design, np.random.default_rng(7))[["psr", "pkc", "pk", "pa"]]
    np.testing.assert_allclose(latent.var(), 1, atol=0.02)


@pytest.mark.slow
def test_cell_means_before_rounding_are_the_implied_ones(unrounded: pd.DataFrame) -> None:
    implied, _ = population.implied_moments(shipped.truth())
    found = unrounded.groupby(["valence", "interaction"], observed=True)[list(implied)].mean()
    np.testing.assert_allclose(found.loc[list(implied.index)], implied, atol=0.025)


@pytest.mark.slow
def test_covariances_within_a_cell_before_rounding_are_the_implied_ones(unrounded: pd.DataFrame) -> None:
    _, implied = population.implied_moments(shipped.truth())
    items = list(implied)
    centred = unrounded[items] - unrounded.groupby(["valence", "interaction"], observed=True)[items].transform("mean")
    np.testing.assert_allclose(centred.cov(), implied, atol=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["psr1", "pk3", "pkc1", "pa2"])
def test_the_share_of_each_answer_is_the_normal_area_that_rounds_to_it(answers: pd.DataFrame, item: str) -> None:
    means, covariance = population.implied_moments(shipped.truth())
    edges = np.array([-np.inf, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, np.inf])
    areas = np.diff(
        stats.norm.cdf(edges[None, :], means[item].to_numpy()[:, None], np.sqrt(covariance.loc[item, item])), axis=1
    )
    found = answers[item].value_counts(normalize=True).sort_index()
    assert list(found.index) == [1, 2, 3, 4, 5, 6, 7]
    np.testing.assert_allclose(found, areas.mean(axis=0), atol=0.003)


@pytest.mark.slow
def test_item_means_lie_between_three_and_a_half_and_five(answers: pd.DataFrame) -> None:
    means = answers[list(shipped.truth().items)].mean()
    assert means.between(3.5, 5).all()


def test_clean_responses_fill_the_cells_equally_and_completely() -> None:
    clean = population.clean_responses(shipped.truth(), 1_200, seed=4)
    assert clean.groupby(["valence", "interaction"], observed=False).size().tolist() == [200] * 6
    assert not clean.isna().any(axis=None)


def test_the_codes_of_each_person_are_those_of_the_levels_beside_them() -> None:
    clean = population.clean_responses(shipped.truth(), 60, seed=4)
    said = population.dummies(clean["valence"], clean["interaction"])
    pd.testing.assert_frame_equal(clean[list(said.columns)], said)


def test_the_same_seed_gives_the_same_people() -> None:
    first, second = (population.clean_responses(shipped.truth(), 60, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_person_rounds_the_answer_behind_it() -> None:
    behind = population.clean_responses(shipped.truth(), 60, seed=4, round_answers=False)[list(shipped.truth().items)]
    given = population.clean_responses(shipped.truth(), 60, seed=4)[list(shipped.truth().items)]
    inside = behind.to_numpy().clip(1, 7)
    assert np.abs(given.to_numpy() - inside).max() <= 0.5


def test_straight_liners_tick_one_box_before_items_are_turned() -> None:
    clean = population.clean_responses(shipped.truth(), 600, seed=4)
    turned = frozenset(name for name, item in shipped.asked().items.items() if item.reversed)
    careless = population.with_straight_lines(clean, 0.1, turned, seed=5)
    items = list(shipped.truth().items)
    raw = careless[items].assign(**{item: 8 - careless[item] for item in turned})
    straight = raw.max(axis=1) == raw.min(axis=1)
    assert straight.groupby([clean["valence"], clean["interaction"]], observed=True).sum().tolist() == [10] * 6
    pd.testing.assert_frame_equal(careless[~straight], clean[~straight])


def test_the_second_truth_differs_only_in_the_reversal() -> None:
    with_it, without = (shipped.truth(name).model_dump() for name in ("truth.yml", "truth-no-reversal.yml"))
    without["title"] = with_it["title"]
    without["paths"]["psr"] |= {"neg:like": 0.8, "neg:reply": 1.4}
    assert with_it == without


@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_without_the_reversal_negative_comments_do_worse_whatever_the_influencer_does(interaction: str) -> None:
    truth = shipped.truth("truth-no-reversal.yml")
    assert value(truth, "psr", interaction) == pytest.approx(-0.4)
    assert value(truth, "pk_via_psr", interaction) > 0
    assert value(truth, "serial", interaction) < 0


@pytest.mark.parametrize("name", ["truth.yml", "truth-no-reversal.yml"])
def test_seed_and_size_are_those_of_the_design(name: str) -> None:
    truth = shipped.truth(name)
    assert (truth.seed, 6 * truth.per_cell) == (2020, 1_200)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content["paths"]["psr"].update(pa=0.3), "paths.psr.pa: Nothing above it is called pa"),
        (lambda content: content["paths"]["pk"].update(psr=-1.2), "explain more than all of its variance"),
        (lambda content: content["paths"].pop("pkc"), "Nothing above it is called pkc"),
        (
            lambda content: content["items"].update(px1={"base": 4, "loading": 1, "sd": 1}),
            "items.px1: This item belongs to no latent variable",
        ),
        (lambda content: content["background"]["gender"].update(man=0.5), "add up to 1.32"),
        (lambda content: content["planted"].update(straight_liners=[201, 0, 0, 0, 0, 0]), "more than there are people"),
        (lambda content: content["planted"].update(missing_item=[6, 6]), "list ends too early: entry 3"),
    ],
)
def test_a_truth_that_cannot_be_drawn_from_is_refused(
    tmp_path: Path, change: Callable[[dict[str, dict[str, object]]], object], message: str
) -> None:
    content = yaml.safe_load((shipped.DATA / "truth.yml").read_text(encoding="utf-8"))
    change(content)
    file = tmp_path / "truth.yml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        population.load_truth(file)
