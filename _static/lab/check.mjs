/**
 * The book's numbers again, from the analysed sample alone, under the keys of the registry.
 *
 * `recompute` is a generator: it yields the share that is done, and gives a Map of key -> value at its end. What
 * comes early is in the Map early, so that a page can show it while the resamples run.
 */
import { alpha, anova, correlation, holm, htmt, mean, meanInterval, percentile, quantile, sd, slopes, variance, welch, wilson } from "./describe.mjs";
import { fit, measures, refit, values } from "./latent.mjs";
import { Layout } from "./likelihood.mjs";
import { combined, moments, part, summing, table } from "./moments.mjs";
import { Pcg64, resamples } from "./random.mjs";
import { parse } from "./syntax.mjs";

const PROPER = "proper!";
const FIT = ["chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "logl", "aic", "bic", "ntotal", "npar"];

/** The columns of a sample as the models read them: products written a:b are made here. */
export function reader(sample) {
  return (name) => name.includes(":")
    ? name.split(":").map((one) => sample[one]).reduce((left, right) => left.map((value, i) => value * right[i]))
    : sample[name];
}

/** Keep the rows that have all the columns. */
export function complete(sample, names) {
  const rows = [...sample[names[0]].keys()].filter((row) => names.every((name) => sample[name][row] !== null));
  return Object.fromEntries(Object.entries(sample).map(([name, column]) => [name, rows.map((row) => column[row])]));
}

/** The book's analysis of a sample. `intervals` says whether the resamples are drawn too. */
export function* recompute(book, sample, intervals, found = new Map()) {
  const put = (key, value) => found.set(key, value);
  const everyItem = Object.values(book.scales).flat();
  yield 0;
  const modelItems = book.model.constructs.flatMap((name) => book.scales[name]);
  // The questionnaire's other answers may be missing where the model's may not.
  const analysed = complete(sample, modelItems);
  yield 0;
  const whole = complete(sample, everyItem);
  yield 0;
  yield* experiment(book, sample, put);
  yield* measurement(book, whole, put);
  const study = yield* fitted(book.models.study, analysed);
  fitMeasures("mediation.fit", study, put);
  const cfa = yield* fitted(book.models.cfa, whole);
  fitMeasures("measurement.cfa", cfa, put);
  const omegas = {};
  for (const scale in book.scales) omegas[scale] = yield* fitted(book.models.omega[scale], whole);
  const manifest = parse(book.models.manifest);
  const analyses = [
    { from: analysed, of: (all) => ofStudy(book, study, all) },
    { from: analysed, of: (all) => ofMeans(book, manifest, all) },
    { from: whole, of: (all) => ofScales(cfa, omegas, all) },
  ];
  const columns = [...everyItem, ...study.layout.model.x];
  yield 0;
  const made = new Map([analysed, whole].map((from) =>
    [from, table(columns.map(reader(from)).map((column) => column.map(Number)))]));
  if (whole.valence.length === analysed.valence.length) made.set(whole, made.get(analysed));
  const tables = analyses.map(({ from }) => made.get(from));
  for (const [i, { of }] of analyses.entries()) {
    yield 0;
    for (const [key, value] of of({ ...moments(tables[i]), columns }))
      if (key !== PROPER) put(estimateKey(key), value);
  }
  extremes(book, found, put);
  yield 0;
  if (!intervals) return found;
  yield* resampled(book, analyses, tables, columns, found, put);
  return found;
}

const estimateKey = (key) => key.endsWith("!") ? key.slice(0, -1) : `${key}.est`;

function* fitted(text, sample) {
  const model = parse(text), layout = new Layout(model);
  const columns = table([...model.y, ...model.x].map(reader(sample)).map((column) => column.map(Number)));
  yield 0;
  const all = yield* summing(columns);
  return yield* fit(layout, all);
}

function fitMeasures(prefix, found, put) {
  const got = measures(found);
  for (const name of FIT) put(`${prefix}.${name}`, got[name]);
  put(`${prefix}.rmsea.ci`, got.rmsea_ci);
}

function* experiment(book, sample, put) {
  const { level, valences, interactions } = book, n = sample.valence.length;
  put("sample.analysed", n);
  const within = (valence, interaction) => [...Array(n).keys()].filter((row) =>
    (valence === null || sample.valence[row] === valence) &&
    (interaction === null || sample.interaction[row] === interaction));
  const [positive, negative] = valences;
  for (const valence of valences) for (const w of interactions)
    put(`sample.analysed.${valence}.${w}`, within(valence, w).length);
  const difference = (key, one, other) => {
    const got = welch(one, other, level);
    for (const name of ["est", "ci", "t", "df", "p"]) put(`${key}.${name}`, got[name]);
    put(`${key}.g.est`, got.g);
    put(`${key}.g.ci`, got.gCi);
    return got.p;
  };
  for (const [scale, items] of Object.entries(book.scales)) {
    const scores = meanScores(sample, items), of = (rows) => rows.map((row) => scores[row]).filter((one) => one !== null);
    for (const valence of valences) for (const w of interactions) {
      const cell = of(within(valence, w)), key = `experiment.cell.${scale}.${valence}.${w}`;
      put(`${key}.n`, within(valence, w).length);
      put(`${key}.mean.est`, mean(cell));
      put(`${key}.mean.ci`, meanInterval(cell, level));
      put(`${key}.sd`, sd(cell));
      yield 0;
    }
    const p = interactions.map((w) =>
      difference(`experiment.simple.${scale}.${w}`, of(within(negative, w)), of(within(positive, w))));
    holm(p).forEach((value, i) => put(`experiment.simple.${scale}.${interactions[i]}.p_holm`, value));
    yield 0;
    const seen = [...scores.keys()].filter((row) => scores[row] !== null);
    const terms = anova(seen.map((row) => scores[row]), seen.map((row) => sample.valence[row] === negative),
      seen.map((row) => interactions.indexOf(sample.interaction[row])));
    for (const [term, row] of Object.entries(terms))
      for (const name in row) put(`experiment.anova.${scale}.${term}.${name}`, row[name]);
    yield 0;
  }
  yield 0;
  const perceived = (valence) => within(valence, null).map((row) => sample.perceived_valence[row])
    .filter((one) => one !== null);
  for (const valence of valences) {
    put(`experiment.check.valence.${valence}.mean`, mean(perceived(valence)));
    put(`experiment.check.valence.${valence}.sd`, sd(perceived(valence)));
  }
  difference("experiment.check.valence.difference", perceived(negative), perceived(positive));
  for (const w of interactions) {
    const recalled = within(null, w).map((row) => sample.perceived_interaction[row]).filter((one) => one !== null);
    const right = recalled.filter((one) => one === w).length;
    put(`experiment.check.interaction.${w}.est`, right / recalled.length);
    put(`experiment.check.interaction.${w}.ci`, wilson(right, recalled.length, level));
  }
  yield 0;
}

/** The mean of a person's answered items of a scale; null where none was answered. */
function meanScores(sample, items) {
  return sample[items[0]].map((_, row) => {
    const answered = items.map((item) => sample[item][row]).filter((one) => one !== null);
    return answered.length ? mean(answered) : null;
  });
}

function* measurement(book, sample, put) {
  const scores = {};
  for (const [scale, items] of Object.entries(book.scales)) {
    const key = `measurement.reliability.${scale}`, got = alpha(items.map((item) => sample[item]), book.level);
    scores[scale] = meanScores(sample, items);
    put(`${key}.items`, items.length);
    put(`${key}.alpha.est`, got.est);
    put(`${key}.alpha.ci`, got.ci);
    put(`${key}.mean`, mean(scores[scale]));
    put(`${key}.sd`, sd(scores[scale]));
    yield 0;
  }
  for (const [one, other] of pairs(Object.keys(book.scales))) {
    const got = correlation(scores[one], scores[other]);
    put(`measurement.correlation.${one}.${other}.r`, got.r);
    put(`measurement.correlation.${one}.${other}.p`, got.p);
    yield 0;
  }
}

const pairs = (names) => names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other]));
const placesOf = (columns, names) => names.map((name) => columns.indexOf(name));

/** Key of an effect from the name of its defined parameter: serial_like_minus_none -> serial.like_minus_none. */
const effects = (book) => Object.entries(book.effects);

/** Paths, effects and predicted means of the study's model, from the moments of all columns. */
function ofStudy(book, whole, all) {
  const { model } = whole.layout, found = new Map();
  const got = refit(whole, part(all, placesOf(all.columns, [...model.y, ...model.x])));
  if (!got.converged) return null;
  const raw = values(got), std = values(got, true);
  // Ψ is diagonal here, so that a negative entry is all that can go wrong.
  const proper = [whole.layout.now.Theta, whole.layout.now.Psi].every((matrix) => matrix.every((one) => one >= -1e-12));
  found.set(PROPER, Number(proper));
  for (const label of book.paths) found.set(`mediation.path.${label}`, raw[label]);
  for (const [name, key] of effects(book)) {
    found.set(`mediation.${key}`, raw[name]);
    found.set(`mediation.${key}.std`, std[name]);
  }
  const { Pi } = whole.layout.implied(got.theta), q = model.x.length, { yMeans, xMeans } = got.sample;
  for (const construct of book.model.constructs) {
    const items = placesOf(model.y, book.scales[construct]);
    for (const valence of book.valences) for (const w of book.interactions) {
      const shown = { neg: Number(valence === "negative"), like: Number(w === "like"), reply: Number(w === "reply") };
      const at = model.x.map((name) => name.split(":").reduce((value, one) => value * shown[one], 1));
      const scores = items.map((i) => yMeans[i] + at.reduce((sum, x, j) => sum + Pi[i * q + j] * (x - xMeans[j]), 0));
      found.set(`predicted.${construct}.${valence}.${w}`, mean(scores));
    }
    found.set(`predicted.${construct}.loading!`,
      mean(book.scales[construct].map((item) => raw[`${construct}=~${item}`])));
  }
  return found;
}

/** The observed-variable version: three regressions of scale means, and the same effects. */
export function ofMeans(book, manifest, all) {
  const found = new Map(), x = all.columns.length - 5, { constructs } = book.model, width = all.columns.length;
  const weights = constructs.map((scale) => all.columns.map((name) =>
    book.scales[scale].includes(name) ? 1 / book.scales[scale].length : 0));
  for (let j = x; j < width; j++) weights.push(all.columns.map((_, k) => Number(k === j)));
  const scores = combined(all, weights), raw = {};
  const place = (name) => constructs.includes(name) ? constructs.indexOf(name)
    : constructs.length + all.columns.indexOf(name) - x;
  const rows = manifest.rows.filter((row) => row.op === "~");
  for (const outcome of constructs) {
    const own = rows.filter((row) => row.lhs === outcome);
    const slope = slopes(scores, place(outcome), own.map((row) => place(row.rhs)));
    own.forEach((row, i) => raw[row.label] = slope[i]);
  }
  for (const { name, value } of manifest.definitions) raw[name] = value(raw);
  for (const [name, key] of effects(book)) {
    found.set(`robustness.manifest.${key}`, raw[name]);
  }
  return found;
}

/** Omega of each scale and the standardised loadings. */
function ofScales(cfa, omegas, all) {
  const found = new Map(), again = (whole) => refit(whole, part(all, placesOf(all.columns, whole.layout.model.y)));
  for (const [scale, whole] of Object.entries(omegas)) {
    const got = again(whole);
    if (got.converged) found.set(`measurement.reliability.${scale}.omega`, values(got).omega);
  }
  const solution = again(cfa), std = values(solution, true);
  if (solution.converged) for (const row of cfa.layout.model.rows)
    if (row.op === "=~") found.set(`measurement.loading.${row.rhs}`, std[`${row.lhs}=~${row.rhs}`]);
  return found;
}

/** What is read off other numbers: largest and smallest, average variance extracted, the gap of the predictions. */
function extremes(book, found, put) {
  const loading = (item) => found.get(`measurement.loading.${item}.est`);
  const every = Object.values(book.scales).flat().map(loading);
  put("measurement.loading.largest", Math.max(...every));
  put("measurement.loading.smallest", Math.min(...every));
  for (const [scale, items] of Object.entries(book.scales))
    put(`measurement.ave.${scale}`, mean(items.map((item) => loading(item) ** 2)));
  let gap = 0;
  for (const construct of book.model.constructs) {
    const groups = book.valences.flatMap((valence) => book.interactions.map((w) => [valence, w]));
    const means = groups.map(([valence, w]) => found.get(`predicted.${construct}.${valence}.${w}.est`));
    put(`predicted.${construct}.range`, Math.max(...means) - Math.min(...means));
    groups.forEach(([valence, w], i) => gap = Math.max(gap,
      Math.abs(means[i] - found.get(`experiment.cell.${construct}.${valence}.${w}.mean.est`))));
  }
  put("predicted.largest_gap", gap);
}

/** The intervals: the same rows drawn as in Python, every analysis on each. */
function* resampled(book, analyses, tables, columns, found, put) {
  const { draws, seed, level } = book, drawn = new Map();
  const keep = (key, value) => {
    if (!drawn.has(key)) drawn.set(key, []);
    drawn.get(key).push(value);
  };
  const n = tables.map((one) => one.n), streams = tables.map((one) => resamples(one.n, draws, seed));
  const scales = pairs(Object.keys(book.scales)).map(([one, other]) =>
    [`measurement.htmt.${one}.${other}`, placesOf(columns, book.scales[one]), placesOf(columns, book.scales[other])]);
  const plain = new Pcg64(seed), last = tables.length - 1;
  const whole = moments(tables[last]);
  for (const [key, one, other] of scales) put(`${key}.est`, htmt(whole, one, other));
  yield 0;
  for (let draw = 0; draw < draws; draw++) {
    const sampled = [];
    for (const [i, { of }] of analyses.entries()) {
      const first = tables.indexOf(tables[i]);
      sampled[i] = first < i ? sampled[first] : { ...yield* summing(tables[i], streams[i].next().value), columns };
      for (const [key, value] of of(sampled[i]) ?? []) keep(key, value);
      yield draw / draws;
    }
    const rows = new Float64Array(n[last]);
    for (let i = 0; i < n[last]; i++) rows[plain.below(n[last])]++;
    const items = yield* summing(tables[last], rows);
    for (const [key, one, other] of scales) keep(key, htmt(items, one, other));
    yield draw / draws;
  }
  for (const [key, list] of drawn) {
    if (key.endsWith("!")) continue;
    put(`${key}.ci`, percentile(list, level));
    yield 1;
  }
  const proper = drawn.get(PROPER);
  put("mediation.draws", proper.length);
  put("mediation.draws.not_converged", draws - proper.length);
  put("mediation.draws.inadmissible", proper.filter((one) => !one).length);
  verdicts(book, found, drawn, put);
}

/** The verdict on each claim by the written rule: every interval on its claimed side, or the whole chain on the other. */
export function judged(claims, interval) {
  const given = {}, key = (one) => `${one.effect}.${one.minus ? `${one.at}_minus_${one.minus}` : one.at}`;
  const side = ([low, high], sign) => sign === "+" ? low > 0 : high < 0;
  for (const [name, claim] of Object.entries(claims)) {
    const rows = claim.estimands, chain = rows.filter((one) => one.effect === "serial");
    const all = rows.every((one) => side(interval(key(one)), one.sign));
    const other = chain.every((one) => side(interval(key(one)), one.sign === "+" ? "-" : "+"));
    given[name] = all && claim.requires.every((one) => given[one] === "found") ? "found" : other ? "reversed" : "undecided";
  }
  return given;
}

/** The verdicts by the intervals, and those that intervals which hold all at once would give. */
function verdicts(book, found, drawn, put) {
  const deciding = book.deciding.map((name) => `mediation.${name}`), spreads = deciding.map((name) => sd(drawn.get(name)));
  const largest = new Float64Array(drawn.get(PROPER).length);
  deciding.forEach((name, i) => drawn.get(name).forEach((value, draw) =>
    largest[draw] = Math.max(largest[draw], Math.abs(value - found.get(`${name}.est`)) / spreads[i])));
  const c = quantile(largest.sort(), book.level);
  const atOnce = (name) => {
    const half = c * spreads[deciding.indexOf(name)], est = found.get(`${name}.est`);
    return [est - half, est + half];
  };
  const rule = judged(book.claims, (name) => found.get(`mediation.${name}.ci`));
  const simultaneous = judged(book.claims, (name) => atOnce(`mediation.${name}`)), yes = (one) => one ? "yes" : "no";
  for (const [name, claim] of Object.entries(book.claims)) {
    put(`verdict.${name}`, rule[name]);
    put(`verdict.${name}.simultaneous`, simultaneous[name]);
    put(`verdict.${name}.named`, yes(claim.named_if.every((one) => rule[one] === "found")));
    put(`verdict.${name}.same`, yes(rule[name] === simultaneous[name]));
  }
  put("verdict.same", yes(Object.keys(rule).every((name) => rule[name] === simultaneous[name])));
}

/** Whether two values are the same to six decimals, six digits where they are large. */
export function agrees(one, other, tolerance = 1e-6) {
  if (Array.isArray(one) && Array.isArray(other)) return one.every((value, i) => agrees(value, other[i], tolerance));
  if (typeof one === "number" && typeof other === "number")
    return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other));
  return one === other;
}
