/**
 * A truth that is written down: surveys drawn from it, and what the analysis would find in its whole population.
 *
 * The truth is that of data/truth.yml, the draws are those of companion/truth/population.py and recovery.py: the same
 * seed gives the same answers here and in Python.
 */
import { normalShare } from "./distributions.mjs";
import { Pcg64, seedWords } from "./random.mjs";

const LOWEST = 1, HIGHEST = 7, TRAITS = ["following", "involvement"], BOXES = [3, 4, 5];
const DUMMIES = ["neg", "like", "reply", "neg:like", "neg:reply"];

/** The latent variable that an item measures: psr of psr1. */
const latentOf = (item) => item.replace(/\d+$/, "");

/** Reliability of the sum of a latent variable's items, within a cell and before rounding. */
export function omega({ items }, latent) {
  const asked = Object.keys(items).filter((name) => latentOf(name) === latent).map((name) => items[name]);
  const common = asked.reduce((sum, { loading }) => sum + loading, 0) ** 2;
  return common / (common + asked.reduce((sum, { sd }) => sum + sd ** 2, 0));
}

/** A truth in which that sum has this omega, and the errors of all items changed as theirs did. */
export function asReliable(truth, latent, wanted) {
  const factor = Math.sqrt((1 / wanted - 1) / (1 / omega(truth, latent) - 1));
  const items = Object.entries(truth.items).map(([name, item]) => [name, { ...item, sd: item.sd * factor }]);
  return { ...truth, items: Object.fromEntries(items) };
}

/** Dummies of the six cells, in the order of the design: positive comments first, no reaction, like, reply. */
export const CELLS = [0, 1].flatMap((neg) => [[0, 0], [1, 0], [0, 1]].map(([like, reply]) =>
  ({ neg, like, reply, "neg:like": neg * like, "neg:reply": neg * reply })));

/** Seeds of the surveys of a size, the same as those of the committed table of power. */
export const seeds = (truth, people, count) => seedWords([truth.seed, people], [], count);

/** Correlations within a cell of traits and latent variables, and the variance of each disturbance. */
function within({ paths }) {
  const names = [...TRAITS, ...Object.keys(paths)], covariance = names.map((_, i) => names.map((_, j) => Number(i === j)));
  const disturbances = {};
  for (const [latent, effects] of Object.entries(paths)) {
    const row = names.indexOf(latent), above = names.slice(0, row);
    const weights = above.map((name) => effects[name] ?? 0);
    const shared = above.map((_, i) => weights.reduce((sum, weight, j) => sum + weight * covariance[i][j], 0));
    shared.forEach((value, i) => covariance[row][i] = covariance[i][row] = value);
    disturbances[latent] = 1 - weights.reduce((sum, weight, i) => sum + weight * shared[i], 0);
    if (!(disturbances[latent] > 0)) throw new Error(`The paths to ${latent} explain more than all of its variance.`);
  }
  return { names, covariance, disturbances };
}

const rounded = (answer) => Math.min(Math.max(Math.round(answer), LOWEST), HIGHEST);

/**
 * Draw people who answer with care, but for a share who tick one box all the way down.
 *
 * A generator that yields between variables; gives columns: the dummies, and every item from 1 to 7.
 */
export function* surveyOf(truth, people, seed) {
  const { disturbances } = within(truth), rng = new Pcg64(seed), columns = {};
  const normals = () => Float64Array.from({ length: people }, () => rng.normal());
  for (const name of DUMMIES) columns[name] = Float64Array.from({ length: people }, (_, i) => CELLS[i % CELLS.length][name]);
  const known = { ...columns };
  for (const trait of TRAITS) known[trait] = normals();
  for (const [latent, effects] of Object.entries(truth.paths)) {
    const spread = Math.sqrt(disturbances[latent]), own = normals().map((value) => value * spread);
    for (const [name, effect] of Object.entries(effects))
      for (let i = 0; i < people; i++) own[i] += effect * known[name][i];
    known[latent] = own;
    yield;
  }
  for (const [item, { base, loading, sd }] of Object.entries(truth.items)) {
    const latent = known[latentOf(item)];
    columns[item] = Float64Array.from(latent, (value) => rounded(base + loading * value + sd * rng.normal()));
    yield;
  }
  tickedAllTheWayDown(truth, columns, people, new Pcg64(seed));
  return columns;
}

function tickedAllTheWayDown(truth, columns, people, rng) {
  const careless = [], size = CELLS.length;
  for (let cell = 0; cell < size; cell++) {
    const members = Array.from({ length: Math.ceil((people - cell) / size) }, (_, i) => cell + i * size);
    careless.push(...rng.permutation(members).slice(0, Math.round(truth.careless * members.length)));
  }
  for (const person of careless.sort((one, other) => one - other)) {
    const box = BOXES[rng.below(BOXES.length)];
    for (const item in truth.items) columns[item][person] = truth.turned.includes(item) ? LOWEST + HIGHEST - box : box;
  }
}

const density = (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const TERMS = 60;

/**
 * Moments of the rounded answers and the dummies in the whole population, in closed form, in the order of `names`.
 *
 * A rounded answer is 1 and one more for each threshold below the normal answer behind it. Two answers whose normal
 * variables correlate by r have the covariance sum of r^k a_k b_k / k!, a_k being the sum over thresholds t of
 * density(t) He_(k-1)(t), by Mehler's expansion of the bivariate normal (Kotz, Balakrishnan & Johnson 2000, ch. 46).
 */
export function* population(truth, names) {
  const inside = within(truth), items = Object.keys(truth.items), width = names.length;
  const products = new Float64Array(width * width), sums = new Float64Array(width);
  const place = (latent) => inside.names.indexOf(latent);
  for (const cell of CELLS) {
    const latents = { ...cell };
    for (const [latent, effects] of Object.entries(truth.paths))
      latents[latent] = Object.entries(effects).reduce((sum, [name, effect]) =>
        sum + (TRAITS.includes(name) ? 0 : effect * latents[name]), 0);
    const answers = Object.fromEntries(items.map((item) => {
      const { base, loading, sd } = truth.items[item], spread = Math.hypot(loading, sd);
      return [item, { ...ofRounded(base + loading * latents[latentOf(item)], spread), share: loading / spread }];
    }));
    const both = (one, other) => {
      const [a, b] = [answers[one], answers[other]];
      if (!a && !b) return cell[one] * cell[other];
      if (!a || !b) return a ? careful(a.mean, 4, truth) * cell[other] : cell[one] * careful(b.mean, 4, truth);
      const same = (item) => truth.turned.includes(item), sign = same(one) === same(other) ? 1 : -1;
      const r = one === other ? 1 : a.share * b.share * inside.covariance[place(latentOf(one))][place(latentOf(other))];
      const clean = (one === other ? a.variance : series(a.weights, b.weights, r)) + a.mean * b.mean;
      return careful(clean, 16 + sign * 2 / 3, truth);
    };
    for (const [i, one] of names.entries()) {
      sums[i] += (one in cell ? cell[one] : careful(answers[one].mean, 4, truth)) / CELLS.length;
      for (let j = 0; j < width; j++) products[i * width + j] += both(one, names[j]) / CELLS.length;
      yield;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) products[i * width + j] -= sums[i] * sums[j];
  return { n: Infinity, width, means: sums, covariance: products };
}

/** A moment of all people, from that of those who take care and that of those who tick one box all the way down. */
const careful = (clean, other, { careless }) => (1 - careless) * clean + careless * other;

function ofRounded(mean, spread) {
  const thresholds = Array.from({ length: HIGHEST - LOWEST }, (_, i) => (LOWEST + i + 0.5 - mean) / spread);
  const above = thresholds.map((t) => 1 - normalShare(t)), weights = new Float64Array(TERMS);
  for (const t of thresholds) {
    let before = 0, hermite = density(t);
    for (let k = 0; k < TERMS; k++) {
      weights[k] += hermite;
      [before, hermite] = [hermite, t * hermite - k * before];
    }
  }
  const first = LOWEST + above.reduce((sum, share) => sum + share, 0);
  // E[points above the lowest, squared] = sum of (2 i + 1) P(at least i + 1 above it)
  const squared = above.reduce((sum, share, i) => sum + (2 * i + 1) * share, 0);
  return { mean: first, variance: squared - (first - LOWEST) ** 2, weights };
}

function series(one, other, r) {
  let sum = 0, power = 1;
  for (let k = 0; k < TERMS; k++) {
    power *= r / (k + 1);
    sum += power * one[k] * other[k];
  }
  return sum;
}
