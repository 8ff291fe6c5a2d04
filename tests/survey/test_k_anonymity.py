"""Who could be known again, against a table that is counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from companion.survey import k_anonymity

AGES = [20] * 6 + [21] * 3 + [22]
GENDERS = ["woman"] * 5 + ["man"] + ["woman"] * 3 + [None]


@pytest.mark.parametrize(
    ("background", "k", "exposed"),
    [
        pytest.param(["age"], 1, 4, id="six of 20, three of 21, one of 22"),
        pytest.param(["gender"], 1, 2, id="eight women, a man, one without an answer"),
        pytest.param(["age", "gender"], 1, 5, id="five women of 20 are many enough; nobody else is"),
        pytest.param(["age", "not asked"], 1, 4, id="a column that is not there does not count"),
        pytest.param([], 10, 0, id="without a background all are alike"),
    ],
)
def test_the_smallest_group_is_that_of_the_table(background: list[str], k: int, exposed: int) -> None:
    found = k_anonymity.measured(pd.DataFrame({"age": AGES, "gender": GENDERS}), background)
    assert (found.k, found.exposed, found.people) == (k, exposed, 10)


def test_nobody_is_exposed_in_groups_of_five() -> None:
    found = k_anonymity.measured(pd.DataFrame({"age": [20] * 5 + [21] * 5}), ["age"])
    assert (found.k, found.exposed) == (5, 0)
    assert "at least 4 others (k = 5)" in k_anonymity.told(found)


def test_the_sentence_counts_who_could_be_known_again() -> None:
    found = k_anonymity.measured(pd.DataFrame({"age": AGES, "gender": GENDERS}), ["age", "gender"])
    said = k_anonymity.told(found)
    assert "5 of 10 people share age, gender with fewer than 4 others (k = 1)" in said
