/** One survey from a truth, analysed as the book analyses its own: estimates, percentile intervals, verdicts. */
import { judged } from "./check.mjs";
import { percentile } from "./describe.mjs";
import { NotConvergedError, definedErrors, fit, refitting, values } from "./latent.mjs";
import { Layout } from "./likelihood.mjs";
import { summing, table } from "./moments.mjs";
import { resamples } from "./random.mjs";
import { parse } from "./syntax.mjs";
import { asReliable, omega, population, surveyOf } from "./truth.mjs";

/** The latent variable whose scale the slider of reliability speaks of. */
const SCALE = "psr";

/** The study's model with the columns that it reads. */
export function studied(book) {
  const model = parse(book.models.study), layout = new Layout(model);
  return { layout, columns: [...model.y, ...model.x], names: Object.keys(book.effects) };
}

/** The sliders' places that a written truth has. */
export function slidersOf(written) {
  const { psr, pk, pa } = written.paths, at = (reaction) => psr.neg + (psr[`neg:${reaction}`] ?? 0);
  return { none: at("none"), like: at("like"), reply: at("reply"), d: pk.psr, b: pa.pk, reliability: omega(written, SCALE) };
}

/** A number as a slider in hundredths shows it. */
const shown = (value) => value.toFixed(2);

/**
 * A written truth with other effects at each reaction, other later paths and another reliability of the relationship's
 * scale; effects in spreads within a cell. Where the slider of reliability shows the written one, no error changes.
 */
export function truthLike(written, { none, like, reply, d, b, reliability }) {
  const { psr, pk, pa } = written.paths;
  const paths = {
    ...written.paths, psr: { ...psr, neg: none, "neg:like": like - none, "neg:reply": reply - none },
    pk: { ...pk, psr: d }, pa: { ...pa, pk: b },
  };
  const own = shown(reliability) === shown(omega(written, SCALE));
  return { ...(own ? written : asReliable(written, SCALE, reliability)), paths };
}

/** What the analysis finds in a truth's whole population, and the standard errors of a survey of so many people. */
export function* inPopulation({ layout, columns }, truth, people) {
  const everybody = yield* population(truth, columns), found = yield* fit(layout, { ...everybody, n: people });
  yield;
  return { values: values(found), errors: yield* definedErrors(found) };
}

/**
 * Draw a survey and analyse it. Yields the share of its resamples that are done.
 *
 * Gives `est` and `ci` by the names of the effects, `verdicts` by claim, and how many resamples did not converge;
 * nothing where the survey's own fit did not, or no resample's.
 */
export function* drawnAndAnalysed(book, { layout, columns, names }, truth, people, seed, draws) {
  const answers = yield* surveyOf(truth, people, seed);
  const rows = table(columns.map((name) => answers[name]));
  yield 0;
  const whole = yield* summing(rows);
  yield 0;
  const found = yield* fittedIfAny(layout, whole);
  if (!found) return null;
  const raw = values(found);
  const drawn = Object.fromEntries(names.map((name) => [name, []]));
  let done = 0;
  for (const counts of resamples(people, draws, seed)) {
    yield ++done / draws;
    const sampled = yield* summing(rows, counts);
    yield;
    const again = yield* refitting(found, sampled);
    if (!again.converged) continue;
    const got = values(again);
    for (const name of names) drawn[name].push(got[name]);
  }
  if (!drawn[names[0]].length) return null;
  const ci = {}, est = {};
  for (const name of names) {
    yield 1;
    est[name] = raw[name];
    ci[name] = percentile(drawn[name], book.level);
  }
  const verdicts = judged(book.claims, (key) => ci[key.replace(".", "_")]);
  return { seed, est, ci, verdicts, lost: draws - drawn[names[0]].length };
}

/** The fit, or nothing where it does not converge. */
function* fittedIfAny(layout, whole) {
  try {
    return yield* fit(layout, whole);
  } catch (error) {
    if (error instanceof NotConvergedError) return null;
    throw error;
  }
}

/** Whether an interval holds a value. */
export const catches = ([low, high], value) => low <= value && value <= high;

/** How many surveys found each claim, left it undecided or found it reversed; and all of some claims together. */
export function tallied(surveys, claims, together) {
  const rows = Object.fromEntries(Object.keys(claims).map((name) => [name, { found: 0, undecided: 0, reversed: 0 }]));
  for (const { verdicts } of surveys) for (const name in rows) rows[name][verdicts[name]]++;
  const all = surveys.filter(({ verdicts }) => together.every((name) => verdicts[name] === "found")).length;
  return { rows, all };
}
