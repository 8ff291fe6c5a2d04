/** The experiment on hidden causes: effects and verdicts under a correlation of two residuals, and the other order. */
import { judged } from "./check.mjs";
import { Frame, andLost, decimals, element, filled, tableOf, whenReady } from "./frame.mjs";
import { fitted, resampled, under, withCorrelation } from "./hidden.mjs";
import { measures } from "./latent.mjs";
import { Picture, drawn } from "./picture.mjs";
import { inSlices } from "./slices.mjs";

const SERIAL = "serial", EDGE = 0.5, STEPS = 20, ROW = 40, CLAIM = 26;
/** Room for the names of the claims, left of the axis' own end. */
const NAMES = 0.12;

/** The correlations that are tried, in twentieths, so that each is the decimal number that it is printed as. */
export const TRIED = Array.from({ length: STEPS + 1 }, (_, i) => (i - STEPS / 2) / STEPS);

/** The correlation nearest zero at which a claim's verdict is another than at zero; nothing where there is none. */
export function firstChange(tried, verdicts) {
  const plain = verdicts[tried.indexOf(0)];
  const changed = tried.filter((_, i) => verdicts[i] !== plain).sort((one, other) => Math.abs(one) - Math.abs(other));
  return changed[0];
}

function experiment(place, book) {
  const frame = new Frame(place), { words } = frame, { interactions } = book, { tag } = frame;
  const orders = { relationship: book.model.constructs };
  orders.knowledge = [orders.relationship[1], orders.relationship[0], orders.relationship[2]];
  const live = element("p", { className: "laboratory-live" }), shown = element("div");
  const maps = new Map();
  let study = null, plain = null, draws = [], drawing = null, wanted = false, fits = () => {}, mapping = () => {};
  frame.results.append(live, shown);

  const failed = (error) => frame.say("failed", { why: error.message });
  const at = (value) => decimals(value, 2), points = (value) => decimals(value, 3);
  /** How many resamples were left out, and of how many, once they are drawn. */
  const left = () => draws.length ? [book.hidden.draws - draws.length, book.hidden.draws] : [0, 0];
  const captioned = (caption) => andLost(caption, words, ...left());
  const shownInterval = (ci) => ci ? `[${points(ci[0])}, ${points(ci[1])}]` : words.not_drawn;

  function settings(state) {
    const swapped = state.order === "knowledge";
    for (const name of ["pair", "correlation"]) frame.form.elements[name].disabled = swapped;
    return { swapped, order: orders[state.order], pair: frame.form.elements.pair.value.replace("_", "-"),
      correlation: swapped ? 0 : Number(frame.form.elements.correlation.value) };
  }

  function update(state) {
    if (!study) return;
    const now = settings(state);
    frame.draw(() => show(now));
    fitAgain(now);
    if (draws.length && !now.swapped) map(now.pair);
    if (wanted) draw();
  }

  /** The model with the correlation fixed, fitted while the reader looks. */
  function fitAgain({ swapped, pair, correlation }) {
    fits();
    const text = swapped ? book.hidden.swapped : withCorrelation(book.hidden.models[pair], correlation);
    fits = inSlices(fitted(text, book.sample), {
      failed,
      done: ({ found }) => {
        const { chisq, df } = measures(found);
        live.textContent = filled(words[swapped ? "fitted_swapped" : "fitted"],
          { est: chisq.toFixed(3), df, plain: plain.toFixed(3), correlation: at(correlation) });
      },
    });
  }

  function draw() {
    wanted = true;
    if (draws.length || !study) return;
    drawing ??= resampled(study, book.hidden.draws, book.seed);
    frame.run(drawing, {
      told: (share, speaks) => speaks && frame.say("drawing", { share: Math.round(100 * share) }),
      show: function* (kept) {
        [draws, drawing] = [kept, null];
        const now = settings(frame.state);
        yield* show(now);
        if (!now.swapped) map(now.pair);
      },
    });
  }

  /** The verdicts at every correlation that is tried, for one pair. */
  function* verdictsOf(pair) {
    const rows = [];
    for (const correlation of TRIED) {
      const effects = yield* under(study.found, draws, book, orders.relationship, pair.split("-"), correlation);
      rows.push(judged(book.claims, (key) => effects[key].ci));
      yield rows.length / TRIED.length;
    }
    return rows;
  }

  function map(pair) {
    mapping();
    if (maps.has(pair)) return;
    mapping = inSlices(verdictsOf(pair), {
      failed,
      done: (rows) => {
        maps.set(pair, rows);
        frame.draw(() => show(settings(frame.state)));
      },
    });
  }

  function* show(now) {
    const { swapped, order, pair, correlation } = now;
    const effects = yield* under(study.found, draws, book, order, pair.split("-"), correlation);
    const rows = interactions.map((w) => ({ w, ...effects[`${SERIAL}.${w}`] }));
    const parts = [yield* drawnEffects(rows, now)];
    parts.push(tableOf(captioned(filled(words[swapped ? "effects_swapped" : "effects"], { correlation: at(correlation) })),
      [words.interaction, words.estimate, words.interval],
      rows.map(({ w, est, ci }) => [words[w], points(est), shownInterval(ci)])).box);
    yield;
    if (!swapped && draws.length) parts.push(...yield* verdicts(effects, now));
    shown.replaceChildren(...parts);
    if (swapped) frame.sayWithLost("swapped", {}, ...left());
    else if (!draws.length) frame.say(drawing ? "not_all_drawn" : "waiting", { correlation: at(correlation) });
  }

  function* verdicts(effects, { pair, correlation }) {
    const now = judged(book.claims, (key) => effects[key].ci), claims = Object.keys(book.claims), parts = [];
    const without = yield* under(study.found, draws, book, orders.relationship, pair.split("-"), 0);
    const before = judged(book.claims, (key) => without[key].ci);
    const changed = claims.filter((claim) => now[claim] !== before[claim]);
    const tried = maps.get(pair), inBook = book.hidden.changes[pair];
    if (tried) parts.push(...yield* drawnMap(tried, claims, inBook, correlation));
    const here = (claim) => {
      if (!tried) return words.not_yet;
      const first = firstChange(TRIED, tried.map((row) => row[claim]));
      return first === undefined ? words.nowhere : at(first);
    };
    parts.push(tableOf(captioned(words.verdicts), [words.claim, words.without, words.now, words.here, words.in_book],
      claims.map((claim) => [claim, words[before[claim]], words[now[claim]], here(claim),
        claim in inBook ? at(inBook[claim]) : words.nowhere])).box);
    yield;
    frame.sayWithLost(changed.length ? "changed" : "unchanged",
      { correlation: at(correlation), claims: changed.join(", ") }, ...left());
    return parts;
  }

  /** The whole chain at each reaction, on an axis that stays while the slider moves. */
  function* drawnEffects(rows, { swapped, order, pair }) {
    const ends = swapped ? [0] : [-EDGE, 0, EDGE], all = [];
    for (const end of ends) {
      const effects = yield* under(study.found, [], book, order, pair.split("-"), end);
      all.push(...interactions.map((w) => Math.abs(effects[`${SERIAL}.${w}`].est)));
    }
    const most = 1.6 * Math.max(...all), { width } = frame;
    const picture = new Picture({ width, low: -most, high: most, height: rows.length * ROW, tag, name: words.picture_effects });
    rows.forEach(({ w, est, ci }, i) => {
      const y = i * ROW + 27;
      picture.svg.append(drawn("text", { x: 0, y: y - 11, class: "halo" }, words[w]));
      picture.interval(ci ?? [est, est], est, y, "effect");
    });
    yield;
    return element("div", {}, picture.svg);
  }

  /** Which verdict holds at which correlation: a full dot, a ring or a cross for each; the book's change is an arrow. */
  function* drawnMap(tried, claims, inBook, correlation) {
    const { width } = frame, height = claims.length * CLAIM + 18;
    const picture = new Picture({ width, low: -EDGE - NAMES, high: EDGE, height, tag, name: words.picture_map });
    picture.mark(correlation, "", at(correlation));
    for (const [i, claim] of claims.entries()) {
      const y = 18 + i * CLAIM + CLAIM / 2;
      picture.svg.append(drawn("text", { x: 0, y: y + 4, class: "halo" }, claim));
      TRIED.forEach((value, place) => picture.svg.append(sign(tried[place][claim], picture.x(value), y)));
      if (claim in inBook) picture.svg.append(drawn("path", { d: `M${picture.x(inBook[claim])} ${y - 7}l-5 -7h10z`, class: "book" }));
      yield;
    }
    return [element("p", { textContent: words.signs }), element("div", {}, picture.svg)];
  }

  function sign(verdict, x, y) {
    if (verdict === "reversed") return drawn("path", { d: `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`, class: "sign reversed" });
    return drawn("circle", { cx: x, cy: y, r: 3.6, class: `sign ${verdict}` });
  }

  frame.whenChanged(update);
  frame.button("draw").addEventListener("click", draw);
  frame.button("stop").addEventListener("click", () => wanted = false);
  frame.button("begin").addEventListener("click", () => frame.reset());
  inSlices(fitted(book.models.study, book.sample), {
    failed,
    done: (found) => {
      study = found;
      plain = measures(found.found).chisq;
      update(frame.state);
    },
  });
}

whenReady("hidden-cause", "laboratoryBook", experiment);
