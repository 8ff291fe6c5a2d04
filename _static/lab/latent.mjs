/** A structural equation model with latent variables, by maximum likelihood with fixed x: estimates, errors, fit. */
import { inverse, product, timesTransposed } from "./algebra.mjs";
import { chiSquareTail, nonCentralShare, whereIs } from "./distributions.mjs";
import { sampleOf } from "./likelihood.mjs";
import { TOLERANCE, descending, minimise } from "./optimise.mjs";
import { finish } from "./slices.mjs";

/** Starting values: loadings by the other items of their latent variable as instruments, half of each variance left. */
function start(layout, { yy }) {
  const { p, m } = layout, theta = new Float64Array(layout.k), loadings = new Float64Array(p * m);
  for (const latent of Array(m).keys()) {
    const items = [...layout.fixed, ...layout.places].filter((one) => one.matrix === "Lambda" && one.j === latent)
      .map((one) => one.i).sort((one, other) => one - other);
    const [marker] = items;
    for (const item of items) {
      let shared = 0, own = 0;
      for (const other of items) if (other !== marker && other !== item) {
        shared += yy[item * p + other] * yy[marker * p + other];
        own += yy[marker * p + other] ** 2;
      }
      loadings[item * m + latent] = item === marker ? 1 : own ? shared / own : 1;
    }
    const unit = layout.fixed.find((one) => one.matrix === "Psi" && one.i === latent && one.j === latent);
    const size = Math.sqrt(0.5 * yy[marker * p + marker] / (unit ? unit.value : 1));
    if (unit) for (const item of items) loadings[item * m + latent] *= size;
  }
  for (const { matrix, i, j, free } of layout.places) {
    if (matrix === "Lambda") theta[free] = loadings[i * m + j];
    else if (matrix === "Theta") theta[free] = 0.5 * yy[j * p + j];
    else if (matrix === "Psi") {
      const marker = layout.fixed.find((one) => one.matrix === "Lambda" && one.j === i);
      theta[free] = i === j && marker ? 0.5 * yy[marker.i * p + marker.i] : 0;
    }
  }
  return theta;
}

/** No solution was found; what somebody hears of it who made nothing else of it. */
export class NotConvergedError extends Error {
  constructor() {
    super("The fit did not converge.");
  }
}

/** Fit a model to the moments of [y, x]. */
export function* fit(layout, all) {
  yield;
  const sample = sampleOf(layout, all), { k } = layout;
  yield;
  const found = yield* minimise(layout, start(layout, sample), sample);
  if (!(found.gradient <= TOLERANCE)) throw new NotConvergedError();
  const inverted = inverse(found.expected, k).matrix;
  const se = Float64Array.from({ length: k }, (_, i) => Math.sqrt(2 / sample.n * inverted[i * k + i]));
  return { layout, sample, ...found, inverse: inverted, se };
}

/** Values by label or by "lhs op rhs", raw or standardised but for x ("nox"), then the defined parameters. */
export function values({ layout, theta, sample }, standardised = false) {
  const { model, m, q, p } = layout, { V, AG, Omega, Pi } = layout.implied(theta), M = layout.now;
  const latent = Float64Array.from({ length: m }, (_, i) => Math.sqrt(spread(V, AG, sample.xx, i, m, q)));
  const item = Float64Array.from({ length: p }, (_, i) => Math.sqrt(spread(Omega, Pi, sample.xx, i, p, q)));
  const known = {};
  for (const row of model.rows) {
    let value = row.free < 0 ? row.fixed : theta[row.free];
    if (standardised) {
      const i = model.eta.indexOf(row.lhs), j = model.eta.indexOf(row.rhs), y = model.y.indexOf(row.rhs);
      if (row.op === "=~") value *= latent[i] / item[y];
      else if (row.op === "~") value *= (j < 0 ? 1 : latent[j]) / latent[i];
      else if (i < 0) value /= item[y] ** 2;
      else if (i === j) value /= latent[i] ** 2;
      else value /= Math.sqrt(Math.abs(M.Psi[i * m + i] * M.Psi[j * m + j]));
    }
    const name = row.label || `${row.lhs}${row.op}${row.rhs}`;
    if (!(name in known)) known[name] = value;
  }
  for (const { name, value } of model.definitions) known[name] = value(known);
  return known;
}

function spread(within, slopes, xx, i, size, q) {
  let sum = within[i * size + i];
  for (let a = 0; a < q; a++)
    for (let b = 0; b < q; b++) sum += slopes[i * q + a] * xx[a * q + b] * slopes[i * q + b];
  return sum;
}

/** Delta-method standard errors of the defined parameters, by central differences of their formulas. */
export function* definedErrors(found) {
  const { layout, theta, inverse: H, sample } = found, { k } = layout, step = 1e-6, slopes = [];
  for (let i = 0; i < k; i++) {
    const at = (sign) => values({ ...found, theta: theta.map((one, j) => j === i ? one + sign * step : one) });
    const high = at(1);
    yield;
    const low = at(-1);
    slopes.push(layout.model.definitions.map(({ name }) => (high[name] - low[name]) / (2 * step)));
    yield;
  }
  const errors = {};
  for (const [d, { name }] of layout.model.definitions.entries()) {
    let sum = 0;
    for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) sum += slopes[i][d] * H[i * k + j] * slopes[j][d];
    errors[name] = Math.sqrt(2 / sample.n * sum);
    yield;
  }
  return errors;
}

/** Fit measures as lavaan computes them, with n; the log-likelihood is that of y given x. */
export function measures({ layout, theta, sample, value }) {
  const { p, q, k } = layout, { n, yy, yx, xx } = sample, { Omega, Pi } = layout.implied(theta);
  const slopes = q ? product(yx, inverse(xx, q).matrix, p, q, q) : new Float64Array(0);
  const left = Float64Array.from(yy), explained = timesTransposed(slopes, yx, p, q, p);
  for (let i = 0; i < p * p; i++) left[i] -= explained[i];
  const saturated = inverse(left, p).logarithm + p;
  let independent = p;
  for (let i = 0; i < p; i++) independent += Math.log(yy[i * p + i]);
  const df = p * (p + 1) / 2 + p * q - k, baselineDf = p * (p - 1) / 2 + p * q;
  const chisq = Math.max(n * (value - saturated), 0), baseline = n * (independent - saturated);
  const lack = Math.max(chisq - df, 0), most = Math.max(lack, baseline - baselineDf);
  const logl = -0.5 * (n * value + n * p * Math.log(2 * Math.PI));
  const bound = (share) => 1 - chiSquareTail(chisq, df) <= share ? 0
    : Math.sqrt(whereIs(-share, (centre) => -nonCentralShare(chisq, df, centre), 0, 10 * chisq + 100) / (n * df));
  return {
    chisq, df, pvalue: chiSquareTail(chisq, df), cfi: most > 0 ? 1 - lack / most : 1,
    tli: 1 - (chisq - df) / df * baselineDf / (baseline - baselineDf),
    rmsea: Math.sqrt(Math.max((chisq / n) / df - 1 / n, 0)), rmsea_ci: [bound(0.95), bound(0.05)],
    srmr: residual(layout, sample, Omega, Pi), logl, aic: -2 * logl + 2 * k, bic: -2 * logl + k * Math.log(n),
    ntotal: n, npar: k, baseline_chisq: baseline, baseline_df: baselineDf,
  };
}

function residual({ p, q }, { yy, yx, xx }, Omega, Pi) {
  const onX = product(Pi, xx, p, q, q), implied = timesTransposed(onX, Pi, p, q, p);
  let squares = 0;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++)
      squares += (yy[i * p + j] - Omega[i * p + j] - implied[i * p + j]) ** 2 / (yy[i * p + i] * yy[j * p + j]);
    for (let j = 0; j < q; j++) squares += (yx[i * q + j] - onX[i * q + j]) ** 2 / (yy[i * p + i] * xx[j * q + j]);
  }
  const width = p + q;
  return Math.sqrt(squares / (width * (width + 1) / 2));
}

/** Refit a model to the moments of one resample, from the solution of the whole sample; by Newton's method where need be. */
export function* refitting(found, all) {
  const { layout, theta, inverse: H, unit } = found, sample = sampleOf(layout, all);
  let again = yield* descending(layout, theta, sample, H, unit);
  if (!(again.gradient <= TOLERANCE)) again = yield* minimise(layout, theta, sample);
  return { layout, sample, ...again, converged: again.gradient <= TOLERANCE };
}

/** Refit at one go. */
export const refit = (found, all) => finish(refitting(found, all));
