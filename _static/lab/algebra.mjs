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
