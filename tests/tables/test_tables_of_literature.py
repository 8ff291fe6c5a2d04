"""Tables of the literature say what the evidence holds, and say so where it holds nothing."""

import pytest

from companion.evidence import engagement, evidence_map, literature, tier_claims, tiers
from companion.tables import literature as tables


def test_a_tier_without_a_rate_says_that_none_was_found() -> None:
    shown = tables.tier_profile(tiers(), engagement(), tier_claims(), literature()).frame.set_index("Tier")
    assert shown.loc["Macro", "Engagement rates found"] == "no figure found"
    assert shown.loc["Micro", "Engagement rates found"] != "no figure found"


def test_followers_of_a_tier_run_over_all_definitions() -> None:
    shown = tables.tier_profile(tiers(), engagement(), tier_claims(), literature()).frame.set_index("Tier")
    assert (
        shown.loc["Micro", "Reach: followers, over all definitions"] == f"0 to 100,000 ({len(tiers().micro)} sources)"
    )


def test_a_price_names_its_currency_without_the_sign_that_begins_a_formula() -> None:
    shown = tables.tier_profile(tiers(), engagement(), tier_claims(), literature()).frame.set_index("Tier")
    assert shown.loc["Micro", "Cost: price of a photo post found"] == "USD 100 to 500"
    assert not shown.apply(lambda column: column.str.contains("$", regex=False)).any(axis=None)


def test_every_part_of_a_claim_stands_with_its_verdict() -> None:
    claims = tier_claims()
    assert list(tables.tier_claims(claims).frame["Evidence"]) == list(claims.parts["verdict"])


@pytest.mark.parametrize("role", ["model", "total", "neighbour", "rival"])
def test_a_table_of_some_paths_holds_their_findings_and_no_other(role: str) -> None:
    found = evidence_map()
    labels = set(found.paths.loc[found.paths["role"] == role, "label"])
    frame = tables.evidence(found, [role]).frame
    assert set(frame["Path"]) <= labels
    assert len(frame) == found.paths.loc[found.paths["role"] == role, "studies"].sum()


def test_what_was_not_seen_is_not_left_blank() -> None:
    details = tables.evidence(evidence_map()).frame["Design, N, country, platform"]
    assert details.str.contains("N not seen").any()
    assert not details.str.contains("nan").any()
