/** The minimum is found from anywhere near it, by either method, and by nothing that was left to chance. */
import assert from "node:assert/strict";
import test from "node:test";
import { eigen, factor, product, solved, timesTransposed } from "../../_static/lab/algebra.mjs";
import { admissible, curvature, evaluate, information, sampleOf } from "../../_static/lab/likelihood.mjs";
import { moments } from "../../_static/lab/moments.mjs";
import { TOLERANCE, descending, minimise } from "../../_static/lab/optimise.mjs";
import { finish } from "../../_static/lab/slices.mjs";
import { fitted } from "./reference.mjs";

const near = (one, other, tolerance, what) =>
  assert.ok(Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other)), `${what}: ${one} is not ${other}`);
const nearAll = (some, others, tolerance) => others.forEach((other, i) => near(some[i], other, tolerance, `place ${i}`));

/** A symmetric matrix with given eigenvalues, turned by Householder's reflection at the vector 1, 2, 3, … */
function withEigenvalues(values) {
  const n = values.length, v = Float64Array.from(values, (_, i) => i + 1), length = v.reduce((sum, one) => sum + one * one, 0);
  const Q = Float64Array.from({ length: n * n }, (_, at) =>
    Number(Math.floor(at / n) === at % n) - 2 * v[Math.floor(at / n)] * v[at % n] / length);
  return timesTransposed(Q.map((one, at) => one * values[at % n]), Q, n, n, n);
}

for (const planted of [[3, -1, 0.5, 2], [1, 1, 1e-9, -4, 7], [0, 0, 5]])
  test(`eigenvalues ${planted} are found, and their vectors give the matrix again`, () => {
    const n = planted.length, matrix = withEigenvalues(planted), { values, vectors } = finish(eigen(matrix, n));
    nearAll([...values].sort((a, b) => a - b), [...planted].sort((a, b) => a - b), 1e-12);
    nearAll(timesTransposed(vectors.map((one, at) => one * values[at % n]), vectors, n, n, n), [...matrix], 1e-12);
  });

test("a positive definite matrix has a factor, which solves equations", () => {
  const A = withEigenvalues([0.5, 2, 3]), x = [1, -2, 0.25], L = factor(A, 3);
  nearAll(timesTransposed(L, L, 3, 3, 3), [...A], 1e-14);
  nearAll(solved(L, product(A, x, 3, 3, 1), 3), x, 1e-13);
});
test("a matrix that is not has none", () => assert.equal(factor(withEigenvalues([0.5, -2, 3]), 3), null));
test("nor has one of numbers that are none", () => assert.equal(factor([NaN], 1), null));

const { all, found, model } = fitted("study-120", "study-120.csv"), { layout } = found, sample = sampleOf(layout, moments(all));
const { k } = layout, away = (share) => found.theta.map((one, i) => one + share * Math.cos(i) * found.unit[i]);

test("the second derivatives are the slopes of the slope", () => {
  const theta = away(0.1), seen = finish(curvature(layout, theta, sample, found.unit)), slope = new Float64Array(k);
  const at = (i, step) => {
    evaluate(layout, theta.map((one, j) => i === j ? one + step : one), sample, slope);
    return Float64Array.from(slope);
  };
  for (let i = 0; i < k; i++) {
    // Richardson's extrapolation of two central differences, apart from the steps of the engine.
    const [wide, half] = [2e-3, 1e-3].map((step) => {
      const [high, low] = [at(i, step), at(i, -step)];
      return high.map((one, j) => (one - low[j]) / (2 * step));
    });
    for (let j = 0; j < k; j++) near(seen[i * k + j], (4 * half[j] - wide[j]) / 3, 1e-6, `${i}, ${j}`);
  }
});

test("where the model holds they are expected to be the information", () => {
  const { Omega, Pi } = layout.implied(found.theta), { p, q } = layout;
  const Pxx = product(Pi, sample.xx, p, q, q), holding = { ...sample, yx: Pxx, yy: timesTransposed(Pxx, Pi, p, q, p).map((one, i) => one + Omega[i]) };
  const seen = finish(curvature(layout, found.theta, holding, found.unit));
  nearAll(seen, [...finish(information(layout, found.theta, holding))], 1e-7);
});

for (const share of [0.1, 0.5])
  test(`Newton's method comes back from ${share} units away`, () => {
    const again = finish(minimise(layout, away(share), sample));
    assert.ok(again.gradient <= TOLERANCE);
    nearAll(again.theta, [...found.theta], 1e-9);
    near(again.value, found.value, 1e-12, "F");
  });

test("both methods end at the same place", () => {
  const quasi = finish(descending(layout, away(0.3), sample, found.inverse, found.unit));
  assert.ok(quasi.gradient <= TOLERANCE);
  nearAll(quasi.theta, [...found.theta], 1e-6);
});

test("a place with an impossible covariance of answers is told", () => {
  const theta = Float64Array.from(found.theta), { free } = layout.places.find(({ matrix }) => matrix === "Theta");
  assert.ok(admissible(layout, theta));
  theta[free] = -100;
  assert.ok(!admissible(layout, theta));
});

test("from a place where nothing is defined it finds nothing, and says so", () => {
  const again = finish(minimise(layout, away(0).fill(NaN), sample));
  assert.ok(!(again.gradient <= TOLERANCE));
  assert.equal(model.free, k);
});
