/**
 * What every experiment of the laboratory stands in: a form whose fields are its state, buttons, a bar, a line that
 * speaks, and a place for what comes out. The state is kept in the page's address, so that a link hands it on.
 */
import { inSlices } from "./slices.mjs";

/** Milliseconds between two sentences about one run. */
const SPOKEN = 2000;
/** Pixels of the narrowest drawing. */
const NARROWEST = 280;

let numbers;

/** A number as the book's language writes it. Its rules take long to load, so they are loaded once. */
function written(number) {
  numbers ??= new Intl.NumberFormat(document.documentElement.lang);
  return numbers.format(number);
}

/** Fill a sentence in, its numbers written as the book's language writes them. */
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) =>
  typeof values[name] === "number" ? written(values[name]) : values[name]);

/** A number with so many decimals, its minus sign a minus sign. */
export const decimals = (value, places = 2) => value.toFixed(places).replace(/^-(?=[\d.]*[1-9])/, "−").replace(/^-/, "");

/** A sentence or a caption, and behind it how many resamples were left out where there are any. */
export function andLost(text, words, missing, count) {
  return missing ? `${text.replace(/\.$/, "")}. ${filled(words.lost, { missing, count })}` : text;
}

/** Make an HTML element with properties and children. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A table with a caption and heads, in a box that scrolls by keyboard; the first cell of a row heads it. */
export function tableOf(caption, heads, rows) {
  const table = element("table"), line = (section, cells, head) => {
    const row = section.insertRow();
    cells.forEach((text, i) => {
      const cell = element(head || !i ? "th" : "td", { textContent: text });
      if (cell.tagName === "TH") cell.scope = head ? "col" : "row";
      row.append(cell);
    });
  };
  table.createCaption().textContent = caption;
  line(table.createTHead(), heads, true);
  const body = table.createTBody(), add = (more) => more.forEach((cells) => line(body, cells, false));
  add(rows);
  const box = element("div", { className: "laboratory-table", tabIndex: 0 }, table);
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", caption);
  return { box, add };
}

/** The state in a fragment, `#people=60&survey=3`; nothing where the fragment names a place of the page. */
export function stateIn(fragment) {
  return fragment.includes("=") ? Object.fromEntries(new URLSearchParams(fragment.replace(/^#/, ""))) : null;
}

/** The fragment of a state: only what differs from the state at the beginning. */
export function fragmentOf(state, beginning) {
  const changed = Object.entries(state).filter(([name, value]) => value !== beginning[name]);
  return changed.length ? `#${new URLSearchParams(changed)}` : "";
}

/** Keep a fragment in the page's address, where the reader finds it to hand on. */
export function keep(fragment) {
  if (fragment !== location.hash) history.replaceState(null, "", fragment || location.href.replace(/#.*/, ""));
}

/** The frame of an experiment at its place on the page. */
export class Frame {
  constructor(place) {
    this.place = place;
    this.words = JSON.parse(place.dataset.words);
    this.form = place.querySelector("form");
    this.results = place.querySelector(".laboratory-results");
    this.status = place.querySelector("[role=status]");
    this.bar = place.querySelector("progress");
    /** The word for simulated data, which every drawing bears; empty where a survey was held. */
    this.tag = place.querySelector(".simtag")?.textContent ?? "";
    this.beginning = this.state;
    this.listeners = [];
    new ResizeObserver(([{ contentRect }]) => this.measured = Math.round(contentRect.width)).observe(this.results);
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.changed());
    addEventListener("hashchange", () => this.follow());
    this.button("stop").addEventListener("click", () => {
      this.stop();
      this.say("cancelled");
    });
    place.querySelector(".laboratory-instrument").hidden = false;
  }

  /** What the fields of the form hold, by name, as texts. */
  get state() {
    return Object.fromEntries(new FormData(this.form));
  }

  /** How wide a drawing may be; known beforehand, since to ask a page that has just changed makes it lay itself out. */
  get width() {
    return Math.max(this.measured ?? this.results.clientWidth, NARROWEST);
  }

  button(name) {
    return this.place.querySelector(`button[name="${name}"]`);
  }

  /** Call when the state changes, and once now, after the state in the address was taken over. */
  whenChanged(listener) {
    this.listeners.push(listener);
    if (!this.follow()) this.heard();
  }

  /** Set fields by name, and tell. */
  set(state) {
    for (const [name, value] of Object.entries(state)) if (this.form.elements[name]) this.form.elements[name].value = value;
    this.changed();
  }

  /** Back to the state at the beginning. */
  reset() {
    this.set(this.beginning);
  }

  changed() {
    keep(fragmentOf(this.state, this.beginning));
    this.heard();
  }

  heard() {
    this.stop();
    for (const output of this.form.querySelectorAll("output"))
      output.value = decimals(Number(this.form.elements[output.htmlFor.value].value), Number(output.dataset.decimals));
    for (const listener of this.listeners) listener(this.state);
  }

  follow() {
    const state = stateIn(location.hash);
    if (!state) return false;
    this.set({ ...this.beginning, ...state });
    this.place.scrollIntoView();
    return true;
  }

  /** Say a sentence of the page's words, filled in, aloud too. */
  say(name, values = {}) {
    this.status.textContent = filled(this.words[name], values);
  }

  /** Say a sentence, and behind it how many of so many resamples were left out. */
  sayWithLost(name, values, missing, count) {
    this.status.textContent = andLost(filled(this.words[name], values), this.words, missing, count);
  }

  /**
   * Run a generator that yields shares of its work; `told` is called between its turns. `show` is a generator, too: it
   * draws what the other gave, and the buttons wait for it.
   */
  run(steps, { told = () => {}, show }) {
    this.stop();
    let spoken = performance.now();
    this.busy(true);
    const undraw = () => this.undraw(), both = function* () {
      const value = yield* steps;
      undraw();
      yield* show(value);
    };
    this.cancel = inSlices(both(), {
      tell: (share) => {
        this.bar.value = share;
        const now = performance.now(), speaks = now - spoken > SPOKEN;
        if (speaks) spoken = now;
        told(share, speaks);
      },
      done: () => {
        this.bar.value = 1;
        this.busy(false);
      },
      failed: (error) => this.failed(error),
    });
  }

  failed(error) {
    this.busy(false);
    this.say("failed", { why: error.message });
  }

  /** Draw in turns, by a function that gives a generator: one drawing at a time, and of those that wait only the last. */
  draw(show) {
    this.waiting = show;
    if (this.drawing) return;
    const failed = (error) => {
      this.undraw();
      this.failed(error);
    };
    const next = () => {
      const wanted = this.waiting;
      this.waiting = this.drawing = null;
      if (wanted) this.drawing = inSlices(wanted(), { done: next, failed });
    };
    next();
  }

  undraw() {
    this.drawing?.();
    this.waiting = this.drawing = null;
  }

  stop() {
    this.cancel?.();
    this.busy(false);
  }

  busy(yes) {
    const stop = this.button("stop"), focused = document.activeElement === stop;
    for (const button of this.place.querySelectorAll(".laboratory-buttons button"))
      button.disabled = button === stop ? !yes : yes;
    if (focused && !yes) this.place.querySelector(".laboratory-buttons button:enabled").focus();
    this.results.setAttribute("aria-busy", String(yes));
  }
}

/** Begin an experiment where the page has its place and what it computes from. */
export function whenReady(id, book, begin) {
  if (typeof document === "undefined") return;
  const start = () => {
    const place = document.getElementById(id);
    if (!place || !globalThis[book]) return;
    begin(place, globalThis[book]);
    // Before somebody presses a button, which would have to wait for it.
    setTimeout(() => written(0));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
