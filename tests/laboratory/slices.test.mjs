/** Long work is done in turns, told of, stopped for good, and its errors are not lost. */
import assert from "node:assert/strict";
import test from "node:test";
import { inSlices } from "../../_static/lab/slices.mjs";

const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The time is told here, so that no turn is shorter because another program had the processor. */
let now = 0;
performance.now = () => now;

function busy(milliseconds) {
  now += milliseconds;
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

/** In how many turns the steps of a piece of work were done: what waits for the end of a turn runs once in each. */
async function turnsOf(steps) {
  let turns = 0, counted = false;
  await ended((function* () {
    for (const step of steps) {
      if (!counted) queueMicrotask(() => [turns, counted] = [turns + 1, false]);
      counted = true;
      yield step;
    }
  })());
  return turns;
}

test("a turn ends soon after its time, and another follows", async () => {
  const turns = await turnsOf(work(40, 4));
  assert.ok(turns >= 15, `${turns} turns`);
});

test("short steps are done together", async () => {
  const turns = await turnsOf(work(2000, 0.05));
  assert.ok(turns < 200, `${turns} turns`);
});

test("what is done is told of at most once a frame, in turns in which nothing else is done", async () => {
  const seen = [], times = [];
  let at = 0;
  await ended(work(40, 4, seen), { tell: () => {
    times.push(performance.now());
    busy(2);
    assert.ok(seen.length > at || times.length === 1);
    at = seen.length;
  } });
  assert.ok(times.length > 3, `told ${times.length} times`);
  assert.ok(times.every((time, i) => !i || time - times[i - 1] >= 16), `${times}`);
});

test("a step that has nothing to tell leaves what was told last", async () => {
  const told = [];
  await ended((function* () {
    yield 0.5;
    for (let i = 0; i < 20; i++) {
      busy(4);
      yield;
    }
    yield 0.7;
    busy(40);
    yield;
  })(), { tell: (share) => told.push(share) });
  assert.deepEqual(told, [0.5, 0.7]);
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
