/** The latent model gives lavaan's numbers: estimates, errors, fit measures, and each of its resamples. */
import assert from "node:assert/strict";
import test from "node:test";
import { definedErrors, measures, refit, values } from "../../_static/lab/latent.mjs";
import { evaluate, sampleOf } from "../../_static/lab/likelihood.mjs";
import { moments } from "../../_static/lab/moments.mjs";
import { finish } from "../../_static/lab/slices.mjs";
import { fitted, rows } from "./reference.mjs";

const CASES = ["study-shipped", "study-120", "study-360", "study-1200"];
const near = (one, other, tolerance, what) =>
  assert.ok(Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other)), `${what}: ${one} is not ${other}`);

for (const name of CASES) {
  const { model, all, found } = fitted(name, `${name}.csv`), table = rows(`${name}/estimates.csv`);
  const named = (row) => row.op === ":=" ? row.lhs : row.label || `${row.lhs}${row.op}${row.rhs}`;

  test(`${name}: estimates, standardised ones too, are lavaan's`, () => {
    const raw = values(found), std = values(found, true), own = table.filter((row) => named(row) in raw);
    assert.ok(own.length >= model.free);
    for (const row of own) {
      near(raw[named(row)], Number(row.est), 1e-6, named(row));
      near(std[named(row)], Number(row["std.nox"]), 1e-6, `${named(row)} standardised`);
    }
  });

  test(`${name}: standard errors are lavaan's, those of products too`, () => {
    const defined = finish(definedErrors(found));
    const free = Object.fromEntries(model.rows.filter((row) => row.free >= 0)
      .map((row) => [row.label || `${row.lhs}${row.op}${row.rhs}`, found.se[row.free]]));
    const own = table.filter((row) => named(row) in free || named(row) in defined);
    assert.ok(own.length >= model.free);
    for (const row of own) near(free[named(row)] ?? defined[named(row)], Number(row.se), 1e-6, named(row));
  });

  test(`${name}: fit measures are lavaan's`, () => {
    const got = measures(found), stored = Object.fromEntries(rows(`${name}/measures.csv`).map((row) => [row.measure, row.value]));
    const pairs = { chisq: "chisq", df: "df", pvalue: "pvalue", cfi: "cfi", tli: "tli", rmsea: "rmsea", srmr: "srmr" };
    for (const [ours, theirs] of Object.entries(pairs)) near(got[ours], Number(stored[theirs]), 1e-6, ours);
    near(got.rmsea_ci[1], Number(stored["rmsea.ci.upper"]), 1e-6, "upper bound of the RMSEA");
  });

  test(`${name}: the gradient is the slope of F`, () => {
    const sample = sampleOf(found.layout, moments(all)), slope = new Float64Array(model.free);
    const theta = found.theta.map((value, i) => value + 0.01 * Math.cos(i));
    evaluate(found.layout, theta, sample, slope);
    for (let i = 0; i < model.free; i++) {
      const at = (step) => evaluate(found.layout, theta.map((value, j) => j === i ? value + step : value), sample);
      near(slope[i], (at(1e-5) - at(-1e-5)) / 2e-5, 1e-6, `parameter ${i}`);
    }
  });
}

for (const n of [120, 360, 1200])
  test(`200 resamples of ${n} people are lavaan's`, () => {
    const { model, all, found } = fitted("resamples", `study-${n}.csv`), stored = rows(`resamples/draws-${n}.csv`);
    const names = model.rows.filter((row) => row.free >= 0).map((row) => row.label || `${row.lhs}${row.op}${row.rhs}`);
    let state = n, compared = 0;
    for (const draw of stored) {
      const counts = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        state = 16807 * state % 2147483647;
        counts[Math.floor(state / 2147483647 * n)]++;
      }
      const again = refit(found, moments(all, counts)), got = values(again);
      assert.ok(again.converged);
      for (const name of names) {
        near(got[name], Number(draw[name]), 1e-5, name);
        compared++;
      }
    }
    assert.equal(compared, 200 * model.free);
  });
