/**
 * The likelihood of a structural equation model with latent variables and fixed x, its slope and its curvature.
 *
 * y = Λ η + ε, η = B η + Γ x + ζ, V(ζ) = Ψ, V(ε) = Θ diagonal. With A = (I - B)⁻¹, V = A Ψ A', Ω = Λ V Λ' + Θ and
 * Π = Λ A Γ, minimised is F = log|Ω| + tr(Ω⁻¹ T), T being the moments of y - Π x (Jöreskog 1973). Ω⁻¹ is taken by
 * Woodbury's identity, so that nothing larger than the number of latent variables is inverted.
 *
 * What takes long is a generator that yields between its steps, so that a page can breathe.
 */
import { crossed, factor, inverse, product, timesTransposed } from "./algebra.mjs";

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

/** F at a parameter vector, infinite where Ω has no place; its gradient goes into `slope`. */
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
  if (!(inverted.sign * sign > 0)) {
    slope?.fill(NaN);
    return Infinity;
  }
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

/** Change of a parameter, in its own unit, by which the slopes of its two neighbours are taken. */
const NEIGHBOUR = 1e-5;

/** The second derivatives of F, by central differences of its slope; a parameter is moved in units of `unit`. */
export function* curvature(layout, theta, sample, unit) {
  const { k } = layout, total = new Float64Array(k * k), high = new Float64Array(k), low = new Float64Array(k);
  const moved = Float64Array.from(theta);
  for (let i = 0; i < k; i++) {
    if (i % 6 === 5) yield;
    const step = NEIGHBOUR * unit[i];
    moved[i] = theta[i] + step;
    evaluate(layout, moved, sample, high);
    moved[i] = theta[i] - step;
    evaluate(layout, moved, sample, low);
    moved[i] = theta[i];
    for (let j = 0; j < k; j++) {
      const half = (high[j] - low[j]) / (4 * step);
      total[i * k + j] += half;
      total[j * k + i] += half;
    }
  }
  return total;
}

/** Whether the implied Ω is positive definite. */
export const admissible = (layout, theta) => factor(layout.implied(theta).Omega, layout.p) !== null;
