/** Long work in short turns, so that a page stays awake: what takes long is a generator that yields between its steps. */

/** Milliseconds of work before the page gets its turn. */
const TURN = 8;

/**
 * Run a generator turn by turn; gives a function that stops it.
 *
 * `tell` hears what the generator yields, once a turn; `done` gets what it returns, `failed` the error that ended it.
 */
export function inSlices(steps, { tell = () => {}, done, failed }) {
  const channel = new MessageChannel();
  const stop = () => {
    channel.port1.onmessage = null;
    channel.port1.close();
  };
  channel.port1.onmessage = () => {
    const until = performance.now() + TURN;
    let step;
    try {
      do step = steps.next(); while (!step.done && performance.now() < until);
    } catch (error) {
      stop();
      failed(error);
      return;
    }
    if (step.done) {
      stop();
      done(step.value);
      return;
    }
    tell(step.value);
    channel.port2.postMessage(0);
  };
  channel.port2.postMessage(0);
  return stop;
}
