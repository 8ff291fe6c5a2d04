/**
 * The chain where something that nobody measured moves two of its variables together.
 *
 * The structural part of the study's model has an arrow between any two latent variables, so a fixed correlation of two
 * residuals changes no implied covariance and no fit: it only divides what is seen into an arrow and a common cause. The
 * paths under a correlation therefore follow from one fit, draw by draw, without another: with V the covariances of the
 * latent variables given x, the residuals z1, z2, z3 in causal order and their correlation ρ,
 * z2's spread is that of the regression divided by √(1 - ρ²), and the path loses ρ times the ratio of the spreads.
 */
import { percentile } from "./describe.mjs";
import { fit, refitting } from "./latent.mjs";
import { Layout } from "./likelihood.mjs";
import { summing, table } from "./moments.mjs";
import { resamples } from "./random.mjs";
import { parse } from "./syntax.mjs";

/** Draws whose effects are computed in one step. */
const FEW = 20;

/** The study's model fitted to the columns of the sample that it reads. */
export function* fitted(text, sample) {
  const model = parse(text), names = [...model.y, ...model.x];
  const column = (name) => name.includes(":")
    ? name.split(":").map(column).reduce((left, right) => left.map((value, i) => value * right[i]))
    : sample[name].map(Number);
  const all = table(names.map(column));
  yield;
  const found = yield* fit(new Layout(model), yield* summing(all));
  return { found, all };
}

/** The model with a correlation fixed, from its text with the correlation at zero. */
export const withCorrelation = (text, correlation) => text.replace(/~~ 0\.0\*/, `~~ ${correlation}*`);

/** What the later steps read of a solution: V and the total effects of x on the latent variables. */
function seen({ layout, theta }) {
  const { V, AG } = layout.implied(theta);
  return { x: layout.model.x, V: Float64Array.from(V), AG: Float64Array.from(AG) };
}

/** The solution and those of the resamples; yields the share that is done. */
export function* resampled({ found, all }, draws, seed) {
  const kept = [], rows = resamples(all.n, draws, seed);
  for (let draw = 0; draw < draws; draw++) {
    const counts = rows.next().value;
    yield;
    const sampled = yield* summing(all, counts);
    yield;
    const again = yield* refitting(found, sampled);
    if (again.converged) kept.push(seen(again));
    yield (draw + 1) / draws;
  }
  return kept;
}

/** The paths d and b of the chain first -> second -> third, where two residuals have a correlation. */
export function links(V, [first, second, third], pair, correlation) {
  const at = (i, j) => V[i * 3 + j], free = Math.sqrt(1 - correlation ** 2);
  const isPair = (i, j) => pair.includes(i) && pair.includes(j);
  let d = at(first, second) / at(first, first);
  const own = at(second, second) - d * at(first, second);
  const shared = at(second, third) - d * at(first, third);
  const last = at(third, third) - at(first, third) ** 2 / at(first, first);
  let b = shared / own;
  if (isPair(first, second)) d -= correlation * Math.sqrt(own) / free / Math.sqrt(at(first, first));
  if (isPair(second, third)) b -= correlation * Math.sqrt((last - b * shared) / own) / free;
  return { d, b };
}

/** The deciding effects by key, such as serial.reply, of one solution. */
export function effectsOf({ x, V, AG }, book, order, pair, correlation) {
  const { constructs } = book.model, places = order.map((name) => constructs.indexOf(name));
  const { d, b } = links(V, places, pair.map((name) => constructs.indexOf(name)), correlation);
  const slope = (name) => x.includes(name) ? AG[places[0] * x.length + x.indexOf(name)] : 0;
  const found = {};
  for (const w of book.interactions) {
    const a = slope("neg") + slope(`neg:${w}`);
    Object.assign(found, { [`psr.${w}`]: a, [`pk_via_psr.${w}`]: a * d, [`serial.${w}`]: a * d * b });
  }
  for (const key of book.deciding) {
    const [, effect, at, minus] = /^(\w+)\.(\w+?)_minus_(\w+)$/.exec(key) ?? [];
    if (minus) found[key] = found[`${effect}.${at}`] - found[`${effect}.${minus}`];
  }
  return found;
}

/** Estimates, and intervals where there are draws, of the deciding effects: key -> { est, ci }. */
export function* under(whole, draws, book, order, pair, correlation) {
  const point = effectsOf(seen(whole), book, order, pair, correlation), each = [], found = {};
  for (const one of draws) {
    each.push(effectsOf(one, book, order, pair, correlation));
    if (each.length % FEW === 0) yield;
  }
  for (const key of book.deciding) {
    found[key] = { est: point[key], ci: draws.length ? percentile(each.map((one) => one[key]), book.level) : null };
    yield;
  }
  return found;
}
