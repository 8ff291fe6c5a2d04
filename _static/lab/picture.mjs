/** Drawings of the laboratory: an axis, dots that pile up, intervals below one another. Colours are the style sheet's. */
import { decimals } from "./frame.mjs";

const SPACE = "http://www.w3.org/2000/svg";
const MARGIN = 14;

/** Make an SVG element with attributes and children. */
export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Round places from `low` to `high`, about `count` of them. */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

/**
 * Where the dots of values lie: values in order, each in the lowest row of its column that is free.
 *
 * Gives a column (0 to `columns` - 1) and a row (from 0 up) for each value; what lies outside is put at the edge.
 */
export function piled(values, low, high, columns) {
  const heights = new Array(columns).fill(0);
  return Array.from(values, (value) => {
    const place = Math.floor((value - low) / (high - low) * columns), column = Math.min(Math.max(place, 0), columns - 1);
    return { column, row: heights[column]++ };
  });
}

/** A drawing with an axis from `low` to `high` below and a name that says what it shows. */
export class Picture {
  constructor({ width, low, high, height, name, tag }) {
    Object.assign(this, { width, low, high, height });
    this.svg = drawn("svg", {
      viewBox: `0 0 ${this.width} ${height + 34}`, width: this.width, height: height + 34, role: "img", "aria-label": name,
      class: "laboratory-picture",
    });
    const places = ticks(low, high, Math.max(Math.floor(this.width / 110), 3)), step = places[1] - places[0];
    for (const at of places) {
      const x = this.x(at), finest = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
      this.svg.append(drawn("line", { x1: x, x2: x, y1: 0, y2: height, class: Math.abs(at) < 1e-9 ? "zero" : "grid" }),
        drawn("text", { x, y: height + 16, "text-anchor": "middle" }, decimals(at, finest)));
    }
    this.svg.append(drawn("line", { x1: 0, x2: this.width, y1: height, y2: height, class: "axis" }));
    if (tag) this.svg.append(drawn("text", { x: this.width, y: height + 31, "text-anchor": "end", class: "sim" }, tag));
  }

  x(value) {
    const share = (Math.min(Math.max(value, this.low), this.high) - this.low) / (this.high - this.low);
    return MARGIN + share * (this.width - 2 * MARGIN);
  }

  /** Dots that pile up from the axis to at most `most`; `kinds` gives the class of each. They shrink where a pile is high. */
  dots(values, kinds, most = this.height) {
    const across = this.width - 2 * MARGIN, columns = Math.round(across / 8), ways = new Map();
    const places = piled(values, this.low, this.high, columns), top = places.reduce((most, { row }) => Math.max(most, row + 1), 1);
    const pitch = Math.min(8, most / top), wide = Math.min(6.8, pitch * 1.2);
    places.forEach(({ column, row }, i) => {
      const x = MARGIN + (column + 0.5) * across / columns, y = this.height - (row + 0.5) * pitch;
      ways.set(kinds(i), `${ways.get(kinds(i)) ?? ""}M${x.toFixed(1)} ${y.toFixed(1)}h0`);
    });
    for (const [kind, d] of ways) this.svg.append(drawn("path", { d, "stroke-width": wide, class: `dots ${kind}` }));
  }

  /** Words at a place. */
  label(value, y, words) {
    this.svg.append(drawn("text", { x: this.x(value), y, class: "halo" }, words));
  }

  /** A line from `low` to `high` with its estimate, at a height of the drawing; a square where the interval misses. */
  interval([low, high], value, y, kind) {
    const x = this.x(value), sign = kind === "miss" ? drawn("rect", { x: x - 3, y: y - 3, width: 6, height: 6, class: kind })
      : drawn("circle", { cx: x, cy: y, r: 2.6, class: kind });
    this.svg.append(drawn("line", { x1: this.x(low), x2: this.x(high), y1: y, y2: y, class: `interval ${kind}` }), sign);
  }

  /** A line across with words above it. */
  mark(value, kind, words) {
    const x = this.x(value), side = x > this.width / 2;
    this.svg.append(drawn("line", { x1: x, x2: x, y1: 0, y2: this.height, class: `mark ${kind}` }),
      drawn("text", { x: x + (side ? -5 : 5), y: 11, "text-anchor": side ? "end" : "start", class: "halo" }, words));
  }
}
