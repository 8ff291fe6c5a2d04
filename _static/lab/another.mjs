/** The page on other surveys: choose a truth, draw surveys from it, see where estimates, intervals and verdicts fall. */
import { mean, sd } from "./describe.mjs";
import { Frame, decimals, element, filled, tableOf, whenReady } from "./frame.mjs";
import { Picture } from "./picture.mjs";
import { catches, drawnAndAnalysed, inPopulation, slidersOf, studied, tallied, truthLike } from "./surveys.mjs";
import { CELLS, seeds } from "./truth.mjs";

const SEEDS = 500, MANY = 100, TOGETHER = ["R1", "R2", "R3", "R4"];
const SLIDERS = ["none", "like", "reply", "d", "b", "reliability"];

/** How often the committed table found a claim in surveys of this size; nothing where it has no such size or truth. */
export function committed(power, truth, people, claim) {
  if (truth !== "reversal") return undefined;
  return power.find((row) => row.n === people && row.claim === claim)?.power;
}

function another(place, given) {
  // Where the study leaves out a reaction, the truths show it all the same, and their surveys ask for the whole model.
  const book = { ...given, ...given.whole };
  const frame = new Frame(place), study = studied(book), { words, form } = frame;
  let surveys = [], whole = null, before = null, shown = 0;
  const part = (name) => element("div", { className: `laboratory-${name}` });
  const [text, dots, lines, verdicts, every] = ["text", "dots", "lines", "verdicts", "every"].map(part);
  frame.results.append(text, dots, lines, verdicts, every);

  const chosen = () => {
    const { truth, people, effect, first, draws } = frame.state;
    const sliders = Object.fromEntries(SLIDERS.map((name) => [name, Number(form.elements[name].value)]));
    const written = truth === "own" ? truthLike(book.truths.reversal, sliders) : book.truths[truth];
    const from = Math.min(Math.max(Math.round(Number(first)) || 1, 1), SEEDS - MANY);
    return { truth, written, people: CELLS.length * Number(people), effect, first: from, draws: Number(draws) };
  };

  frame.whenChanged((state) => {
    const other = (name) => before && state[name] !== before[name], chose = !before || other("truth");
    const { truth } = form.elements, slid = SLIDERS.some(other);
    if (state.truth !== "own" && (chose || slid)) {
      if (chose) for (const [name, value] of Object.entries(slidersOf(book.truths[state.truth]))) form.elements[name].value = value;
      else truth.value = "own";
      clear();
      before = frame.state;
      frame.changed();
      return;
    }
    if (Object.keys(state).some((name) => name !== "effect" && other(name))) clear();
    before = state;
    frame.draw(show);
  });

  function clear() {
    surveys = [];
    whole = null;
  }

  function* drawing(count) {
    const { written, people, first, draws } = chosen();
    whole ??= yield* inPopulation(study, written, people);
    const seedsOfAll = seeds(written, people, SEEDS);
    for (let i = 0; i < count; i++) {
      const number = first + surveys.length;
      if (number > SEEDS) return;
      const steps = drawnAndAnalysed(book, study, written, people, seedsOfAll[number - 1], draws);
      for (;;) {
        const { done, value } = steps.next();
        if (done) {
          surveys.push({ number, ...value });
          break;
        }
        yield value === undefined ? value : (i + value) / count;
      }
    }
  }

  const draw = (count) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    frame.say("drawing", { count: surveys.length });
    frame.run(drawing(count), {
      told: (share, speaks) => {
        if (speaks) frame.say("drawing", { count: surveys.length });
        if (!calm && surveys.length !== shown) frame.draw(() => show(false));
      },
      show,
    });
  };
  frame.button("one").addEventListener("click", () => draw(1));
  frame.button("hundred").addEventListener("click", () => draw(MANY));
  frame.button("clear").addEventListener("click", () => {
    clear();
    frame.draw(show);
  });

  function* show(finished = true) {
    const { truth, people, effect, draws } = chosen(), drawn = [...surveys], { values, errors } = whole ?? {};
    const all = drawn.filter(({ est }) => est), count = drawn.length, unfitted = count - all.length;
    shown = count;
    if (!count) {
      [text, dots, lines, verdicts, every].forEach((one) => one.replaceChildren());
      if (finished) frame.say("waiting");
      return;
    }
    const value = values[effect], caught = all.map((one) => catches(one.ci[effect], value)), missed = caught.filter((one) => !one).length;
    const [piles, stack] = yield* pictures(effect, value, errors[effect], all, caught);
    const { rows, all: together } = tallied(all, book.claims, TOGETHER), name = `${TOGETHER[0]}-${TOGETHER.at(-1)}`;
    const percent = (share) => share === undefined ? "–" : `${Math.round(100 * share)} %`;
    const none = (cell) => unfitted ? [cell] : [], shares = (claim, found) => [percent(found / count), percent(committed(book.power, truth, people, claim))];
    const heads = [words.claim, words.found, words.undecided, words.reversed, ...none(words.unfitted), words.here, words.committed];
    const table = tableOf(words.caption_verdicts, heads, [
      ...Object.entries(rows).map(([claim, { found, undecided, reversed }]) =>
        [claim, found, undecided, reversed, ...none(unfitted), ...shares(claim, found)]),
      [filled(words.together, { claim: name }), together, all.length - together, "–", ...none(unfitted), ...shares(name, together)],
    ]);
    yield;
    const details = finished ? yield* listed(effect, drawn, value) : null;
    text.replaceChildren(element("p", { textContent: ofLast(effect, drawn.at(-1)) }));
    dots.replaceChildren(element("p", { className: "laboratory-title", textContent: words.title_dots }), piles.svg);
    lines.replaceChildren(element("p", { className: "laboratory-title", textContent: words.title_lines }), stack.svg);
    verdicts.replaceChildren(table.box);
    if (!finished) return;
    const estimates = all.map((one) => one.est[effect]);
    const said = filled(words.finished, { count, catch: all.length - missed, miss: missed, truth: decimals(value) });
    frame.status.textContent = unfitted ? `${said} ${filled(words.not_fitted, { missing: unfitted, count })}` : said;
    if (all.length > 1) text.append(element("p", { textContent: filled(words.spread, {
      est: decimals(mean(estimates)), sd: decimals(sd(estimates)), truth: decimals(value),
    }) }));
    const missing = all.reduce((sum, { lost }) => sum + lost, 0);
    if (missing) text.append(element("p", { textContent: filled(words.lost, { missing, count: all.length * draws }) }));
    every.replaceChildren(details);
  }

  /** What the newest survey gave, in a sentence. */
  function ofLast(effect, { number, est, ci, verdicts: given }) {
    if (!est) return filled(words.last_unfitted, { number });
    const [low, high] = ci[effect].map((bound) => decimals(bound));
    const found = Object.keys(given).filter((name) => given[name] === "found").join(", ") || words.no_claim;
    return filled(words.last, { number, est: decimals(est[effect]), low, high, found });
  }

  /** Every survey in a table, folded; one whose fit did not converge says so in place of its verdicts. */
  function* listed(effect, drawn, value) {
    const claims = Object.keys(book.claims), heads = [words.survey, words.estimate, words.from, words.to, words.holds, ...claims];
    const details = element("details", {}, element("summary", { textContent: filled(words.every_survey, { count: drawn.length }) }));
    const { box, add } = tableOf(words.caption_every, heads, []);
    for (const { number, est, ci, verdicts: given } of drawn) {
      add([est ? [
        number, decimals(est[effect]), ...ci[effect].map((bound) => decimals(bound)), catches(ci[effect], value) ? words.yes : words.no,
        ...claims.map((claim) => words[given[claim]]),
      ] : [number, "–", "–", "–", "–", ...claims.map(() => words.unfitted)]]);
      yield;
    }
    details.append(box);
    return details;
  }

  function* pictures(effect, value, error, all, caught) {
    const values = all.map((one) => one.est[effect]), reach = 5 * error, { width } = frame;
    const low = Math.min(value - reach, -0.05), high = Math.max(value + reach, 0.05), count = all.length;
    const kind = (i) => caught[i] ? "catch" : "miss", shape = { width, low, high, tag: frame.tag };
    const name = { count, catch: caught.filter(Boolean).length, truth: decimals(value) };
    const piles = new Picture({ ...shape, height: 130, name: filled(words.picture_dots, name) });
    piles.mark(value, "true", filled(words.true_value, { truth: decimals(value) }));
    piles.dots(values, kind);
    yield;
    const pitch = Math.min(12, Math.max(4, 420 / count));
    const stack = new Picture({ ...shape, height: Math.max(60, count * pitch + 24), name: filled(words.picture_lines, name) });
    stack.mark(value, "true", filled(words.true_value, { truth: decimals(value) }));
    for (const [i, one] of all.entries()) {
      stack.interval(one.ci[effect], one.est[effect], 24 + i * pitch, kind(i));
      yield;
    }
    return [piles, stack];
  }
}

whenReady("another-survey", "laboratoryBook", another);
