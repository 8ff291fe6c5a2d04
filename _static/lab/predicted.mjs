/** The experiment on mistakes: what the reader expects of one is asked first, then the analysis is made with it. */
import { Frame, andLost, decimals, element, filled, tableOf, whenReady } from "./frame.mjs";
import { outcome, withMistake } from "./mistakes.mjs";
import { Picture, drawn } from "./picture.mjs";

const SERIAL = "serial", ROW = 62;

function experiment(place, book) {
  const frame = new Frame(place), { words } = frame, { interactions } = book, { tag } = frame;
  const shown = element("div"), tried = element("div"), told = new Map();
  const points = (value) => decimals(value, 3), range = (ci) => ci ? `[${points(ci[0])}, ${points(ci[1])}]` : words.not_drawn;
  const claims = Object.keys(book.claims), inBook = (key) => book.numbers[`mediation.${key}`];
  const planned = interactions.map((w) => ({ est: inBook(`${SERIAL}.${w}.est`), ci: inBook(`${SERIAL}.${w}.ci`) }));
  frame.results.append(shown, tried);

  if (!book.mistakes.left_out) frame.form.querySelector("option[value=everybody]").remove();

  // Another mistake wants another guess; a link brings both.
  frame.form.elements.mistake.addEventListener("input", () => frame.form.elements.guess.value = "none");
  frame.whenChanged(() => {
    frame.undraw();
    shown.replaceChildren();
    frame.say(frame.state.guess === "none" ? "ask" : "ready");
  });
  frame.button("begin").addEventListener("click", () => {
    told.clear();
    tried.replaceChildren();
    frame.reset();
  });
  frame.button("show").addEventListener("click", () => {
    const { mistake, guess } = frame.state;
    if (guess === "none") {
      frame.say("guess_first");
      frame.form.elements.guess.focus();
      return;
    }
    frame.say("fitting");
    frame.run(withMistake(book, mistake, book.mistakes.draws, (found) => frame.draw(() => show(found))), {
      told: (share, speaks) => speaks && frame.say("drawing", { share: Math.round(100 * share) }),
      show: (found) => answer(mistake, guess, found),
    });
  });

  function* show({ n, effects, verdicts, lost }) {
    const here = interactions.map((w) => effects[`${SERIAL}.${w}`]);
    const parts = [element("p", { className: "laboratory-title", textContent: filled(words.title, { people: n }) }), yield* draw(here)];
    const captioned = (caption) => andLost(caption, words, lost, book.mistakes.draws);
    const row = (said, w, { est, ci }) => [filled(said, { item: words[w] }), points(est), range(ci)];
    parts.push(tableOf(captioned(words.effects), [words.analysis, words.estimate, words.interval], interactions.flatMap((w, i) =>
      [row(words.at_planned, w, planned[i]), row(words.at_mistaken, w, here[i])])).box);
    yield;
    if (verdicts) parts.push(tableOf(captioned(words.verdicts), [words.claim, words.planned, words.mistaken],
      claims.map((claim) => [claim, words[book.numbers[`verdict.${claim}`]], words[verdicts[claim]]])).box);
    yield;
    shown.replaceChildren(...parts);
  }

  /** Say in one sentence what came out, beside what was expected, and keep it in the list. */
  function* answer(mistake, guess, found) {
    yield* show(found);
    const here = interactions.map((w) => found.effects[`${SERIAL}.${w}`].est);
    const { what, share } = outcome(planned.map(({ est }) => est), here), size = Math.round(100 * share);
    const changed = claims.filter((claim) => found.verdicts[claim] !== book.numbers[`verdict.${claim}`]).join(", ");
    const values = { guess: words[guess], outcome: filled(words[what], { share: size }), claims: changed };
    const sentence = filled(words[guess === what ? "right" : "wrong"], values);
    const verdicts = changed ? filled(words.changed, values) : words.unchanged;
    yield;
    shown.append(element("p", { className: "laboratory-why", textContent: words[`why_${mistake}`] }));
    frame.status.textContent = andLost(`${sentence} ${verdicts}`, words, found.lost, book.mistakes.draws);
    told.set(mistake, [words[`did_${mistake}`], words[guess], words[what], `${size} %`, changed || words.no_verdict, found.lost]);
    const { box } = tableOf(words.tried, [words.mistake, words.expected, words.came, words.size, words.other, words.left_out],
      [...told.values()]);
    box.classList.add("laboratory-tried");
    tried.replaceChildren(box);
  }

  /** The whole chain at each reaction, as planned and with the mistake, on one axis. */
  function* draw(here) {
    const ends = [...planned, ...here].flatMap(({ est, ci }) => ci ?? [est]), most = 1.15 * Math.max(...ends.map(Math.abs));
    const height = interactions.length * ROW, name = words.picture, { width } = frame;
    const picture = new Picture({ width, low: -most, high: most, height, tag, name });
    yield;
    for (const [i, w] of interactions.entries()) {
      const y = i * ROW + 26, text = (at, said) => drawn("text", { x: 0, y: at, class: "halo" }, said);
      picture.svg.append(text(y - 10, words[w]), text(y + 10, words.planned), text(y + 28, words.mistaken));
      picture.interval(planned[i].ci, planned[i].est, y + 6, "catch");
      picture.interval(here[i].ci ?? [here[i].est, here[i].est], here[i].est, y + 24, "miss");
      yield;
    }
    return element("div", {}, picture.svg);
  }
}

whenReady("common-mistakes", "laboratoryBook", experiment);
