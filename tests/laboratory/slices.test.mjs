/** Long work is done in turns, told of, stopped for good, and its errors are not lost. */
import assert from "node:assert/strict";
import test from "node:test";
import { inSlices } from "../../_static/lab/slices.mjs";

const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function busy(milliseconds) {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

function* work(steps, each, seen = []) {
  for (let i = 0; i < steps; i++) {
    busy(each);
    seen.push(i);
    yield i / steps;
  }
  return "whole";
}

const ended = (steps, more = {}) => new Promise((resolve, reject) => inSlices(steps, { done: resolve, failed: reject, ...more }));

test("what the work gives is handed on", async () => assert.equal(await ended(work(3, 0)), "whole"));

test("a turn ends soon after its time, and another follows", async () => {
  let turns = 0;
  await ended(work(40, 4), { tell: () => turns++ });
  assert.ok(turns >= 10, `${turns} turns`);
});

test("short steps are done together, and told of once a turn", async () => {
  let told = 0;
  await ended(work(2000, 0), { tell: () => told++ });
  assert.ok(told < 200, `told ${told} times`);
});

test("stopped work does no further step and is never done", async () => {
  const seen = [];
  let done = false, turns = 0;
  const stop = inSlices(work(30, 4, seen), { tell: () => ++turns === 3 && stop(), done: () => done = true, failed: assert.fail });
  await rest(200);
  assert.equal(turns, 3);
  assert.ok(seen.length < 30, `${seen.length} steps`);
  assert.ok(!done);
});

test("an error ends the work and is told", async () => {
  const failing = (function* () {
    yield 0;
    throw new Error("no way down");
  })();
  await assert.rejects(ended(failing), /no way down/);
});
