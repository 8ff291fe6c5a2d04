"""Tier ranges, their disagreement and the verdicts on claims T1-T6, against counting by hand and by brute force."""

import csv
import math
import shutil
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from companion.evidence import tables, tier_claims, tiers
from companion.evidence.tables import FOLDER, TierFinding, literature
from companion.evidence.tiers import FLOOR, claim_verdict, disagreement, part_verdict
from companion.evidence.verdict import VERDICTS


def micro_ranges() -> list[tuple[float, float]]:
    with (FOLDER / "tiers.csv").open(encoding="utf-8", newline="") as file:
        return [
            (float(row["followers_min"]), float(row["followers_max"]))
            for row in csv.DictReader(file)
            if row["tier"] == "micro"
        ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((10_000, 100_000), (10_000, 100_000), 0.0),
        ((0, 10_000), (10_000, 100_000), 1.0),
        ((1_000, 10_000), (1_000, 100_000), 0.5),
        ((0, 10_000), (1_000, 10_000), 0.0),
        ((1_000, 100_000), (10_000, 1_000_000), 2 / 3),
    ],
)
def test_disagreement_is_the_jaccard_distance_in_steps_of_ten(
    first: tuple[float, float], second: tuple[float, float], expected: float
) -> None:
    assert disagreement(first, second) == pytest.approx(expected)
    assert disagreement(second, first) == pytest.approx(expected)


def test_mean_disagreement_agrees_with_counting_points_on_a_fine_grid() -> None:
    ranges = micro_ranges()
    grid = np.linspace(math.log10(FLOOR), 6, 300_001)
    inside = [(grid >= math.log10(max(low, FLOOR))) & (grid < math.log10(high)) for low, high in ranges]
    distances = [1 - (a & b).sum() / (a | b).sum() for a, b in combinations(inside, 2)]
    assert tiers().disagreement == pytest.approx(np.mean(distances), abs=1e-4)
    assert tiers().disjoint == pytest.approx(np.mean([distance == 1 for distance in distances]))


@pytest.mark.parametrize("followers", [999, 1_000, 8_000, 10_000, 30_000, 99_999, 100_000, 150_000])
def test_share_that_calls_a_count_micro_agrees_with_counting_rows(followers: int) -> None:
    ranges = micro_ranges()
    assert tiers().share(followers) == sum(low <= followers < high for low, high in ranges) / len(ranges)


def test_no_count_is_called_micro_by_every_source() -> None:
    ranges = micro_ranges()
    assert not any(all(low <= count < high for low, high in ranges) for count in range(0, 1_000_000, 500))
    assert tiers().called["share"].max() < 1


def test_the_steps_of_the_share_join_without_gap() -> None:
    called = tiers().called
    assert list(called["maximum"][:-1]) == list(called["minimum"][1:])


def finding(direction: str, source: str) -> TierFinding:
    return TierFinding.model_validate(
        {
            "claim": "T1",
            "part": "tie",
            "source": source,
            "direction": direction,
            "finding": "planted",
            "address": "https://example.org",
        }
    )


RESEARCH, FIRM = "park2021", "markerlymd"


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], "untested"),
        ([("for", RESEARCH)], "untested"),
        ([("for", FIRM), ("for", FIRM)], "untested"),
        ([("for", RESEARCH), ("for", FIRM)], "supports"),
        ([("for", RESEARCH), ("for", FIRM), ("for", FIRM), ("null", RESEARCH)], "supports"),
        ([("for", FIRM), ("for", FIRM), ("for", FIRM), ("null", RESEARCH)], "mixed"),
        ([("for", RESEARCH), ("for", RESEARCH), ("null", RESEARCH)], "mixed"),
        ([("null", RESEARCH), ("against", FIRM)], "contradicts"),
        ([("null", FIRM), ("null", FIRM), ("null", FIRM), ("for", RESEARCH)], "mixed"),
        ([("mixed", RESEARCH), ("mixed", RESEARCH)], "mixed"),
    ],
)
def test_a_part_of_a_claim_is_judged_by_the_written_rule(findings: list[tuple[str, str]], verdict: str) -> None:
    assert part_verdict([finding(*each) for each in findings], literature()) == verdict


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        (["untested", "untested"], "untested"),
        (["supports", "untested"], "supports"),
        (["supports", "supports"], "supports"),
        (["supports", "contradicts"], "mixed"),
        (["mixed", "supports"], "mixed"),
        (["contradicts"], "contradicts"),
    ],
)
def test_a_claim_is_judged_from_its_tested_parts(parts: list[str], verdict: str) -> None:
    assert claim_verdict(parts) == verdict


def test_every_claim_of_the_summary_gets_a_verdict() -> None:
    assert list(tier_claims().verdicts) == ["T1", "T2", "T3", "T4", "T5", "T6"]
    assert set(tier_claims().verdicts.values()) <= set(VERDICTS)


def test_a_verdict_follows_the_evidence_table(tmp_path: Path) -> None:
    folder = tmp_path / "literature"
    shutil.copytree(FOLDER, folder)
    path = folder / "tier-evidence.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    turned = [
        line.replace(",mixed,", ",for,").replace(",null,", ",for,").replace(",against,", ",for,")
        if line.startswith("T5,")
        else line
        for line in lines
    ]
    path.write_text("\n".join(turned) + "\n", encoding="utf-8")
    assert tier_claims().verdicts["T5"] == "mixed"
    assert tier_claims(folder).verdicts["T5"] == "supports"


def test_without_firms_three_parts_on_engagement_are_untested_and_one_claim_turns() -> None:
    """The answer that the exercise "Break the rule" gives."""
    everything, research = tier_claims(), tier_claims(research_only=True)
    assert {claim for claim, verdict in research.verdicts.items() if verdict != everything.verdicts[claim]} == {"T2"}
    changed = everything.parts[everything.parts["verdict"] != research.parts["verdict"]]
    assert list(zip(changed["claim"], changed["part"], strict=True)) == [
        (f"T{claim}", "engagement") for claim in (1, 2, 4)
    ]
    assert set(research.parts.loc[changed.index, "verdict"]) == {"untested"}


@pytest.mark.parametrize(("more", "verdict"), [(0, "mixed"), (1, "mixed"), (2, "supports")])
def test_it_takes_two_more_studies_to_tip_the_tie_of_t4(more: int, verdict: str) -> None:
    found = [row for row in literature().tier_findings if (row.claim, row.part) == ("T4", "tie")]
    assert part_verdict([*found, *[finding("for", RESEARCH)] * more], literature()) == verdict


def test_leaving_out_firms_leaves_only_research() -> None:
    parts = tier_claims(research_only=True).parts
    assert (parts["sources"] == parts["research"]).all()


SMALLEST_DIFFERENCE = 0.10


@pytest.mark.parametrize(
    ("claim", "source"), [("T1", "markerlymd"), ("T1", "statistand"), ("T1", "fallsnd"), ("T2", "marketingprofs2017")]
)
def test_engagement_is_coded_by_the_rule_of_the_data_readme(claim: str, source: str) -> None:
    """A rate of large accounts that is less than a tenth below that of small ones is no difference."""
    series: dict[str, list[tables.Engagement]] = {}
    for row in literature().engagement:
        if row.source == source:
            series.setdefault(row.series, []).append(row)
    gaps = [
        1 - max(rows, key=lambda row: row.followers_min).percent / min(rows, key=lambda row: row.followers_min).percent
        for rows in series.values()
    ]
    expected = "for" if min(gaps) >= SMALLEST_DIFFERENCE else "null"
    (coded,) = (
        row.direction
        for row in literature().tier_findings
        if (row.claim, row.part, row.source) == (claim, "engagement", source)
    )
    assert coded == expected
