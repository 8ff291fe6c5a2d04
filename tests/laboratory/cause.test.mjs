/** What the page on hidden causes tries, and where it says that a verdict changes. */
import assert from "node:assert/strict";
import test from "node:test";
import { TRIED, firstChange } from "../../_static/lab/cause.mjs";

test("correlations are tried in steps of a twentieth, zero among them", () => {
  assert.equal(TRIED.length, 21);
  assert.deepEqual([TRIED[0], TRIED[10], TRIED[11], TRIED[20]], [-0.5, 0, 0.05, 0.5]);
});
test("a verdict changes at the correlation nearest zero that gives another", () => {
  assert.equal(firstChange([-0.5, -0.4, 0, 0.4, 0.5], ["a", "b", "b", "b", "c"]), -0.5);
  assert.equal(firstChange([-0.5, -0.4, 0, 0.4, 0.5], ["a", "a", "b", "b", "c"]), -0.4);
});
test("a verdict that never changes has no such place", () => assert.equal(firstChange([-1, 0, 1], ["a", "a", "a"]), undefined));
