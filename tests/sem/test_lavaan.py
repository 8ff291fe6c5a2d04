"""Our numbers are lavaan's, optimised to the end; the committed references say what lavaan gives."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

REFERENCE = Path(__file__).parents[1] / "reference"
COLUMNS = {"est": "est", "se": "se", "z": "z", "p": "pvalue", "ci_lower": "ci.lower", "ci_upper": "ci.upper"}
COLUMNS |= {"std_all": "std.all", "std_nox": "std.nox"}


def lavaan(case: str, name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / case / f"{name}.csv", keep_default_na=False, na_values=["NA"])


def simulated(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / f"{name}.csv")


def published(name: str) -> pd.DataFrame:
    """Data that ship with semopy, read without importing it."""
    spec = importlib.util.find_spec("semopy")
    assert spec is not None
    assert spec.origin is not None
    return pd.read_csv(Path(spec.origin).parent / "examples" / f"{name}_data.csv")


def by_interaction() -> pd.DataFrame:
    data = simulated("study-1200")
    interaction = np.where(data["like"] == 1, "like", np.where(data["reply"] == 1, "reply", "none"))
    return data.assign(interaction=pd.Categorical(interaction, ["none", "like", "reply"]))


def with_means() -> pd.DataFrame:
    data = simulated("study-360")
    return data.assign(**{scale: data.filter(regex=rf"^{scale}\d").mean(axis=1) for scale in ("psr", "pk", "pa")})


def same(text: str) -> str:
    return text


@dataclass(frozen=True)
class Case:
    """A reference: its folder and suffix, the data, how the model text is changed, and the options of the fit."""

    folder: str
    suffix: str
    data: Callable[[], pd.DataFrame]
    options: dict[str, object] = field(default_factory=dict)
    text: Callable[[str], str] = same
    model: str = "model"

    def __str__(self) -> str:
        return self.folder + self.suffix

    def fit(self) -> sem.Fit:
        text = (REFERENCE / self.folder / f"{self.model}.txt").read_text()
        return sem.fit(self.text(text), self.data(), **self.options)


def hs() -> pd.DataFrame:
    return published("holzinger_swineford39")


def free(text: str) -> str:
    return re.sub(r"\b[abc]\*", "", text)


def one_label(text: str) -> str:
    return re.sub(r"c\(([a-d])_none[^)]*\)", r"\1", text.split("serial_none")[0])


LEVELS: dict[str, tuple[str, ...]] = {"configural": (), "metric": ("loadings",), "scalar": ("loadings", "intercepts")}
GROUPS = {
    "group-values": {"group": "school"},
    "robust-groups": {"group": "school", "equal": ("regressions",), "se": "robust"},
}
CASES = [
    *(Case(f"study-{n}", "", lambda n=n: simulated(f"study-{n}")) for n in (120, 360, 1200, "shipped")),
    Case("political-democracy", "", lambda: published("pd"), text=free),
    Case("political-democracy", "-equal-loadings", lambda: published("pd")),
    Case("political-democracy", "-observed", lambda: published("pd"), {"se": "observed"}, text=free),
    Case("holzinger-swineford", "", hs),
    Case("holzinger-swineford", "-robust", hs, {"se": "robust"}),
    *(Case("holzinger-swineford", f"-{k}", hs, {"group": "school", "equal": equal}) for k, equal in LEVELS.items()),
    *(
        Case("holzinger-swineford", f"-{k}-robust", hs, {"group": "school", "equal": equal, "se": "robust"})
        for k, equal in LEVELS.items()
    ),
    Case("study-groups", "", by_interaction, {"group": "interaction"}),
    Case("study-groups", "-loadings", by_interaction, {"group": "interaction", "equal": ("loadings",)}),
    Case(
        "study-groups",
        "-regressions",
        by_interaction,
        {"group": "interaction", "equal": ("loadings", "regressions")},
        text=one_label,
    ),
    Case("manifest", "", with_means),
    Case("manifest", "-means", with_means, text=lambda text: f"{text}\npsr ~ 1"),
    Case("missing", "", lambda: simulated("study-missing"), {"missing": "fiml"}),
    Case("missing", "-listwise", lambda: simulated("study-missing")),
    Case("missing", "-robust", lambda: simulated("study-missing"), {"missing": "fiml", "se": "robust"}),
    Case("skewed", "", lambda: simulated("study-skewed"), {"se": "robust"}),
    Case("heywood", "", lambda: simulated("heywood")),
    *(
        Case("variety", f"-{path.stem}", hs, GROUPS.get(path.stem, {}), model=path.stem)
        for path in sorted((REFERENCE / "variety").glob("*.txt"))
        if path.stem != "versions"
    ),
]
NOT_OURS = {"gradient"}
NOT_UNDER_FIML = {"cfi.robust", "tli.robust", "rmsea.robust"}


@pytest.fixture(scope="module")
def fits() -> dict[str, sem.Fit]:
    return {}


def fitted(case: Case, fits: dict[str, sem.Fit]) -> sem.Fit:
    return fits.setdefault(str(case), case.fit()) if str(case) not in fits else fits[str(case)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_lavaan_was_optimised_to_the_end(case: Case) -> None:
    measures = lavaan(case.folder, f"measures{case.suffix}").set_index("measure")["value"]
    assert measures["gradient"] <= 2e-8


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_row_of_the_parameter_table_is_lavaans(case: Case, fits: dict[str, sem.Fit]) -> None:
    ours, theirs = fitted(case, fits).estimates, lavaan(case.folder, f"estimates{case.suffix}")
    shared = [name for name in ("lhs", "op", "rhs", "group", "label") if name in theirs]
    unlabelled = theirs[shared].fillna("").replace(r"^\.p\d+\.$", "", regex=True)  # lavaan's own label for equal rows
    assert ours[shared].to_numpy().tolist() == unlabelled.to_numpy().tolist()
    for our, their in COLUMNS.items():
        np.testing.assert_allclose(ours[our], theirs[their].astype(float), rtol=1e-7, atol=1e-8, err_msg=our)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_fit_measure_is_lavaans(case: Case, fits: dict[str, sem.Fit]) -> None:
    theirs = lavaan(case.folder, f"measures{case.suffix}").set_index("measure")["value"]
    ours = fitted(case, fits).measures
    skipped = NOT_OURS | (NOT_UNDER_FIML if case.options.get("missing") == "fiml" else set())
    for name in theirs.index.difference(list(skipped)):
        # lavaan stops its root finder for the interval, and its EM algorithm under missing cells, a little early.
        slack = {"rmsea": 2e-6, "srmr": 1e-7}.get(name.split(".ci")[0], 1e-8)
        assert ours[name.replace(".", "_")] == pytest.approx(theirs[name], rel=1e-7, abs=slack, nan_ok=True), name


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", "-robust"])
def test_nested_models_compare_as_lavaan_compares_them(suffix: str) -> None:
    se = "robust" if suffix else "expected"
    text = (REFERENCE / "holzinger-swineford" / "model.txt").read_text()
    fits = {name: sem.fit(text, hs(), group="school", equal=equal, se=se) for name, equal in LEVELS.items()}
    ours, theirs = sem.compare(fits), lavaan("holzinger-swineford", f"comparison{suffix}")
    assert ours.index.tolist() == theirs["model"].tolist()
    for our, their in {"df": "df", "chisq_diff": "diff", "df_diff": "df.diff", "pvalue": "pvalue"}.items():
        np.testing.assert_allclose(ours[our], theirs[their].astype(float), rtol=1e-6, err_msg=our)


def test_scales_of_a_billion_to_one_change_nothing_but_the_units() -> None:
    """lavaan stops on these data; its numbers are those of the same items in ordinary units."""
    power = lavaan("badly-scaled", "scale")
    assert power["lavaan.stops"].all()
    unit = dict(zip(power["item"], 10.0 ** power["power"].astype(int), strict=True))
    unit |= {scale: unit[f"{scale}1"] for scale in ("psr", "pk", "pa")}
    fit = sem.fit((REFERENCE / "badly-scaled" / "model.txt").read_text(), simulated("study-badly-scaled"))
    ours, theirs = fit.estimates, lavaan("badly-scaled", "estimates")
    lhs, rhs = (ours[side].map(lambda name: unit.get(name, 1.0)) for side in ("lhs", "rhs"))
    factor = np.select([ours["op"] == "=~", ours["op"] == "~"], [rhs / lhs, lhs / rhs], lhs * rhs)
    assert not fit.problems
    for column in ("est", "se"):
        np.testing.assert_allclose(ours[column] / factor, theirs[column], rtol=1e-6, atol=1e-8)
    for column in ("std_all", "std_nox"):
        expected = theirs[COLUMNS[column]].where(~ours["lhs"].isin(["neg", "like", "reply"]), ours[column])
        np.testing.assert_allclose(ours[column], expected, rtol=1e-6, atol=1e-8)


@pytest.mark.slow
def test_where_lavaan_does_not_converge_neither_do_we_and_we_give_no_number() -> None:
    assert not lavaan("not-converging", "convergence")["converged"].any()
    fit = sem.fit((REFERENCE / "not-converging" / "model.txt").read_text(), simulated("not-converging"))
    assert not fit.converged
    assert fit.problems[0].startswith("no convergence")
    assert fit.estimates[["est", "se", "std_all"]].isna().all(axis=None)
    assert np.isnan(fit.measures["chisq"])
