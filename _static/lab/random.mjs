/**
 * numpy's generator, bit for bit: SeedSequence and PCG64, so that the page resamples the very rows that Python did, and
 * draws the very surveys that Python draws from the same seed.
 *
 * O'Neill, M. E. (2014), PCG: a family of simple fast space-efficient statistically good algorithms (XSL RR 128/64);
 * the hash of the seed is that of numpy.random.SeedSequence. Normal numbers are drawn by the ziggurat of Marsaglia, G.
 * and Tsang, W. W. (2000), Journal of Statistical Software, 5(8), with 256 layers as numpy has them.
 */

const POOL = 4;

/** Words of 32 bits from a seed, or a list of at most four, and the numbers of its children: SeedSequence's state. */
export function seedWords(seed, spawned = [], count = 8) {
  const given = [seed].flat(), entropy = [...given, ...new Array(POOL - given.length).fill(0), ...spawned];
  let constant = 0x43b0d7e5;
  const hashed = (value) => {
    value ^= constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mixed = (x, y) => {
    const result = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y) | 0;
    return result ^ (result >>> 16);
  };
  const pool = [];
  for (let i = 0; i < POOL; i++) pool.push(hashed(entropy[i]));
  for (let from = 0; from < POOL; from++)
    for (let to = 0; to < POOL; to++) if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
  for (let from = POOL; from < entropy.length; from++)
    for (let to = 0; to < POOL; to++) pool[to] = mixed(pool[to], hashed(entropy[from]));
  const words = new Uint32Array(count);
  constant = 0x8b51f9dd;
  for (let i = 0; i < count; i++) {
    let value = pool[i % POOL] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    words[i] = value ^ (value >>> 16);
  }
  return words;
}

const highOf = (a, b) => {
  const al = a & 0xffff, ah = a >>> 16, bl = b & 0xffff, bh = b >>> 16;
  const middle = ah * bl + ((al * bl) >>> 16);
  const other = al * bh + (middle & 0xffff);
  return ah * bh + Math.floor(middle / 65536) + Math.floor(other / 65536);
};

const M0 = 0x9fccf645, M1 = 0x4385df64, M2 = 0x1fc65da4, M3 = 0x2360ed05;
const FULL = 4294967296;

/** The layers of the ziggurat under the normal curve: where each ends, and the height of the curve there. */
const TAIL = 3.6541528853610088, AREA = 0.0049286732339746519, LAYERS = 256, FRACTION = 2 ** 52;
const LAYER = (() => {
  const widths = new Float64Array(LAYERS), bounds = new Float64Array(LAYERS), heights = new Float64Array(LAYERS);
  const curve = (x) => Math.exp(-0.5 * x * x);
  let end = TAIL;
  const base = AREA / curve(TAIL);
  widths[0] = base / FRACTION;
  bounds[0] = TAIL / base * FRACTION;
  heights[0] = 1;
  widths[LAYERS - 1] = TAIL / FRACTION;
  heights[LAYERS - 1] = curve(TAIL);
  for (let i = LAYERS - 2; i > 0; i--) {
    const inner = Math.sqrt(-2 * Math.log(AREA / end + curve(end)));
    bounds[i + 1] = inner / end * FRACTION;
    widths[i] = inner / FRACTION;
    heights[i] = curve(inner);
    end = inner;
  }
  return { widths, bounds, heights };
})();

export class Pcg64 {
  constructor(seed, spawned = []) {
    const w = seedWords(seed, spawned);
    // Words are (low, high) pairs: state = w[0..1] << 64 | w[2..3], increment = w[4..5] << 64 | w[6..7], shifted by one.
    this.i0 = ((w[6] << 1) | 1) >>> 0;
    this.i1 = ((w[7] << 1) | (w[6] >>> 31)) >>> 0;
    this.i2 = ((w[4] << 1) | (w[7] >>> 31)) >>> 0;
    this.i3 = ((w[5] << 1) | (w[4] >>> 31)) >>> 0;
    this.s0 = this.s1 = this.s2 = this.s3 = 0;
    this.kept = -1;
    this.step();
    this.add(w[2], w[3], w[0], w[1]);
    this.step();
  }

  add(a0, a1, a2, a3) {
    let sum = this.s0 + a0;
    this.s0 = sum >>> 0;
    sum = this.s1 + a1 + (sum >= FULL ? 1 : 0);
    this.s1 = sum >>> 0;
    sum = this.s2 + a2 + (sum >= FULL ? 1 : 0);
    this.s2 = sum >>> 0;
    this.s3 = (this.s3 + a3 + (sum >= FULL ? 1 : 0)) >>> 0;
  }

  step() {
    const { s0, s1, s2, s3 } = this;
    const low = (a, b) => Math.imul(a, b) >>> 0;
    this.s0 = low(s0, M0);
    let sum = highOf(s0, M0) + low(s0, M1) + low(s1, M0);
    this.s1 = sum >>> 0;
    let carry = Math.floor(sum / FULL);
    sum = carry + highOf(s0, M1) + highOf(s1, M0) + low(s0, M2) + low(s1, M1) + low(s2, M0);
    this.s2 = sum >>> 0;
    carry = Math.floor(sum / FULL);
    sum = carry + highOf(s0, M2) + highOf(s1, M1) + highOf(s2, M0);
    sum += low(s0, M3) + low(s1, M2) + low(s2, M1) + low(s3, M0);
    this.s3 = sum % FULL;
    this.add(this.i0, this.i1, this.i2, this.i3);
  }

  /** The next 64 bits, into `low` and `high`. */
  next64() {
    this.step();
    let low = (this.s0 ^ this.s2) >>> 0, high = (this.s1 ^ this.s3) >>> 0;
    let turn = this.s3 >>> 26;
    if (turn >= 32) {
      [low, high] = [high, low];
      turn -= 32;
    }
    if (turn) {
      const turned = ((low >>> turn) | (high << (32 - turn))) >>> 0;
      high = ((high >>> turn) | (low << (32 - turn))) >>> 0;
      low = turned;
    }
    this.low = low;
    this.high = high;
  }

  /** The next 32 bits: the lower half of a word of 64, then its upper half. */
  next32() {
    if (this.kept >= 0) {
      const kept = this.kept;
      this.kept = -1;
      return kept;
    }
    this.next64();
    this.kept = this.high;
    return this.low;
  }

  /** A number from 0 up to 1, with 53 bits. */
  share() {
    this.next64();
    return (this.high * 2097152 + (this.low >>> 11)) / 9007199254740992;
  }

  /** A standard normal number, as `Generator.standard_normal` draws it. */
  normal() {
    const { widths, bounds, heights } = LAYER;
    for (;;) {
      this.next64();
      const { low, high } = this, layer = low & 0xff, sign = low & 0x100 ? -1 : 1;
      const place = (high & 0x1fffffff) * 8388608 + (low >>> 9), x = sign * (place * widths[layer]);
      if (place < bounds[layer]) return x;
      if (layer) {
        if ((heights[layer - 1] - heights[layer]) * this.share() + heights[layer] < Math.exp(-0.5 * x * x)) return x;
        continue;
      }
      for (;;) {
        const beyond = -Math.log1p(-this.share()) / TAIL, height = -Math.log1p(-this.share());
        if (height + height > beyond * beyond) return low & 0x20000 ? -(TAIL + beyond) : TAIL + beyond;
      }
    }
  }

  /** A list in another order, as `Generator.permutation` gives it. */
  permutation(list) {
    const moved = [...list];
    for (let i = moved.length - 1; i > 0; i--) {
      const mask = FULL - 1 >>> Math.clz32(i);
      let other;
      do other = (this.next32() & mask) >>> 0; while (other > i);
      [moved[i], moved[other]] = [moved[other], moved[i]];
    }
    return moved;
  }

  /** A whole number from 0 to `bound` - 1, as `Generator.integers` draws it (Lemire 2019). */
  below(bound) {
    let drawn = this.next32();
    let rest = Math.imul(drawn, bound) >>> 0;
    if (rest < bound) {
      const threshold = (FULL - bound) % bound;
      while (rest < threshold) {
        drawn = this.next32();
        rest = Math.imul(drawn, bound) >>> 0;
      }
    }
    return highOf(drawn, bound);
  }
}

/** Streams of counts: how often each of n rows is drawn in each resample, in chunks with streams of their own. */
export function* resamples(n, draws, seed) {
  const size = Math.min(Math.max(Math.floor(4e6 / n), 16), 512);
  for (let start = 0, chunk = 0; start < draws; start += size, chunk++) {
    const stream = new Pcg64(seed, [chunk]);
    for (let draw = start; draw < Math.min(start + size, draws); draw++) {
      const counts = new Float64Array(n);
      for (let i = 0; i < n; i++) counts[stream.below(n)]++;
      yield counts;
    }
  }
}
