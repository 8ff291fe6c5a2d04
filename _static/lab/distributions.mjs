/** Distribution functions: normal, t, F, chi-square and its non-central form. Press et al. (2007). */

/** log Γ(x) by Stirling's series, for which x is first shifted to 12 or more. */
export function logGamma(x) {
  let shift = 0;
  while (x < 12) shift -= Math.log(x++);
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / x;
  return shift + (x - 0.5) * Math.log(x) - x + 0.9189385332046727418 + series;
}

/** Regularised incomplete beta function, by Lentz's continued fraction. */
export function betaShare(x, a, b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b;
}

function betaFraction(x, a, b) {
  const tiny = 1e-300;
  let c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let h = d;
  for (let m = 1; m < 10000; m++) {
    for (const term of [m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
      -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 + term * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      if (Math.abs(c) < tiny) c = tiny;
      h *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

/** Upper tail of the regularised incomplete gamma function. */
export function gammaTail(a, x) {
  if (x <= 0) return 1;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a, sum = term;
    for (let n = a + 1; term > sum * 1e-17; n++) sum += term *= x / n;
    return 1 - front * sum;
  }
  let b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
  for (let i = 1; i < 10000; i++) {
    const term = -i * (i - a);
    b += 2;
    d = 1 / (term * d + b);
    c = b + term / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * h;
}

export const chiSquareTail = (x, df) => gammaTail(df / 2, x / 2);
export const fTail = (x, df1, df2) => betaShare(df2 / (df2 + df1 * x), df2 / 2, df1 / 2);
export const tTwoSided = (t, df) => betaShare(df / (df + t * t), df / 2, 0.5);
export const normalShare = (z) => z < 0 ? 0.5 * gammaTail(0.5, z * z / 2) : 1 - 0.5 * gammaTail(0.5, z * z / 2);

/** Where an increasing function of a number between two ends reaches a value, by bisection. */
export function whereIs(value, increasing, low, high) {
  for (let turn = 0; turn < 200; turn++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (increasing(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The t that leaves `tail` above it. */
export const tQuantile = (tail, df) => whereIs(-2 * tail, (t) => -tTwoSided(t, df), 0, 1e4);
export const fQuantile = (share, df1, df2) => whereIs(share, (x) => 1 - fTail(x, df1, df2), 0, 100);
export const normalQuantile = (share) => whereIs(share, normalShare, -38, 38);

/** Non-central chi-square distribution function, a Poisson mixture of central ones. */
export function nonCentralShare(x, df, centre) {
  let share = 0, seen = 0;
  const middle = Math.floor(centre / 2);
  const weight = (j) => Math.exp(-centre / 2 + j * Math.log(centre / 2 || 1e-300) - logGamma(j + 1));
  for (let j = middle; j >= 0; j--) {
    const w = weight(j);
    seen += w;
    share += w * (1 - chiSquareTail(x, df + 2 * j));
    if (w < 1e-18) break;
  }
  for (let j = middle + 1; ; j++) {
    const w = weight(j);
    seen += w;
    share += w * (1 - chiSquareTail(x, df + 2 * j));
    if (w < 1e-18 || seen > 1 - 1e-17) break;
  }
  return share;
}
