"""The compiled search finds what NumPy's does, draw by draw, and stands aside where it cannot be."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.sem import compiled, optimise, search
from companion.sem.bootstrap import resampled_rows, start_of_draws
from companion.sem.compiled import LANES, CompiledSearch, _run
from companion.sem.optimise import Bounds, Minima, minimise_many
from companion.sem.trace import Program, in_rows, traceable, traced

REFERENCE = Path(__file__).parents[1] / "reference"
PACKAGE = Path(sem.__file__).parent
STUDY = (REFERENCE / "study-360" / "model.txt").read_text()
FACTORS = "f =~ y1 + y2 + y3 + y4\ng =~ y5 + y6 + y7 + y2\ng ~ f"
CLOSE = 1e-10


def items(n: int, seed: int = 4) -> pd.DataFrame:
    """Answers to seven items of two factors by two groups, on scales that differ."""
    random = np.random.default_rng(seed)
    f = random.normal(size=n)
    g = 0.5 * f + random.normal(size=n)
    table = {f"y{i}": i * (f if i < 5 else g) + i * random.normal(size=n) + i for i in range(1, 8)}
    return pd.DataFrame({**table, "school": np.arange(n) % 2})


def fitted(name: str) -> sem.Fit:
    if name == "groups with means":
        return sem.fit(FACTORS, items(300), group="school", equal=("loadings", "intercepts"))
    if name == "a loading on two factors":
        return sem.fit(FACTORS, items(80))
    if name == "few people":
        return sem.fit(STUDY, pd.read_csv(REFERENCE / "data" / "study-120.csv").sample(60, random_state=1))
    return sem.fit(STUDY, pd.read_csv(REFERENCE / "data" / f"{name}.csv"))


APART = {
    "study-120": CLOSE,
    "study-360": CLOSE,
    "groups with means": CLOSE,
    # A search that takes long multiplies the last bits, and a flat maximum is found within the bound of the gradient.
    "a loading on two factors": 1e-5,
    "few people": 1e-5,
}


def by_numpy(fit: sem.Fit, monkeypatch: pytest.MonkeyPatch) -> sem.Bootstrap:
    with monkeypatch.context() as without:
        without.setattr(search, "compiler", lambda: "")
        return fit.bootstrap(draws=600, seed=3)


def computed(program: Program, theta: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """F and its gradient by a program at parameter vectors, one a sample: gradient and F a row."""
    k = theta.shape[1]
    table = np.zeros((program.rows, LANES))
    table[program.constants] = program.held[:, None]
    table[:k, : len(theta)] = theta.T
    table[2 * k + 1 :][: moments.shape[1], : len(theta)] = moments.T
    _run(program.instructions, program.places, table, np.empty((program.largest, 2 * program.largest)))
    return table[k : 2 * k + 1, : len(theta)].T


@pytest.mark.slow
@pytest.mark.parametrize("name", APART)
def test_each_draw_ends_where_numpys_search_ends(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fitted(name)
    ours, theirs = fit.bootstrap(draws=600, seed=3), by_numpy(fit, monkeypatch)
    assert isinstance(search.search_of(fit.likelihood), CompiledSearch)
    np.testing.assert_array_equal(ours.converged, theirs.converged)
    ends = ours.converged
    np.testing.assert_array_equal(ours.admissible[ends], theirs.admissible[ends])
    np.testing.assert_allclose(ours.theta[ends], theirs.theta[ends], rtol=APART[name], atol=APART[name])


@pytest.mark.parametrize("name", APART)
def test_the_program_gives_the_value_and_the_gradient_of_the_likelihood(name: str) -> None:
    fit = fitted(name)
    theta = fit.theta * np.random.default_rng(1).uniform(0.7, 1.3, size=(10, len(fit.theta)))
    samples = [block.take(np.zeros(10, dtype=int)) for [block] in fit.likelihood.sample]
    value, slope = fit.likelihood.of([[block] for block in samples]).evaluate(theta)
    found = computed(traced(fit.likelihood), theta, in_rows(samples))
    np.testing.assert_allclose(found, np.column_stack([slope, value]), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("group", [None, "school"])
def test_the_program_of_a_model_that_was_fitted_to_other_data_before_gives_the_value_at_these(
    group: str | None,
) -> None:
    before, fit = (sem.fit(FACTORS, items(300, seed), group=group) for seed in (4, 5))
    assert fit.likelihood.layout is before.likelihood.layout
    traced(before.likelihood)
    found = computed(traced(fit.likelihood), fit.theta[None], in_rows([block for [block] in fit.likelihood.sample]))
    np.testing.assert_allclose(found[0, -1], fit.likelihood.evaluate(fit.theta[None])[0], rtol=1e-10)


def test_a_model_without_means_is_written_down_once() -> None:
    first, second = (sem.fit(FACTORS, items(300, seed)) for seed in (4, 5))
    assert traced(first.likelihood) is traced(second.likelihood)


@pytest.mark.parametrize("name", ["study-360", "groups with means"])
def test_an_operand_mistaken_for_another_is_seen(name: str) -> None:
    fit = fitted(name)
    program = traced(fit.likelihood)
    samples = [block for [block] in fit.likelihood.sample]
    right = computed(program, fit.theta[None], in_rows(samples))
    wrong = program.instructions.copy()
    wrong[len(wrong) // 3, 3] = (wrong[len(wrong) // 3, 3] + 1) % program.rows
    planted = dataclasses.replace(program, instructions=wrong)
    assert np.abs(computed(planted, fit.theta[None], in_rows(samples)) - right).max() > CLOSE


def test_the_value_is_infinite_where_the_implied_matrix_has_no_positive_determinant() -> None:
    fit = fitted("study-360")
    [variance, *_] = [row.free for row in fit.table.rows if row.op == "~~" and row.lhs == "psr1"]
    theta = fit.theta.copy()
    theta[variance] = -0.5
    samples = [block for [block] in fit.likelihood.sample]
    assert computed(traced(fit.likelihood), theta[None], in_rows(samples))[0, -1] == np.inf


def test_a_draw_is_the_same_to_the_bit_whichever_draws_stand_beside_it() -> None:
    fit = fitted("study-120")
    [cases] = fit.likelihood.cases
    [counts] = resampled_rows([cases.rows], 200, 5)
    samples, some = cases.resampled(counts, counts.sum(axis=1)), np.array([150, 70, 3])
    found = CompiledSearch(fit.likelihood)
    together = found(fit.theta, *start_of_draws(fit), [samples])
    apart = found(fit.theta, *start_of_draws(fit), [samples.take(some)])
    np.testing.assert_array_equal(together.theta[some], apart.theta)


DECIDING = {
    "descent": Bounds(descent=0.5, flat=-1.0),
    "flat": Bounds(descent=2.0, flat=-0.03),
    "curvature": Bounds(curvature=0.8),
    "narrowest": Bounds(narrowest=0.97),
    "widest": Bounds(widest=1.03),
}
"""Values at which a bound decides about many of the draws, so that a tenth more or less leads some elsewhere."""


def after_four_steps(bounds: Bounds, numpys: Bounds, monkeypatch: pytest.MonkeyPatch) -> tuple[Minima, Minima]:
    """Where the compiled search and NumPy's stand after a few steps, each with bounds of its own."""
    fit = fitted("study-120")
    [cases] = fit.likelihood.cases
    [counts] = resampled_rows([cases.rows], 400, 5)
    samples = [cases.resampled(counts, counts.sum(axis=1))]
    for module, judged_by in ((compiled, bounds), (optimise, numpys)):
        monkeypatch.setattr(module, "BOUNDS", judged_by)
        monkeypatch.setattr(module, "STEPS", 4)
    monkeypatch.setattr(compiled, "SOON", 4)
    by_numpy = minimise_many(fit.likelihood, fit.theta, *start_of_draws(fit), samples)
    return CompiledSearch(fit.likelihood)(fit.theta, *start_of_draws(fit), samples), by_numpy


def apart(one: Minima, other: Minima) -> int:
    """Count the draws in which two searches do not stand in the same place."""
    return int((np.abs(one.theta - other.theta).max(axis=1) > 1e-9).sum())


@pytest.mark.slow
@pytest.mark.parametrize("name", Bounds._fields)
def test_both_searches_judge_a_step_by_the_same_bound(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert apart(*after_four_steps(DECIDING[name], DECIDING[name], monkeypatch)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", Bounds._fields)
def test_a_bound_that_is_a_tenth_larger_in_one_search_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    larger = DECIDING[name]._replace(**{name: 1.1 * getattr(DECIDING[name], name)})
    assert apart(*after_four_steps(DECIDING[name], larger, monkeypatch)) > 0


def test_compiled_code_writes_no_bound_itself() -> None:
    kernels = [value for value in vars(compiled).values() if hasattr(value, "py_func")]
    written = {one for kernel in kernels for one in kernel.py_func.__code__.co_consts if isinstance(one, float)}
    assert written == {0.0, 1.0, 2.0}


def test_code_that_is_kept_on_disk_holds_no_number_of_another_file_but_those_of_the_instructions() -> None:
    """Numba keeps code until its own file changes; a number that changes elsewhere would stay as it was."""
    kernels = [value for value in vars(compiled).values() if hasattr(value, "py_func")]
    names = {name for kernel in kernels for name in kernel.py_func.__code__.co_names}
    held = {name: getattr(compiled, name, None) for name in names}
    numbers = {name: value for name, value in held.items() if isinstance(value, int | float)}
    instructions = {"ADD_1": 0, "ADD_2": 1, "ADD_4": 2, "DIVIDE": 3, "ABSOLUTE": 4, "LOG": 5, "GUARD": 6}
    assert len(kernels) == 4
    assert numbers == {**instructions, "LANES": LANES, "inf": np.inf}


def test_without_numba_numpy_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "compiler", lambda: "")
    found = search.search_of(fitted("study-360").likelihood)
    assert isinstance(found, partial)
    assert found.func is minimise_many


@pytest.mark.parametrize("model", ["y2 ~ y1\ny3 ~ y2", "y5 ~ y6 + y1\ny6 ~ y5 + y2"])
def test_a_model_that_is_no_factor_model_is_left_to_numpy(model: str) -> None:
    fit = sem.fit(model, items(200))
    assert not traceable(fit.likelihood)
    assert isinstance(search.search_of(fit.likelihood), partial)


def run(code: str, folder: Path, **settings: str) -> str:
    """Run a program with a copy of the layer as `companion_sem`, and give what it prints."""
    shutil.copytree(PACKAGE, folder / "companion_sem", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "companion_sem" / "__pycache__").write_text("no folder, so nothing can be kept in it")
    environment = {**os.environ, "PYTHONPATH": str(folder), **settings}
    command = [sys.executable, "-W", "error", "-c", "import companion_sem as sem, pandas as pd, sys\n" + code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


FIT = f"fit = sem.fit({FACTORS!r}, pd.read_csv('items.csv'))\n"


@pytest.mark.slow
def test_numba_is_loaded_for_a_bootstrap_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    items(200).to_csv("items.csv", index=False)
    assert run(FIT + "fit.estimates, fit.measures\nprint('numba' in sys.modules)", tmp_path).strip() == "False"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("coverage.py", "# a file of the user's, named like a module that Numba looks for"),
        ("llvmlite.py", "raise OSError('Could not find/load shared object file')"),
        ("llvmlite.py", "raise ImportError('made for another NumPy')"),
    ],
)
def test_where_numba_cannot_be_loaded_numpy_searches(
    file: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    items(200).to_csv("items.csv", index=False)
    (tmp_path / file).write_text(text)
    code = FIT + "print(fit.bootstrap(draws=20, seed=1).not_converged, 'companion_sem.compiled' in sys.modules)"
    assert run(code, tmp_path).split() == ["0", "False"]


@pytest.mark.slow
def test_where_numba_may_not_compile_numpy_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    items(200).to_csv("items.csv", index=False)
    code = FIT + "print(fit.bootstrap(draws=20, seed=1).not_converged, 'companion_sem.compiled' in sys.modules)"
    assert run(code, tmp_path).split() == ["0", "False"]


@pytest.mark.slow
def test_with_no_place_to_keep_its_code_it_draws_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    items(200).to_csv("items.csv", index=False)
    nowhere = str(tmp_path / "items.csv" / "below-a-file")
    code = FIT + "print(fit.bootstrap(draws=20, seed=1).not_converged, 'companion_sem.compiled' in sys.modules)"
    assert run(code, tmp_path, HOME=nowhere, XDG_CACHE_HOME=nowhere, NUMBA_CACHE_DIR="").split() == ["0", "True"]
