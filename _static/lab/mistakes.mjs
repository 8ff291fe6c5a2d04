/**
 * The study's analysis with one mistake made on purpose.
 *
 * The people are those of the sample, in the order in which Python resamples them; where nobody is left out, the others
 * follow behind.
 */
import { judged, ofMeans, reader } from "./check.mjs";
import { percentile } from "./describe.mjs";
import { fit, refitting, values } from "./latent.mjs";
import { Layout } from "./likelihood.mjs";
import { summing, table } from "./moments.mjs";
import { resamples } from "./random.mjs";
import { parse } from "./syntax.mjs";

/** Effects that move by less than this share of their size hardly move. */
export const HARDLY = 0.1;

/** Which sample a mistake analyses, by which model, and whether it takes means of items. */
export function mistaken(book, mistake) {
  const { mistakes, models, sample } = book;
  const means = mistake === "means" || mistake === "not_turned_means";
  const text = means ? models.manifest : mistake === "covariate" ? mistakes.with_covariate : models.study;
  return { sample: { ...sample, ...changed(book, mistake, sample) }, text, means };
}

const itemsOf = (book) => book.model.constructs.flatMap((name) => book.scales[name]);

/** The columns that a mistake changes. */
function changed(book, mistake, sample) {
  const { turning, left_out: others, reference } = book.mistakes;
  if (mistake.startsWith("not_turned")) return Object.fromEntries(Object.entries(turning)
    .filter(([item]) => item in sample).map(([item, ends]) => [item, sample[item].map((answer) => ends - answer)]));
  if (mistake === "everybody")
    return Object.fromEntries(Object.entries(others).map(([name, more]) => [name, [...sample[name], ...more]]));
  if (mistake === "reference") return { [reference]: sample.interaction.map((shown) => Number(shown === book.interactions[0])) };
  return {};
}

/**
 * The deciding effects with a mistake: estimates at once, then intervals.
 *
 * Gives `n`, by key `est` and `ci`, and how many resamples did not converge. `told` hears of the estimates; what is
 * yielded is the share of the resamples.
 */
export function* withMistake(book, mistake, draws, told = () => {}) {
  const { sample, text, means } = mistaken(book, mistake);
  yield 0;
  const model = parse(text), names = means ? [...itemsOf(book), ...model.x] : [...model.y, ...model.x];
  const all = table(names.map(reader(sample)).map((column) => column.map(Number)));
  yield 0;
  const whole = yield* summing(all);
  yield 0;
  const analysed = means ? ofMeansOf(book, model, names) : yield* latent(book, new Layout(model), whole);
  const est = yield* analysed(whole), drawn = Object.fromEntries(book.deciding.map((key) => [key, []]));
  const rows = resamples(all.n, draws, book.seed);
  yield 0;
  told({ n: all.n, effects: Object.fromEntries(book.deciding.map((key) => [key, { est: est[key], ci: null }])) });
  for (let draw = 0; draw < draws; draw++) {
    const counts = rows.next().value;
    yield;
    const sampled = yield* summing(all, counts);
    yield;
    const got = yield* analysed(sampled);
    if (got) for (const key of book.deciding) drawn[key].push(got[key]);
    yield (draw + 1) / draws;
  }
  const effects = Object.fromEntries(book.deciding.map((key) =>
    [key, { est: est[key], ci: percentile(drawn[key], book.level) }]));
  const lost = draws - drawn[book.deciding[0]].length;
  return { n: all.n, effects, lost, verdicts: judged(book.claims, (key) => effects[key].ci) };
}

/** Moments -> effects by key, by three regressions of scale means. */
function ofMeansOf(book, model, columns) {
  return function* (all) {
    const found = ofMeans(book, model, { ...all, columns });
    return Object.fromEntries(book.deciding.map((key) => [key, found.get(`robustness.manifest.${key}`)]));
  };
}

/** Moments -> effects by key, by the latent model, which is fitted once; nothing where a resample has no solution. */
function* latent(book, layout, all) {
  const whole = yield* fit(layout, all);
  return function* (again) {
    const found = yield* refitting(whole, again);
    if (!found.converged) return null;
    const known = values(found);
    return Object.fromEntries(Object.entries(book.effects).map(([name, key]) => [key, known[name]]));
  };
}

/** What a mistake does to some effects: `turned`, `smaller`, `larger`, or the `same`; and the share of their size. */
export function outcome(planned, here) {
  const size = (effects) => effects.reduce((sum, one) => sum + Math.abs(one), 0), share = size(here) / size(planned);
  if (planned.some((one, i) => one * here[i] < 0)) return { what: "turned", share };
  return { what: share < 1 - HARDLY ? "smaller" : share > 1 + HARDLY ? "larger" : "same", share };
}
