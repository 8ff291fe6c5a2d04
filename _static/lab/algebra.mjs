/** Small dense matrices, row by row in typed arrays. */

/** out = A (n × k) times B (k × m). */
export function product(A, B, n, k, m, out = new Float64Array(n * m)) {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += A[i * k + l] * B[l * m + j];
      out[i * m + j] = sum;
    }
  return out;
}

/** out = A' (A is k × n) times B (k × m). */
export function crossed(A, B, n, k, m, out = new Float64Array(n * m)) {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += A[l * n + i] * B[l * m + j];
      out[i * m + j] = sum;
    }
  return out;
}

/** out = A (n × k) times B' (B is m × k). */
export function timesTransposed(A, B, n, k, m, out = new Float64Array(n * m)) {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += A[i * k + l] * B[j * k + l];
      out[i * m + j] = sum;
    }
  return out;
}

/** Inverse and determinant of a square matrix, by Gauss and Jordan with row exchange; determinant 0 where singular. */
export function inverse(matrix, n) {
  const work = Float64Array.from(matrix), result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) result[i * n + i] = 1;
  let determinant = 1, logarithm = 0;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(work[row * n + column]) > Math.abs(work[pivot * n + column])) pivot = row;
    const value = work[pivot * n + column];
    if (!value || !Number.isFinite(value)) return { matrix: result, sign: 0, logarithm: Infinity };
    if (pivot !== column) {
      determinant = -determinant;
      for (let j = 0; j < n; j++) {
        [work[pivot * n + j], work[column * n + j]] = [work[column * n + j], work[pivot * n + j]];
        [result[pivot * n + j], result[column * n + j]] = [result[column * n + j], result[pivot * n + j]];
      }
    }
    determinant *= Math.sign(value);
    logarithm += Math.log(Math.abs(value));
    for (let j = 0; j < n; j++) {
      work[column * n + j] /= value;
      result[column * n + j] /= value;
    }
    for (let row = 0; row < n; row++) {
      const factor = work[row * n + column];
      if (row === column || !factor) continue;
      for (let j = 0; j < n; j++) {
        work[row * n + j] -= factor * work[column * n + j];
        result[row * n + j] -= factor * result[column * n + j];
      }
    }
  }
  return { matrix: result, sign: determinant, logarithm };
}

/** The lower triangle L of L L' = A for a symmetric matrix; null where a squared pivot is not above `least`. */
export function factor(A, n, least = 0) {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j];
      for (let l = 0; l < j; l++) sum -= L[i * n + l] * L[j * n + l];
      if (i !== j) L[i * n + j] = sum / L[j * n + j];
      else if (sum > least) L[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  return L;
}

/** The solution z of L L' z = b. */
export function solved(L, b, n) {
  const z = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < i; l++) z[i] -= L[i * n + l] * z[l];
    z[i] /= L[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let l = i + 1; l < n; l++) z[i] -= L[l * n + i] * z[l];
    z[i] /= L[i * n + i];
  }
  return z;
}

/**
 * Eigenvalues of a symmetric matrix, and its eigenvectors as columns, by Jacobi's rotations, row by row until nothing
 * is left off the diagonal (Golub & Van Loan 2013, section 8.5). Yields between its sweeps.
 */
export function* eigen(matrix, n) {
  const A = Float64Array.from(matrix), vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0, on = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i === j) on += A[i * n + j] ** 2; else off += A[i * n + j] ** 2;
    if (!(off > 1e-30 * on)) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(A, vectors, p, q, n);
    yield;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => A[i * n + i]), vectors };
}

/** Turn rows and columns p and q of a symmetric matrix so that their product vanishes. */
function rotate(A, vectors, p, q, n) {
  const shared = A[p * n + q];
  if (!shared) return;
  const tau = (A[q * n + q] - A[p * n + p]) / (2 * shared);
  const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau)), c = 1 / Math.hypot(1, t), s = t * c;
  turned(A, p, q, n, n, c, s);
  turned(A, p * n, q * n, 1, n, c, s);
  turned(vectors, p, q, n, n, c, s);
}

/** Mix two lines of a matrix, from their first entries on in steps of `stride`. */
function turned(matrix, one, other, stride, n, c, s) {
  for (let l = 0; l < n; l++, one += stride, other += stride) {
    const first = matrix[one], second = matrix[other];
    matrix[one] = c * first - s * second;
    matrix[other] = s * first + c * second;
  }
}
