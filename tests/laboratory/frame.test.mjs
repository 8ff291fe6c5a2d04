/** The state of an experiment is a fragment, and drawings put dots where their values are. */
import assert from "node:assert/strict";
import test from "node:test";
import { decimals, fragmentOf, stateIn } from "../../_static/lab/frame.mjs";
import { piled, ticks } from "../../_static/lab/picture.mjs";

test("the state at the beginning needs no fragment", () => assert.equal(fragmentOf({ people: "30" }, { people: "30" }), ""));
test("what a fragment says comes back", () => {
  const state = { truth: "own", people: "60", like: "-0.8" };
  assert.deepEqual(stateIn(fragmentOf(state, {})), state);
});
test("only what was changed is in it", () =>
  assert.equal(fragmentOf({ people: "60", like: "0" }, { people: "30", like: "0" }), "#people=60"));
test("a fragment that names a place of the page is no state", () => assert.equal(stateIn("#exercises"), null));

for (const [value, places, text] of [[-0.126, 2, "−0.13"], [-0.001, 2, "0.00"], [0, 1, "0.0"], [1.25, 0, "1"], [-10, 0, "−10"]])
  test(`${value} with ${places} decimals is ${text}`, () => assert.equal(decimals(value, places), text));

test("an axis has round places within its ends", () => {
  const places = ticks(-0.31, 0.52, 5);
  assert.deepEqual(places.map((one) => one.toFixed(1)), ["-0.2", "0.0", "0.2", "0.4"]);
});
test("dots of one column pile up, and others stand beside them", () =>
  assert.deepEqual(piled([0.1, 0.9, 0.15, 0.95], 0, 1, 2),
    [{ column: 0, row: 0 }, { column: 1, row: 0 }, { column: 0, row: 1 }, { column: 1, row: 1 }]));
test("what lies outside is put at the edge", () => assert.deepEqual(piled([-5, 5], 0, 1, 4).map(({ column }) => column), [0, 3]));
