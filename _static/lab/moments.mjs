/** Means and second moments of columns, weighted by how often each row is drawn. */
import { finish } from "./slices.mjs";

/** Columns as one typed array, row by row, about their means so that sums of squares lose no digits. */
export function table(columns) {
  const width = columns.length, n = columns[0].length;
  const centre = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / n);
  const values = new Float64Array(n * width);
  for (let row = 0; row < n; row++)
    for (let j = 0; j < width; j++) values[row * width + j] = columns[j][row] - centre[j];
  return { n, width, centre, values };
}

/** Rows that are summed in one step. */
const FEW = 100;

/** Means, and covariances with divisor n, of the rows drawn `counts` times each; all rows once where none are given. */
export function* summing({ n, width, centre, values }, counts = null) {
  const sums = new Float64Array(width), products = new Float64Array(width * width);
  let total = 0;
  for (let row = 0; row < n; row++) {
    if (row % FEW === FEW - 1) yield;
    const times = counts ? counts[row] : 1;
    if (!times) continue;
    total += times;
    const begin = row * width;
    for (let i = 0; i < width; i++) {
      const value = times * values[begin + i];
      sums[i] += value;
      for (let j = i; j < width; j++) products[i * width + j] += value * values[begin + j];
    }
  }
  const means = new Float64Array(width);
  for (let i = 0; i < width; i++) means[i] = centre[i] + sums[i] / total;
  for (let i = 0; i < width; i++)
    for (let j = i; j < width; j++) {
      const value = products[i * width + j] / total - sums[i] / total * (sums[j] / total);
      products[i * width + j] = products[j * width + i] = value;
    }
  return { n: total, width, means, covariance: products };
}

/** Moments at one go. */
export const moments = (rows, counts) => finish(summing(rows, counts));

/** Moments of some of the columns, by their places. */
export function part(all, places) {
  const width = places.length, covariance = new Float64Array(width * width), means = new Float64Array(width);
  places.forEach((from, i) => {
    means[i] = all.means[from];
    places.forEach((other, j) => covariance[i * width + j] = all.covariance[from * all.width + other]);
  });
  return { n: all.n, width, means, covariance };
}

/** Moments of weighted sums of columns, such as scale means: a weight a column in each list. */
export function combined(all, weights) {
  const width = weights.length, covariance = new Float64Array(width * width), means = new Float64Array(width);
  const used = weights.map((list) => [...list.keys()].filter((k) => list[k]));
  for (let i = 0; i < width; i++) {
    for (const k of used[i]) means[i] += weights[i][k] * all.means[k];
    for (let j = i; j < width; j++) {
      let sum = 0;
      for (const k of used[i])
        for (const l of used[j]) sum += weights[i][k] * weights[j][l] * all.covariance[k * all.width + l];
      covariance[i * width + j] = covariance[j * width + i] = sum;
    }
  }
  return { n: all.n, width, means, covariance };
}
