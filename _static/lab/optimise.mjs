/** Finding the minimum as the Python package does: Newton's method for one sample, a quasi-Newton method for resamples. */
import { eigen, factor, inverse, product, solved } from "./algebra.mjs";
import { admissible, curvature, evaluate, information } from "./likelihood.mjs";

export const TOLERANCE = 1e-8;
/** A single fit goes on until it is this close; it converged at `TOLERANCE`. */
const FINISHED = 1e-11;
/** Turns of Newton's method: what has not arrived then is nearly always on its way to infinity, and each turn takes long. */
const STEPS = 60;
const HALVINGS = 40, SINGULAR = 1e-8;
/** Second derivatives, of unit size on their diagonal, whose pivots are larger than this curve up everywhere. */
const CERTAIN = 1e-6;

const largest = (slope, unit) => slope.reduce((most, value, i) => Math.max(most, Math.abs(value * unit[i])), 0);

/**
 * Minimise F by the limited-memory BFGS method from a given inverse Hessian, halving steps that do not descend.
 * Nocedal & Wright (2006), algorithm 7.4. The gradient is measured in units of `unit`, as the Python package does.
 */
export function* descending(layout, from, sample, H, unit, tolerance = TOLERANCE) {
  const { k } = layout, memory = [];
  let theta = Float64Array.from(from), slope = new Float64Array(k), value = evaluate(layout, theta, sample, slope);
  let size = largest(slope, unit);
  for (let turn = 0; turn < 100 && size > tolerance; turn++) {
    yield;
    const q = Float64Array.from(slope), alphas = [], step = new Float64Array(k);
    const dot = (a, b) => a.reduce((sum, one, i) => sum + one * b[i], 0);
    for (let i = memory.length - 1; i >= 0; i--) {
      const { move, change, rho } = memory[i];
      alphas[i] = rho * dot(move, q);
      for (let j = 0; j < k; j++) q[j] -= alphas[i] * change[j];
    }
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += H[i * k + j] * q[j];
      step[i] = sum;
    }
    memory.forEach(({ move, change, rho }, i) => {
      const beta = alphas[i] - rho * dot(change, step);
      for (let j = 0; j < k; j++) step[j] += beta * move[j];
    });
    const descent = -dot(step, slope), newSlope = new Float64Array(k);
    let length = 1, moved = false;
    for (; length > 1e-9; length /= 2) {
      const trial = theta.map((one, i) => one - length * step[i]);
      const found = evaluate(layout, trial, sample, newSlope);
      const newSize = largest(newSlope, unit);
      const flat = found <= value + 1e-11 * Math.max(1, Math.abs(value)) && newSize < size;
      if (!(found <= value + 1e-4 * length * descent || flat) || !Number.isFinite(newSize)) continue;
      const move = trial.map((one, i) => one - theta[i]), change = newSlope.map((one, i) => one - slope[i]);
      const bend = dot(move, change);
      if (bend > 1e-14 * dot(change, change)) {
        memory.push({ move, change, rho: 1 / bend });
        if (memory.length > 12) memory.shift();
      }
      [theta, value, slope, size, moved] = [trial, found, newSlope, newSize, true];
      break;
    }
    if (!moved) break;
  }
  return { theta, value, slope, gradient: size };
}

/**
 * Minimise F from a given place by Fisher scoring; once it is close, by the quasi-Newton method, whose steps cost next
 * to nothing, and by Newton's where that ends too early.
 *
 * Gives theta, the value, the largest slope in units of the parameters, those units, and the expected information.
 */
export function* minimise(layout, from, sample) {
  const { k } = layout, newSlope = new Float64Array(k);
  let theta = Float64Array.from(from), slope = new Float64Array(k), value = evaluate(layout, theta, sample, slope);
  let expected, unit, near = false, quick = null;
  for (let turn = 0; turn < STEPS; turn++) {
    yield;
    if (!near) {
      expected = yield* information(layout, theta, sample);
      unit = unitsOf(expected, k);
      yield;
    }
    const size = largest(slope, unit);
    if (!Number.isFinite(size)) break;
    near = size < 0.1;
    if (near && !quick) {
      quick = yield* descending(layout, theta, sample, inverse(expected, k).matrix, unit, FINISHED);
      if (quick.gradient <= TOLERANCE) {
        ({ theta, value, slope } = quick);
        break;
      }
    }
    if (size <= FINISHED) break;
    const second = near ? yield* curvature(layout, theta, sample, unit) : expected;
    yield;
    const step = yield* direction(second, slope, unit, k);
    yield;
    const descent = slope.reduce((sum, one, i) => sum + one * step[i], 0);
    let length = 1, found, trial;
    const good = () => {
      trial = theta.map((one, i) => one + length * step[i]);
      found = evaluate(layout, trial, sample, newSlope);
      // At the rounding error of F only the gradient can tell progress.
      const flat = found <= value + 1e-12 * Math.max(1, Math.abs(value)) && largest(newSlope, unit) < size;
      return (found <= value + 1e-4 * length * descent || flat) && admissible(layout, trial);
    };
    let halvings = 0;
    while (halvings < HALVINGS && !good()) {
      length /= 2;
      halvings++;
    }
    if (halvings === HALVINGS) break;
    [theta, value, slope] = [trial, found, Float64Array.from(newSlope)];
  }
  // The units of a run that leads to infinity shrink on its way, so they are taken anew before it is called finished.
  yield;
  expected = yield* information(layout, theta, sample);
  unit = unitsOf(expected, k);
  return { theta, value, gradient: largest(slope, unit), unit, expected };
}

/** The units of the parameters: the inverse roots of their expected information per case. */
const unitsOf = (expected, k) => Float64Array.from({ length: k }, (_, i) => 1 / Math.sqrt(expected[i * k + i]));

/**
 * The step against a slope, by second derivatives in units of the parameters.
 *
 * Where they curve down, |value| leads away from the saddle: Dauphin et al. (2014), saddle-free Newton.
 */
function* direction(second, slope, unit, k) {
  const scaled = second.map((one, at) => one * unit[Math.floor(at / k)] * unit[at % k]);
  const against = slope.map((one, i) => -one * unit[i]), L = factor(scaled, k, CERTAIN);
  if (L) return solved(L, against, k).map((one, i) => one * unit[i]);
  const { values, vectors } = yield* eigen(scaled, k);
  const least = SINGULAR * values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const along = product(against, vectors, 1, k, k).map((one, i) => one / Math.max(Math.abs(values[i]), least));
  return product(vectors, along, k, k, 1).map((one, i) => one * unit[i]);
}
