/** The page on intervals: resample the people of the survey by hand, then a thousand times, and read three intervals. */
import { complete, reader } from "./check.mjs";
import { biasCorrected, percentile } from "./describe.mjs";
import { normalQuantile } from "./distributions.mjs";
import { Frame, andLost, decimals, element, filled, tableOf, whenReady } from "./frame.mjs";
import { definedErrors, fit, refitting, values } from "./latent.mjs";
import { summing, table } from "./moments.mjs";
import { Picture, drawn } from "./picture.mjs";
import { resamples } from "./random.mjs";
import { studied } from "./surveys.mjs";

const MANY = 1000, BATCH = 100;
/** Classes of people by how often they were drawn. */
const TIMES = ["times-none", "times-once", "times-twice", "times-more"], MOST = TIMES.length - 1;

/** How many people were drawn not at all, once, twice, and three times or more. */
export function timesDrawn(counts) {
  const people = new Array(MOST + 1).fill(0);
  for (const times of counts) people[Math.min(times, MOST)]++;
  return people;
}

/** The three intervals of an estimate: of resamples twice, and of its standard error by the delta method. */
export function intervalsOf(draws, estimate, error, level) {
  const half = normalQuantile((1 + level) / 2) * error;
  return {
    percentile: percentile(draws, level),
    corrected: biasCorrected(draws, estimate, level),
    delta: [estimate - half, estimate + half],
  };
}

/** The survey's people in the columns of the study's model, products made. */
export function rowsOf(book, { layout, columns }) {
  const whole = complete(book.sample, layout.model.y);
  return table(columns.map(reader(whole)).map((column) => column.map(Number)));
}

function resampling(place, book) {
  const frame = new Frame(place), study = studied(book), { words } = frame;
  let whole = null, drawing = null, last = null, tried = 0, before = null, shown = 0;
  const drawnOnes = Object.fromEntries(study.names.map((name) => [name, []]));
  const part = (name) => element("div", { className: `laboratory-${name}` });
  const [people, text, dots, intervals] = ["people", "text", "dots", "intervals"].map(part);
  frame.results.append(people, text, dots, intervals);
  const count = () => drawnOnes[study.names[0]].length;

  function clear() {
    drawing = last = null;
    tried = 0;
    for (const name of study.names) drawnOnes[name].length = 0;
  }

  frame.whenChanged((state) => {
    if (before && state.seed !== before.seed) clear();
    before = state;
    frame.draw(show);
  });

  function* resampled(many) {
    if (!whole) {
      const rows = rowsOf(book, study);
      yield;
      const found = yield* fit(study.layout, yield* summing(rows));
      yield;
      whole = { rows, found, est: values(found), errors: yield* definedErrors(found) };
    }
    const seed = Math.min(Math.max(Math.round(Number(frame.state.seed)) || 1, 1), 9999);
    drawing ??= resamples(whole.rows.n, book.draws, seed);
    for (let i = 0; i < many; i++) {
      yield i / many;
      const { done, value: counts } = drawing.next();
      if (done) return;
      yield;
      const sampled = yield* summing(whole.rows, counts);
      yield;
      const again = yield* refitting(whole.found, sampled), got = again.converged ? values(again) : null;
      if (got) for (const name of study.names) drawnOnes[name].push(got[name]);
      last = { counts, got, number: ++tried, lost: tried - count() };
    }
  }

  const draw = (many) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    frame.say("drawing", { count: count() });
    frame.run(resampled(many), {
      told: (share, speaks) => {
        if (speaks) frame.say("drawing", { count: count() });
        if (!calm && count() - shown >= BATCH) frame.draw(() => show(false));
      },
      show,
    });
  };
  frame.button("one").addEventListener("click", () => draw(1));
  frame.button("thousand").addEventListener("click", () => draw(MANY));
  frame.button("clear").addEventListener("click", () => {
    clear();
    frame.draw(show);
  });

  function* show(finished = true) {
    const { effect } = frame.state, { width } = frame, newest = last;
    shown = count();
    if (!newest) {
      [people, text, dots, intervals].forEach((one) => one.replaceChildren());
      if (finished) frame.say("waiting");
      return;
    }
    const draws = [...drawnOnes[effect]], est = whole.est[effect], error = whole.errors[effect];
    const reach = 4.5 * error, low = Math.min(est - reach, -0.02), high = Math.max(est + reach, 0.02);
    const enough = draws.length >= BATCH, three = enough ? intervalsOf(draws, est, error, book.level) : null;
    yield;
    const name = filled(words.picture_dots, { count: draws.length, est: decimals(est) });
    const picture = new Picture({ width, low, high, height: enough ? 250 : 170, name, tag: frame.tag });
    picture.mark(est, "true", filled(words.estimate_here, { est: decimals(est) }));
    if (enough) Object.entries(three).forEach(([kind, ends], i) => {
      picture.interval(ends, est, 30 + 22 * i, `kind ${kind}`);
      picture.label(low, 34 + 22 * i, words[kind]);
    });
    yield;
    picture.dots(draws, () => "catch", enough ? 150 : 140);
    yield;
    const { got, number, lost } = newest;
    const shares = finished ? squares(newest.counts) : [];
    dots.replaceChildren(element("p", { className: "laboratory-title", textContent: words.title_dots }), picture.svg);
    if (!finished) return;
    people.replaceChildren(...shares);
    const said = got ? filled(words.last, { number, est: decimals(got[effect], 3) }) : filled(words.no_estimate, { number });
    text.replaceChildren(element("p", { textContent: said }));
    yield;
    const caption = andLost(words.caption_intervals, words, lost, number);
    intervals.replaceChildren(enough ? ofIntervals(effect, est, three, caption) : element("p", { textContent: words.too_few }));
    frame.sayWithLost("finished", { count: draws.length }, lost, number);
  }

  function ofIntervals(effect, est, three, caption) {
    const heads = [words.interval, words.from, words.to, words.below, words.above];
    const line = (name, [from, to]) => [name, ...[from, to, est - from, to - est].map((one) => decimals(one, 3))];
    const own = book.numbers[`mediation.${book.effects[effect]}.ci`];
    return tableOf(caption, heads, [
      ...Object.entries(three).map(([kind, ends]) => line(words[kind], ends)),
      line(filled(words.in_book, { count: book.draws }), own),
    ]).box;
  }

  function squares(counts) {
    const { width } = frame, side = 9, across = Math.floor(width / side);
    const ways = new Array(MOST + 1).fill(""), rows = Math.ceil(counts.length / across);
    counts.forEach((times, i) => {
      ways[Math.min(times, MOST)] += `M${(i % across) * side} ${Math.floor(i / across) * side}h7v7h-7z`;
    });
    const drawing = drawn("svg", {
      viewBox: `0 0 ${width} ${rows * side + 16}`, width, height: rows * side + 16, role: "img", class: "laboratory-picture",
      "aria-label": words.picture_people,
    }, ...ways.map((d, times) => drawn("path", { d, class: TIMES[times] })),
    drawn("text", { x: width, y: rows * side + 13, "text-anchor": "end", class: "sim" }, frame.tag));
    const found = timesDrawn(counts), heads = words.times.split("|");
    const box = tableOf(words.caption_people, [words.drawn, words.people_drawn], found.map((one, i) => [heads[i], one])).box;
    box.querySelectorAll("tbody th").forEach((cell, i) => cell.prepend(element("span", { className: `laboratory-key ${TIMES[i]}` })));
    return [element("p", { className: "laboratory-title", textContent: words.title_people }), drawing, box];
  }
}

whenReady("resampling", "laboratoryBook", resampling);
