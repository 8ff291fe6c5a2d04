/**
 * A structural equation model with latent variables, by maximum likelihood with fixed x.
 *
 * y = Λ η + ε, η = B η + Γ x + ζ, V(ζ) = Ψ, V(ε) = Θ diagonal. With A = (I - B)⁻¹, V = A Ψ A', Ω = Λ V Λ' + Θ and
 * Π = Λ A Γ, minimised is F = log|Ω| + tr(Ω⁻¹ T), T being the moments of y - Π x (Jöreskog 1973). Ω⁻¹ is taken by
 * Woodbury's identity, so that nothing larger than the number of latent variables is inverted.
 *
 * What takes long is a generator that yields between its steps, so that a page can breathe.
 */
import { crossed, inverse, product, timesTransposed } from "./algebra.mjs";
import { chiSquareTail, nonCentralShare, whereIs } from "./distributions.mjs";
import { finish } from "./slices.mjs";

export const TOLERANCE = 1e-8;
const FINISHED = 1e-10;

export class Layout {
  /** Where the parameters of a model stand in its matrices. */
  constructor(model) {
    if (model.observed.length) throw new Error("The latent engine wants a measured latent variable for every outcome.");
    Object.assign(this, { model, p: model.y.length, m: model.eta.length, q: model.x.length, k: model.free });
    const { p, m, q } = this;
    this.sizes = { Lambda: p * m, B: m * m, Gamma: m * q, Psi: m * m, Theta: p };
    this.places = [];
    this.fixed = [];
    for (const row of model.rows) {
      const { y, eta, x } = model;
      const of = (list, name) => {
        const place = list.indexOf(name);
        if (place < 0) throw new Error(`The latent engine has no place for ${row.lhs} ${row.op} ${row.rhs}.`);
        return place;
      };
      let found;
      if (row.op === "=~") found = [["Lambda", of(y, row.rhs), of(eta, row.lhs), m]];
      else if (row.op === "~" && x.includes(row.rhs)) found = [["Gamma", of(eta, row.lhs), x.indexOf(row.rhs), q]];
      else if (row.op === "~") found = [["B", of(eta, row.lhs), of(eta, row.rhs), m]];
      else if (eta.includes(row.lhs)) {
        const i = of(eta, row.lhs), j = of(eta, row.rhs);
        found = i === j ? [["Psi", i, i, m]] : [["Psi", i, j, m], ["Psi", j, i, m]];
      } else {
        if (row.lhs !== row.rhs) throw new Error("The latent engine has no residual covariances of items.");
        found = [["Theta", 0, of(y, row.lhs), p]];
      }
      for (const [matrix, i, j, width] of found) {
        const place = { matrix, i, j, at: i * width + j, free: row.free };
        if (row.free < 0) this.fixed.push({ ...place, value: row.fixed });
        else this.places.push(place);
      }
    }
    this.base = this.empty();
    for (const one of this.fixed) this.base[one.matrix][one.at] = one.value;
    this.now = this.empty();
  }

  empty() {
    return Object.fromEntries(Object.entries(this.sizes).map(([name, size]) => [name, new Float64Array(size)]));
  }

  matrices(theta) {
    for (const name in this.sizes) this.now[name].set(this.base[name]);
    for (const { matrix, at, free } of this.places) this.now[matrix][at] = theta[free];
    return this.now;
  }

  effects({ B }) {
    const { m } = this, difference = new Float64Array(m * m);
    for (let i = 0; i < m * m; i++) difference[i] = -B[i];
    for (let i = 0; i < m; i++) difference[i * m + i] += 1;
    return inverse(difference, m).matrix;
  }

  /** A, V, A Γ, Ω and Π at a parameter vector. */
  implied(theta) {
    const { p, m, q } = this, M = this.matrices(theta), A = this.effects(M);
    const V = timesTransposed(product(A, M.Psi, m, m, m), A, m, m, m), AG = product(A, M.Gamma, m, m, q);
    const LV = product(M.Lambda, V, p, m, m), Omega = timesTransposed(LV, M.Lambda, p, m, p);
    for (let i = 0; i < p; i++) Omega[i * p + i] += M.Theta[i];
    return { A, V, AG, Omega, Pi: product(M.Lambda, AG, p, m, q), Lambda: Float64Array.from(M.Lambda), LV };
  }
}

/** The moments of a sample that the likelihood reads: yy, yx and xx of covariances of [y, x]. */
export function sampleOf(layout, all) {
  const { p, q } = layout, width = p + q, S = all.covariance;
  const block = (rows, columns, from, to) => {
    const out = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[i * columns + j] = S[(from + i) * width + to + j];
    return out;
  };
  const yMeans = all.means.slice(0, p), xMeans = all.means.slice(p);
  return { n: all.n, yy: block(p, p, 0, 0), yx: block(p, q, 0, p), xx: block(q, q, p, p), yMeans, xMeans };
}

/** F at a parameter vector; its gradient goes into `slope`. */
export function evaluate(layout, theta, { yy, yx, xx }, slope) {
  const { p, m, q } = layout, M = layout.matrices(theta), A = layout.effects(M), { Lambda, Theta } = M;
  const V = timesTransposed(product(A, M.Psi, m, m, m), A, m, m, m), AG = product(A, M.Gamma, m, m, q);
  const Pi = product(Lambda, AG, p, m, q), Z = new Float64Array(p * m);
  let sign = 1, value = 0;
  for (let i = 0; i < p; i++) {
    sign *= Math.sign(Theta[i]);
    value += Math.log(Math.abs(Theta[i]));
    for (let j = 0; j < m; j++) Z[i * m + j] = Lambda[i * m + j] / Theta[i];
  }
  const LZ = crossed(Lambda, Z, m, p, m), N = product(V, LZ, m, m, m);
  for (let i = 0; i < m; i++) N[i * m + i] += 1;
  const inverted = inverse(N, m);
  if (!(inverted.sign * sign > 0)) return Infinity;
  const NV = product(inverted.matrix, V, m, m, m), U = product(Z, NV, p, m, m);
  const D = product(Pi, xx, p, q, q);
  for (let i = 0; i < p * q; i++) D[i] -= yx[i];
  const TZ = product(yy, Z, p, p, m), yxZ = crossed(yx, Z, q, p, m), PiZ = crossed(Pi, Z, q, p, m);
  const reduced = product(NV, LZ, m, m, m), T = new Float64Array(p);
  for (let i = 0; i < m * m; i++) reduced[i] = -reduced[i];
  for (let i = 0; i < m; i++) reduced[i * m + i] += 1;
  value += inverted.logarithm;
  const UTZ = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    T[i] = yy[i * p + i];
    for (let l = 0; l < q; l++) T[i] += (D[i * q + l] - yx[i * q + l]) * Pi[i * q + l];
    for (let j = 0; j < m; j++) {
      let sum = TZ[i * m + j];
      for (let l = 0; l < q; l++) sum += D[i * q + l] * PiZ[l * m + j] - Pi[i * q + l] * yxZ[l * m + j];
      TZ[i * m + j] = sum;
      UTZ[i] += U[i * m + j] * sum;
    }
    value += T[i] / Theta[i] - UTZ[i];
  }
  if (!slope) return value;
  const TWL = product(TZ, reduced, p, m, m), QL = product(Z, reduced, p, m, m);
  const ZTWL = crossed(Z, TWL, m, p, m), ZTZ = crossed(Z, TZ, m, p, m), ZD = crossed(Z, D, m, p, q);
  const UZTZ = product(U, ZTZ, p, m, m), R = new Float64Array(p * q), Q = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    const precision = 1 / Theta[i];
    let UZ = 0, last = 0;
    for (let j = 0; j < m; j++) {
      let sum = QL[i * m + j] - TWL[i * m + j] * precision;
      for (let l = 0; l < m; l++) sum += U[i * m + l] * ZTWL[l * m + j];
      QL[i * m + j] = sum;
      UZ += U[i * m + j] * Z[i * m + j];
      last += UZTZ[i * m + j] * U[i * m + j];
    }
    Q[i] = precision - UZ - (T[i] * precision - 2 * UTZ[i]) * precision - last;
    for (let j = 0; j < q; j++) {
      let sum = D[i * q + j] * precision;
      for (let l = 0; l < m; l++) sum -= U[i * m + l] * ZD[l * q + j];
      R[i * q + j] = 2 * sum;
    }
  }
  const LR = crossed(Lambda, R, m, p, q), dV = crossed(Lambda, QL, m, p, m);
  const QLV = product(QL, V, p, m, m), RAG = timesTransposed(R, AG, p, q, m);
  const inner = timesTransposed(LR, AG, m, q, m), dVV = product(dV, V, m, m, m);
  for (let i = 0; i < p * m; i++) RAG[i] += 2 * QLV[i];
  for (let i = 0; i < m * m; i++) inner[i] += 2 * dVV[i];
  const gradient = {
    Lambda: RAG, B: crossed(A, inner, m, m, m), Gamma: crossed(A, LR, m, m, q),
    Psi: product(crossed(A, dV, m, m, m), A, m, m, m), Theta: Q,
  };
  slope.fill(0);
  for (const { matrix, at, free } of layout.places) slope[free] += gradient[matrix][at];
  return value;
}

/** The expected second derivatives of F: tr(Ω⁻¹ Ωᵢ Ω⁻¹ Ωⱼ) + 2 tr(Πᵢ' Ω⁻¹ Πⱼ Sxx). */
export function* information(layout, theta, { xx }) {
  const { p, m, q, k } = layout, { A, V, AG, Omega, Lambda, LV } = layout.implied(theta);
  const W = inverse(Omega, p).matrix, LA = product(Lambda, A, p, m, m);
  const dOmega = Array.from({ length: k }, () => new Float64Array(p * p));
  const dPi = Array.from({ length: k }, () => new Float64Array(p * q));
  const both = (out, column, row) => {
    for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) out[a * p + b] += column(a) * row(b) + column(b) * row(a);
  };
  for (const { matrix, i, j, free } of layout.places) {
    const O = dOmega[free], P = dPi[free];
    if (matrix === "Lambda") {
      for (let a = 0; a < p; a++) {
        O[i * p + a] += LV[a * m + j];
        O[a * p + i] += LV[a * m + j];
      }
      for (let b = 0; b < q; b++) P[i * q + b] += AG[j * q + b];
    } else if (matrix === "B") {
      both(O, (a) => LA[a * m + i], (b) => LV[b * m + j]);
      for (let a = 0; a < p; a++) for (let b = 0; b < q; b++) P[a * q + b] += LA[a * m + i] * AG[j * q + b];
    } else if (matrix === "Gamma") for (let a = 0; a < p; a++) P[a * q + j] += LA[a * m + i];
    else if (matrix === "Psi")
      for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) O[a * p + b] += LA[a * m + i] * LA[b * m + j];
    else O[j * p + j] += 1;
  }
  yield;
  const total = new Float64Array(k * k);
  for (let one = 0; one < k; one++) {
    if (one % 6 === 5) yield;
    const moved = product(product(W, dOmega[one], p, p, p), W, p, p, p);
    const onPi = product(product(W, dPi[one], p, p, q), xx, p, q, q);
    for (let other = one; other < k; other++) {
      let sum = 0;
      const O = dOmega[other], P = dPi[other];
      for (let a = 0; a < p * p; a++) sum += moved[a] * O[a];
      for (let a = 0; a < p * q; a++) sum += 2 * onPi[a] * P[a];
      total[one * k + other] = total[other * k + one] = sum;
    }
  }
  return total;
}

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
      const curvature = dot(move, change);
      if (curvature > 1e-14 * dot(change, change)) {
        memory.push({ move, change, rho: 1 / curvature });
        if (memory.length > 12) memory.shift();
      }
      [theta, value, slope, size, moved] = [trial, found, newSlope, newSize, true];
      break;
    }
    if (!moved) break;
  }
  return { theta, value, gradient: size };
}

/** Fit a model to the moments of [y, x]: Fisher scoring first, then the quasi-Newton method. */
export function* fit(layout, all) {
  yield;
  const sample = sampleOf(layout, all), { k } = layout;
  yield;
  let theta = start(layout, sample), slope = new Float64Array(k);
  yield;
  let value = evaluate(layout, theta, sample, slope);
  let H, unit;
  for (let turn = 0; turn < 30; turn++) {
    yield;
    const expected = yield* information(layout, theta, sample);
    yield;
    unit = Float64Array.from({ length: k }, (_, i) => 1 / Math.sqrt(expected[i * k + i]));
    const inverted = inverse(expected, k);
    H = inverted.matrix;
    if (!inverted.sign) throw new Error("The model is not identified in these data.");
    if (largest(slope, unit) < 0.3) break;
    const step = product(H, slope, k, k, 1);
    let length = 1;
    for (; length > 1e-6; length /= 2) {
      const trial = theta.map((one, i) => one - length * step[i]);
      const found = evaluate(layout, trial, sample, slope);
      if (found < value) {
        [theta, value] = [trial, found];
        break;
      }
    }
    if (length <= 1e-6) throw new Error("The fit found no way down.");
  }
  yield;
  const found = yield* descending(layout, theta, sample, H, unit, FINISHED);
  if (!(found.gradient <= TOLERANCE)) throw new Error("The fit did not converge.");
  yield;
  const expected = yield* information(layout, found.theta, sample);
  yield;
  const inverted = inverse(expected, k).matrix;
  unit = Float64Array.from({ length: k }, (_, i) => 1 / Math.sqrt(expected[i * k + i]));
  const se = Float64Array.from({ length: k }, (_, i) => Math.sqrt(2 / sample.n * inverted[i * k + i]));
  return { layout, sample, ...found, inverse: inverted, unit, se };
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

/** Refit a model to the moments of one resample, from the solution of the whole sample. */
export function* refitting(found, all) {
  const sample = sampleOf(found.layout, all);
  const again = yield* descending(found.layout, found.theta, sample, found.inverse, found.unit);
  return { layout: found.layout, sample, ...again, converged: again.gradient <= TOLERANCE };
}

/** Refit at one go. */
export const refit = (found, all) => finish(refitting(found, all));
