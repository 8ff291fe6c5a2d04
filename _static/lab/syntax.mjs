/** The part of lavaan's syntax that the book's models are written in: =~ ~ ~~ :=, labels, fixed values, NA. */

/**
 * Read a model.
 *
 * Gives `rows` (lhs op rhs label fixed free), `definitions` (name, expression), and the names `y`, `eta` and `x`.
 * As in lavaan's sem(): the first loading is one unless NA frees it, latent variables without a cause may covary,
 * variables that are only predictors are fixed.
 */
export function parse(text) {
  const rows = [], definitions = [];
  for (const line of text.split("\n").map((one) => one.replace(/#.*/, "").trim()).filter(Boolean)) {
    const found = /^(\w+)\s*(:=|=~|~~|~)\s*(.+)$/.exec(line);
    if (!found) throw new Error(`This line of a model cannot be read: ${line}`);
    const [, lhs, op, right] = found;
    if (op === ":=") {
      definitions.push({ name: lhs, value: expression(right) });
      continue;
    }
    for (const [place, term] of right.split("+").map((one) => one.trim()).entries()) {
      const parts = term.split("*").map((one) => one.trim());
      const rhs = parts.pop();
      const row = { lhs, op, rhs, label: "", fixed: null };
      for (const before of parts) {
        if (before === "NA") row.freed = true;
        else if (/^-?[\d.]+$/.test(before)) row.fixed = Number(before);
        else row.label = before;
      }
      if (op === "=~" && place === 0 && row.fixed === null && !row.freed && !row.label) row.fixed = 1;
      const known = rows.find((one) => one.lhs === lhs && one.op === op && one.rhs === rhs);
      if (known && row.label) known.label = row.label;
      else rows.push(row);
    }
  }
  return completed(rows, definitions);
}

function completed(rows, definitions) {
  const unique = (names) => [...new Set(names)];
  const eta = unique(rows.filter((row) => row.op === "=~").map((row) => row.lhs));
  const y = unique(rows.filter((row) => row.op === "=~").map((row) => row.rhs));
  const explained = unique(rows.filter((row) => row.op === "~").map((row) => row.lhs));
  const observed = explained.filter((name) => !eta.includes(name));
  const inside = [...eta, ...y, ...observed];
  const x = unique(rows.filter((row) => row.op === "~").map((row) => row.rhs)).filter((name) => !inside.includes(name));
  const has = (lhs, rhs) => rows.some((row) => row.op === "~~" &&
    ((row.lhs === lhs && row.rhs === rhs) || (row.lhs === rhs && row.rhs === lhs)));
  for (const name of [...y, ...eta, ...observed])
    if (!has(name, name)) rows.push({ lhs: name, op: "~~", rhs: name, label: "", fixed: null });
  const outer = eta.filter((name) => !explained.includes(name));
  outer.forEach((one, i) => outer.slice(i + 1).forEach((other) => {
    if (!has(one, other)) rows.push({ lhs: one, op: "~~", rhs: other, label: "", fixed: null });
  }));
  const byLabel = new Map();
  let free = 0;
  for (const row of rows) {
    if (row.fixed !== null) row.free = -1;
    else if (row.label && byLabel.has(row.label)) row.free = byLabel.get(row.label);
    else {
      row.free = free++;
      if (row.label) byLabel.set(row.label, row.free);
    }
  }
  return { rows, definitions, y, eta, x, observed, free };
}

/** A name in a formula. */
export const PART = /[A-Za-z_][\w.]*/g;

/** An arithmetic expression of labels as a function of their values. */
export function expression(text) {
  const tokens = text.match(/[\w.]+|[-+*/^()]/g);
  let place = 0;
  const next = () => tokens[place];
  const take = () => tokens[place++];
  const sum = () => {
    let left = product();
    while (next() === "+" || next() === "-") {
      const sign = take(), one = left, other = product();
      left = sign === "+" ? (v) => one(v) + other(v) : (v) => one(v) - other(v);
    }
    return left;
  };
  const product = () => {
    let left = power();
    while (next() === "*" || next() === "/") {
      const sign = take(), one = left, other = power();
      left = sign === "*" ? (v) => one(v) * other(v) : (v) => one(v) / other(v);
    }
    return left;
  };
  const power = () => {
    const base = atom();
    if (next() !== "^") return base;
    take();
    const exponent = power();
    return (v) => base(v) ** exponent(v);
  };
  const atom = () => {
    const token = take();
    if (token === "(") {
      const inside = sum();
      take();
      return inside;
    }
    if (token === "-") {
      const negated = power();
      return (v) => -negated(v);
    }
    if (/^[\d.]+$/.test(token)) return () => Number(token);
    return (v) => v[token];
  };
  const whole = sum();
  if (place !== tokens.length) throw new Error(`This formula cannot be read: ${text}`);
  return whole;
}
