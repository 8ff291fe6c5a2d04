/** What needs no latent variable: means, reliability, correlations, analysis of variance, least squares. */
import { inverse, product, crossed } from "./algebra.mjs";
import { fQuantile, fTail, normalQuantile, normalShare, tQuantile, tTwoSided } from "./distributions.mjs";

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variance with divisor n - 1. */
export function variance(values) {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

export const sd = (values) => Math.sqrt(variance(values));

/** R's type 7 quantile of sorted values. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1), below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** Percentile interval of draws. */
export function percentile(draws, level) {
  const sorted = Float64Array.from(draws).sort(), tail = (1 - level) / 2;
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** Bias-corrected interval of draws, without acceleration (Efron & Tibshirani 1993). */
export function biasCorrected(draws, estimate, level) {
  const sorted = Float64Array.from(draws).sort();
  const shift = normalQuantile(sorted.filter((one) => one < estimate).length / sorted.length);
  return [(1 - level) / 2, (1 + level) / 2].map((tail) => quantile(sorted, normalShare(2 * shift + normalQuantile(tail))));
}

/** The t interval of a mean. */
export function meanInterval(values, level) {
  const half = tQuantile((1 - level) / 2, values.length - 1) * sd(values) / Math.sqrt(values.length);
  return [mean(values) - half, mean(values) + half];
}

/** Welch's comparison of two groups, with Hedges' g and its large-sample interval (Hedges & Olkin 1985). */
export function welch(one, other, level) {
  const [n1, n2] = [one.length, other.length], [v1, v2] = [variance(one), variance(other)];
  const [a, b] = [v1 / n1, v2 / n2], est = mean(one) - mean(other), se = Math.sqrt(a + b);
  const df = (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1)), t = est / se;
  const half = tQuantile((1 - level) / 2, df) * se;
  const pooled = Math.sqrt(((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2));
  const g = (1 - 3 / (4 * (n1 + n2 - 2) - 1)) * est / pooled;
  const wide = normalQuantile((1 + level) / 2) * Math.sqrt((n1 + n2) / (n1 * n2) + g * g / (2 * (n1 + n2)));
  return { est, ci: [est - half, est + half], t, df, p: tTwoSided(t, df), g, gCi: [g - wide, g + wide] };
}

/** Holm's step-down adjustment. */
export function holm(p) {
  const adjusted = [];
  let most = 0;
  [...p.keys()].sort((i, j) => p[i] - p[j]).forEach((place, rank) => {
    most = Math.max(most, p[place] * (p.length - rank));
    adjusted[place] = Math.min(most, 1);
  });
  return adjusted;
}

/** Wilson's score interval of a share. */
export function wilson(successes, n, level) {
  const z = normalQuantile((1 + level) / 2), centre = (successes + z * z / 2) / (n + z * z);
  const half = z / (n + z * z) * Math.sqrt(successes * (n - successes) / n + z * z / 4);
  return [centre - half, centre + half];
}

/** Cronbach's alpha of items (columns) with Feldt's interval. */
export function alpha(items, level) {
  const k = items.length, n = items[0].length;
  const sums = items[0].map((_, row) => items.reduce((sum, item) => sum + item[row], 0));
  const est = k / (k - 1) * (1 - items.reduce((sum, item) => sum + variance(item), 0) / variance(sums));
  const tail = (1 - level) / 2, df = [n - 1, (n - 1) * (k - 1)];
  return { est, ci: [1 - tail, tail].map((share) => 1 - (1 - est) * fQuantile(share, ...df)) };
}

/** A correlation with the p of its t. */
export function correlation(one, other) {
  const [a, b] = [mean(one), mean(other)], n = one.length;
  const cross = one.reduce((sum, value, i) => sum + (value - a) * (other[i] - b), 0) / (n - 1);
  const r = cross / (sd(one) * sd(other));
  return { r, p: tTwoSided(r * Math.sqrt((n - 2) / (1 - r * r)), n - 2) };
}

/** The analysis of variance of two levels by others, which are numbered, with type III sums of squares. */
export function anova(scores, first, second) {
  const last = second.reduce((most, one) => Math.max(most, one));
  const n = scores.length, k = 2 * (last + 1), X = new Float64Array(n * k);
  const effects = Array.from({ length: last }, (_, j) => j);
  for (let i = 0; i < n; i++) {
    const a = first[i] ? -1 : 1, coded = effects.map((j) => second[i] === last ? -1 : Number(second[i] === j));
    X.set([1, a, ...coded, ...coded.map((b) => a * b)], i * k);
  }
  const inverted = inverse(crossed(X, X, k, n, k), k).matrix;
  const beta = product(inverted, crossed(X, Float64Array.from(scores), k, n, 1), k, k, 1);
  const rest = scores.reduce((sum, y, i) => sum + (y - beta.reduce((fit, b, j) => fit + b * X[i * k + j], 0)) ** 2, 0);
  const df2 = n - k;
  return Object.fromEntries([
    ["valence", [1]], ["interaction", effects.map((j) => 2 + j)], ["product", effects.map((j) => 2 + last + j)],
  ].map(([term, places]) => {
    const df1 = places.length, block = new Float64Array(df1 * df1);
    places.forEach((i, a) => places.forEach((j, b) => block[a * df1 + b] = inverted[i * k + j]));
    const some = Float64Array.from(places, (i) => beta[i]);
    const squares = product(some, product(inverse(block, df1).matrix, some, df1, df1, 1), 1, df1, 1)[0];
    const F = squares / df1 / (rest / df2);
    return [term, { F, df1, df2, p: fTail(F, df1, df2), eta2: squares / (squares + rest) }];
  }));
}

/** Slopes of one column on others, from covariances (places in `all`). */
export function slopes(all, outcome, predictors) {
  const k = predictors.length, S = all.covariance, w = all.width, block = new Float64Array(k * k);
  predictors.forEach((i, a) => predictors.forEach((j, b) => block[a * k + b] = S[i * w + j]));
  const right = Float64Array.from(predictors, (i) => S[i * w + outcome]);
  return product(inverse(block, k).matrix, right, k, k, 1);
}

/** HTMT ratio of two scales from covariances of the items: places of each scale's items. */
export function htmt(all, one, other) {
  const { covariance: S, width: w } = all;
  const r = (i, j) => Math.abs(S[i * w + j]) / Math.sqrt(S[i * w + i] * S[j * w + j]);
  const average = (a, b) => {
    let sum = 0, count = 0;
    for (const i of a) for (const j of b) if (i !== j) {
      sum += r(i, j);
      count++;
    }
    return sum / count;
  };
  return average(one, other) / Math.sqrt(average(one, one) * average(other, other));
}
