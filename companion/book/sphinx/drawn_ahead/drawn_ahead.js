// Another survey: shows the next of the surveys that were drawn ahead, and counts what was found so far. The surveys are a
// script of their own, which the first press loads.
for (const place of document.querySelectorAll(".drawn-ahead")) {
  const words = JSON.parse(place.dataset.words), controls = place.querySelector("form").elements;
  const status = place.querySelector("[role=status]"), button = place.querySelector("button");
  const rows = place.querySelector(".da-rows"), table = place.querySelector("table"), [low, high] = words.limits;
  const EACH = 3, THOUSANDTHS = 1000, FOUND = "f";
  let loading, shown = 0, tally = {};

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);
  const decimals = (value) => value.toFixed(3).replace("-", "\u2212");
  const percent = (value) => `${100 * (value - low) / (high - low)}%`;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      if (globalThis.surveysDrawnAhead) return resolve();
      const script = document.createElement("script");
      script.src = words.data;
      script.onload = resolve;
      script.onerror = () => { loading = null; script.remove(); reject(); };
      document.head.append(script);
    });
    return loading;
  }

  function begin() {
    shown = 0;
    tally = Object.fromEntries(words.claims.map((claim) => [claim, 0]));
    rows.hidden = true;
    if (table) table.hidden = true;
    button.removeAttribute("aria-disabled");
    status.textContent = words.waiting;
  }

  function draw({ numbers, verdicts }) {
    const claims = words.claims.length, all = verdicts.length / claims, people = controls.n.selectedOptions[0].label;
    if (shown === all) return;
    const own = verdicts.slice(shown * claims, (shown + 1) * claims), each = rows.children.length * EACH;
    const values = numbers.slice(shown * each, (shown + 1) * each).map((value) => value / THOUSANDTHS);
    shown += 1;
    [...rows.children].forEach((row, i) => {
      const [est, lower, upper] = values.slice(EACH * i, EACH * (i + 1)), track = row.querySelector(".da-track");
      track.children[0].style.left = percent(0);
      Object.assign(track.children[1].style, { left: percent(lower), width: `${100 * (upper - lower) / (high - low)}%` });
      track.children[2].style.left = percent(est);
      row.lastElementChild.textContent = fill(words.interval, { est: decimals(est), low: decimals(lower), high: decimals(upper) });
    });
    words.claims.forEach((claim, i) => { tally[claim] += own[i] === FOUND; });
    const said = words.claims.map((claim, i) => fill(words.verdict, { claim, verdict: words.verdicts[own[i]] })).join(", ");
    status.textContent = fill(shown === all ? words.last : words.one, { number: shown, all, people, verdicts: said });
    if (shown === all) button.setAttribute("aria-disabled", "true");
    rows.hidden = false;
    if (table) count(own);
  }

  function count(own) {
    const goals = words.goals[controls.truth.value][controls.n.value];
    words.claims.forEach((claim, i) => {
      const [here, so, many] = [...table.tBodies[0].rows[i].cells].slice(1), share = tally[claim] / shown;
      here.textContent = words.verdicts[own[i]];
      so.textContent = fill(words.share, { found: tally[claim], count: shown });
      so.style.setProperty("--share", `${100 * share}%`);
      many.textContent = goals[claim];
    });
    table.hidden = false;
  }

  place.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    load().then(() => draw(globalThis.surveysDrawnAhead[controls.truth.value][controls.n.value]),
      () => { status.textContent = words.failed; });
  });
  place.querySelectorAll("select").forEach((select) => select.addEventListener("change", begin));
  begin();
}
