/** What the page does with numbers: it compares them, and it spoils data only where it is told to. */
import assert from "node:assert/strict";
import test from "node:test";
import { agrees } from "../../_static/lab/check.mjs";
import { compared, moved, rowOf, spoilt, worked } from "../../_static/lab/page.mjs";

const SAMPLE = { valence: ["positive", "negative", "positive"], psr1: [7, null, 3], psr2: [1, 2, 3] };

test("a number that differs in the fifth decimal is seen", () => assert.ok(!agrees(0.12345, 0.12346)));
test("one that differs in the ninth is not", () => assert.ok(agrees(0.123456789, 0.123456788)));
test("an interval agrees only when both bounds do", () => assert.ok(!agrees([0.1, 0.3], [0.1, 0.2])));
test("no number agrees with one that is not a number", () => assert.ok(!agrees(NaN, 0.1)));
test("a word agrees with itself only", () => assert.ok(agrees("found", "found") && !agrees("found", "undecided")));

test("every number of the registry is in one list", () => {
  const book = { one: 1, two: 2, three: 3 };
  const lists = compared(book, new Map([["one", 1], ["two", 9]]));
  assert.deepEqual(Object.values(lists).map((list) => list.map(({ key }) => key)), [["one"], ["two"], ["three"]]);
});

test("one answer changes and no other", () => {
  const changed = spoilt(SAMPLE, "answer", 0, "psr1");
  assert.deepEqual(changed, { ...SAMPLE, psr1: [1, null, 3] });
});
test("a person is left out of every column", () => {
  assert.deepEqual(spoilt(SAMPLE, "drop", 1, "psr1"), { valence: ["positive", "positive"], psr1: [7, 3], psr2: [1, 3] });
});
test("an item is turned round and a missing answer stays missing", () => {
  assert.deepEqual(spoilt(SAMPLE, "turn", 0, "psr1").psr1, [1, null, 5]);
});
test("the book's own sample stays as it is", () => {
  const before = structuredClone(SAMPLE);
  for (const fault of ["answer", "drop", "turn"]) spoilt(SAMPLE, fault, 0, "psr2");
  assert.deepEqual(SAMPLE, before);
});

const verdict = (claim) => ({ key: `verdict.${claim}` });
test("verdicts that are others are named, those of other rules are not", () => {
  const lists = { agree: [verdict("R1")], differ: [verdict("R2"), verdict("R3.simultaneous"), { key: "a.est" }] };
  assert.deepEqual(moved(["R1", "R2", "R3"], lists), ["R2"]);
});
test("where no verdict was recomputed none is said to stay", () =>
  assert.equal(moved(["R1"], { agree: [], differ: [{ key: "a.est" }] }), null));

test("an address names a number as its row is named", () => {
  assert.equal(rowOf("experiment.anova.psr.product.F"), "experiment-anova-psr-product-f");
});
test("a number is written with its parts, a negative one behind a sign in parentheses", () => {
  const found = new Map([["a.est", 0.5], ["b.est", -0.25], ["whole.est", 0.75]]);
  assert.equal(worked("whole.est", "a.est - b.est", found), "0.750000 = 0.500000 − (−0.250000)");
  assert.equal(worked("whole.est", "a.est*(b.est + a.est)", found), "0.750000 = 0.500000 × (−0.250000 + 0.500000)");
});
