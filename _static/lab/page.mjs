/** The instrument on the page: it runs the check in short turns, counts aloud, and lists what came out. */
import { agrees, recompute } from "./check.mjs";
import { filled, fragmentOf, keep, stateIn, tableOf, whenReady } from "./frame.mjs";
import { inSlices } from "./slices.mjs";
import { PART } from "./syntax.mjs";

/** Milliseconds between two sentences about one run. */
const SPOKEN = 2000;
const SHOWN = 200;

/** Change a sample on purpose: one answer, one person left out, or an item turned round as it should not be. */
export function spoilt(sample, fault, person, item) {
  const copy = Object.fromEntries(Object.entries(sample).map(([name, column]) => [name, [...column]]));
  const turned = (answer) => answer === null ? null : 8 - answer;
  if (fault === "answer") copy[item][person] = copy[item][person] === 7 ? 1 : 7;
  if (fault === "drop") for (const name in copy) copy[name].splice(person, 1);
  if (fault === "turn") copy[item] = copy[item].map(turned);
  return copy;
}

/** Sort the registry into what agrees, what differs and what this engine does not compute. */
export function compared(numbers, found) {
  const result = { agree: [], differ: [], missing: [] };
  for (const [key, value] of Object.entries(numbers)) {
    const here = found.get(key);
    const list = here === undefined ? "missing" : agrees(here, value) ? "agree" : "differ";
    result[list].push({ key, book: value, here });
  }
  return result;
}

function digits(value) {
  if (Array.isArray(value)) return `[${value.map(digits).join(", ")}]`;
  if (typeof value !== "number") return value;
  if (Number.isInteger(value)) return String(value);
  return (Math.abs(value) < 1e-4 && value ? value.toExponential(4) : value.toFixed(6)).replace("-", "−");
}

/** The claims whose verdicts are others than in the book; nothing where no verdict was recomputed. */
export function moved(claims, { agree, differ }) {
  const among = (list) => claims.filter((claim) => list.some(({ key }) => key === `verdict.${claim}`));
  return among([...agree, ...differ]).length ? among(differ) : null;
}

/** The anchor of a number's row, by which an address names it. */
export const rowOf = (key) => key.replaceAll(".", "-").toLowerCase();

/** How a number is made of others, written with their values: −0.058 = −0.367 × … */
export function worked(key, formula, found) {
  const value = (part) => digits(found.get(part));
  const made = formula.replaceAll("*", " × ").replaceAll(" - ", " − ")
    .replace(PART, (part, at, all) => /[+−] $/.test(all.slice(0, at)) && found.get(part) < 0 ? `(${value(part)})` : value(part));
  return `${value(key)} = ${made}`;
}

function instrument(place, book) {
  const words = JSON.parse(place.dataset.words);
  const one = (name) => place.querySelector(name);
  const fault = one("#laboratory-fault"), person = one("#laboratory-person"), item = one("#laboratory-item");
  const intervals = one("#laboratory-intervals"), start = one(".laboratory-start"), stop = one(".laboratory-stop"), save = one(".laboratory-save");
  const bar = one("progress"), count = one(".laboratory-count"), results = one(".laboratory-results");
  let cancel = () => {}, last = null;
  person.max = book.sample.valence.length;
  for (const name of book.model.constructs.flatMap((scale) => book.scales[scale])) item.append(new Option(name, name));
  one(".laboratory-instrument").hidden = false;
  const say = (text) => count.textContent = text;

  const chosen = () => ({ change: fault.value, person: person.value, item: item.value, intervals: intervals.checked ? "yes" : "no" });
  const beginning = chosen();
  const offered = () => {
    one(".laboratory-places").hidden = fault.value === "nothing";
    person.closest("label").hidden = fault.value === "turn";
    item.closest("label").hidden = fault.value === "drop";
  };
  place.addEventListener("input", () => {
    offered();
    keep(fragmentOf(chosen(), beginning));
  });

  // What was chosen is kept in the address, so that a link hands it on.
  const follow = () => {
    const state = stateIn(location.hash);
    if (!state) return;
    const all = { ...beginning, ...state };
    for (const [name, field] of Object.entries({ change: fault, person, item })) {
      field.value = all[name];
      if (!field.value) field.value = beginning[name];
    }
    intervals.checked = all.intervals !== "no";
    offered();
    place.scrollIntoView();
  };
  offered();

  const failed = (error) => {
    running(false);
    say(filled(words.failed, { why: error.message }));
  };

  // An address that names a number asks for that number alone: the check runs until it has it.
  const asked = () => {
    const [, row] = /^#recompute-(.+)$/.exec(location.hash) ?? [];
    if (!row) return;
    const key = Object.keys(book.numbers).find((name) => rowOf(name) === row), answer = one(".laboratory-one");
    const tell = (...lines) => answer.replaceChildren(...lines.map((text) =>
      Object.assign(document.createElement("p"), { textContent: text })));
    cancel();
    answer.focus();
    if (!key) return tell(words.one_unknown);
    const values = { key, book: digits(book.numbers[key]) };
    if (!new RegExp(`^(?:${book.again})`).test(key)) return tell(filled(words.one_missing, values));
    tell(filled(words.one_running, values));
    const found = new Map();
    const given = () => {
      const here = found.get(key), formula = book.workings[key];
      tell(filled(agrees(here, book.numbers[key]) ? words.one_agrees : words.one_differs, { ...values, here: digits(here) }),
        ...(formula ? [worked(key, formula, found)] : []));
      running(false);
    };
    running(true);
    cancel = inSlices(recompute(book, book.sample, true, found), {
      tell: (share) => {
        bar.value = share;
        if (!found.has(key)) return;
        cancel();
        given();
      },
      done: given,
      failed,
    });
  };

  const running = (yes) => {
    start.disabled = yes;
    stop.disabled = !yes;
    save.disabled = yes || !last;
    results.setAttribute("aria-busy", String(yes));
  };

  const told = (change) => filled(words[{ answer: "changed_answer", drop: "changed_dropped", turn: "changed_turned",
    nothing: "unchanged" }[change.fault]], { person: change.person, item: change.item });

  start.addEventListener("click", () => {
    const found = new Map();
    const number = Math.min(Math.max(Math.round(Number(person.value)) || 1, 1), book.sample.valence.length);
    const change = { fault: fault.value, person: number, item: item.value };
    const sample = spoilt(book.sample, change.fault, number - 1, change.item);
    const steps = recompute(book, sample, intervals.checked, found);
    let spoken = 0, known = -1, tally = { agree: 0, differ: 0 };
    last = null;
    delete place.dataset.outcome;
    results.replaceChildren();
    running(true);
    say(filled(words.running, { agree: 0, differ: 0, share: 0 }));
    cancel = inSlices(steps, {
      failed,
      tell: (share) => {
        const now = performance.now();
        bar.value = share;
        if (now - spoken < SPOKEN) return;
        spoken = now;
        if (found.size !== known) {
          const sorted = compared(book.numbers, found);
          tally = { agree: sorted.agree.length, differ: sorted.differ.length };
          known = found.size;
        }
        say(filled(words.running, { ...tally, share: Math.round(100 * share) }));
      },
      done: () => {
        bar.value = 1;
        last = { change: told(change), ...compared(book.numbers, found) };
        show(change);
        running(false);
      },
    });
  });

  stop.addEventListener("click", () => {
    cancel();
    running(false);
    start.focus();
    say(words.cancelled);
  });

  save.addEventListener("click", () => {
    const link = document.createElement("a");
    const kept = { origin: book.simulated ? "simulated" : "observed", ...last, missing: last.missing.map(({ key }) => key) };
    link.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
    link.download = "checked.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  for (const hear of [follow, asked]) {
    addEventListener("hashchange", hear);
    hear();
  }

  function show(change) {
    const counts = { agree: last.agree.length, differ: last.differ.length, missing: last.missing.length };
    place.dataset.outcome = counts.differ ? "differ" : "agree";
    say(`${told(change)} ${filled(words.finished, counts)}`);
    const line = (textContent) => results.append(Object.assign(document.createElement("p"), { textContent }));
    const others = moved(Object.keys(book.claims), last);
    if (others) line(others.length ? filled(words.verdicts_moved, { claims: others.join(", ") }) : words.verdicts_stay);
    if (counts.differ) results.append(list("differ", true));
    else line(words.none_differ);
    results.append(list("agree", false), list("missing", false));
  }

  function list(name, open) {
    const rows = last[name], box = document.createElement("details"), title = document.createElement("summary");
    title.textContent = filled(words[name], { count: rows.length });
    box.open = open;
    box.append(title);
    const fill = () => {
      if (box.querySelector("table") || !rows.length) return;
      box.append(...rowsOf(name, rows));
    };
    box.addEventListener("toggle", () => box.open && fill());
    if (open) fill();
    return box;
  }

  function rowsOf(name, rows) {
    const heads = [words.key, words.in_book, ...(name === "missing" ? [] : [words.here])];
    const { box, add } = tableOf(words[`caption_${name}`], heads, []), more = document.createElement("button");
    let shown = 0;
    const next = () => {
      add(rows.slice(shown, shown + SHOWN).map(({ key, book: value, here }) =>
        [key, digits(value), ...(name === "missing" ? [] : [digits(here)])]));
      shown += SHOWN;
      more.hidden = shown >= rows.length;
    };
    more.type = "button";
    more.textContent = words.more;
    more.addEventListener("click", next);
    next();
    return [box, more];
  }
}

whenReady("laboratory", "laboratoryBook", instrument);
