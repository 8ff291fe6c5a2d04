/** Long work in short turns, so that a page stays awake: what takes long is a generator that yields between its steps. */

/** Milliseconds of work before the page gets its turn, whatever the processor. */
const TURN = 5;
/** Milliseconds of a frame. */
const FRAME = 16;

/** Run a generator to its end at one go. */
export function finish(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Run a generator turn by turn; gives a function that stops it.
 *
 * `tell` hears the last value that the generator yielded, at most once a frame; `done` gets what it returns, `failed`
 * the error that ended it. Either has a turn of its own, as what it does to the page takes time, too.
 */
export function inSlices(steps, { tell = () => {}, done, failed }) {
  const channel = new MessageChannel();
  let last = null, share, news = false, told = -Infinity;
  const stop = () => {
    channel.port1.onmessage = null;
    channel.port1.close();
  };
  const work = () => {
    const until = performance.now() + TURN;
    do {
      last = steps.next();
      if (last.value !== undefined && !last.done) [share, news] = [last.value, true];
    } while (!last.done && performance.now() < until);
  };
  channel.port1.onmessage = () => {
    if (last?.done) {
      stop();
      done(last.value);
      return;
    }
    if (news && performance.now() - told >= FRAME) {
      news = false;
      told = performance.now();
      tell(share);
    } else try {
      work();
    } catch (error) {
      stop();
      failed(error);
      return;
    }
    channel.port2.postMessage(0);
  };
  channel.port2.postMessage(0);
  return stop;
}
