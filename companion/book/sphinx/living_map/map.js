// The living map and the living forest plot: filters, counts and judges the dots (or lines), sorts and filters the tables
// of findings, reads a finding out of its row, and keeps all that in the page's address. The rule comes with the page, from
// the code that judges the tables; a plot of sizes has none.
for (const map of document.querySelectorAll(".living-map")) {
  const PREFIX = map.id, EXPERIMENT = "experiment";
  const form = map.querySelector("form"), controls = form.elements, status = map.querySelector("[role=status]");
  const EQUAL = ["path", "direction", "design", "country", "how"].filter(name => controls[name]);
  const KEPT = [...EQUAL, ...["from", "to", "group", "sort"].filter(name => controls[name])];
  const words = JSON.parse(map.dataset.words), rule = words.rule, sides = Object.keys(words.sides ?? {});
  const card = map.querySelector(".lm-study"), dots = [...map.querySelectorAll(".lm-dots button")];
  const rows = new Map(dots.map(dot => [dot, document.getElementById(dot.value)]).filter(([, row]) => row));
  const place = new Map([...rows.values()].map(row => [row, [...row.parentElement.children].indexOf(row)]));
  let chosen = null;

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const several = (count, one, many) => count === 1 ? one : fill(many, { count });
  const inside = ({ year }) => !controls.from || !controls.from.value && !controls.to.value
    || year !== "" && (!controls.from.value || year >= controls.from.value) && (!controls.to.value || year <= controls.to.value);
  const fits = ({ dataset }) =>
    EQUAL.every(name => !controls[name].value || dataset[name] === controls[name].value) && inside(dataset);

  function verdict(found) {
    const research = list => list.some(dot => dot.dataset.research === "true");
    if (found.length < rule.fewest || !research(found)) return "untested";
    for (const [name, directions] of Object.entries(rule.agreeing)) {
      const agreeing = found.filter(dot => directions.includes(dot.dataset.direction));
      if (agreeing.length >= rule.decisive * found.length && research(agreeing)) return name;
    }
    return "mixed";
  }

  function judged(found) {
    if (!rule) return found.length ? several(found.length, words.finding, words.findings) : words.nothing;
    const said = { verdict: words.verdicts[verdict(found)] };
    if (!found.length) return fill(words.nothing, said);
    said.works = several(found.length, words.work, words.works);
    said.parts = sides.map(side => [side, found.filter(dot => dot.dataset.direction === side).length])
      .filter(([, count]) => count).map(([side, count]) => fill(words.part, { count, side: words.sides[side] })).join(", ");
    return fill(words.verdict, said);
  }

  const ORDERS = {
    path: (a, b) => place.get(a.row) - place.get(b.row),
    study: (a, b) => a.row.cells[words.heads.study].textContent.localeCompare(b.row.cells[words.heads.study].textContent),
    newest: (a, b) => Number(b.dot.dataset.year) - Number(a.dot.dataset.year),
    largest: (a, b) => Number(b.dot.dataset.n) - Number(a.dot.dataset.n),
    size: (a, b) => Number(b.dot.dataset.r) - Number(a.dot.dataset.r),
    direction: (a, b) => sides.indexOf(a.dot.dataset.direction) - sides.indexOf(b.dot.dataset.direction),
  };

  function sort() {
    const order = controls.sort.value, pairs = [...rows].map(([dot, row]) => ({ dot, row }));
    pairs.sort((a, b) => ORDERS[order](a, b) || ORDERS.path(a, b));
    if (controls.group) group(pairs.map(({ dot }) => dot));
    for (const body of new Set(pairs.map(({ row }) => row.parentElement))) {
      const sorted = pairs.map(({ row }) => row).filter(row => row.parentElement === body);
      if (sorted.some((row, at) => row !== body.rows[at])) body.append(...sorted);  // rows that move are laid out anew
      const heads = [...body.parentElement.tHead.rows[0].cells];
      heads.forEach((head, column) => column === words.heads[order] ? head.setAttribute("aria-sort", "ascending") : head.removeAttribute("aria-sort"));
    }
  }

  function group(lines) {
    const by = controls.group.value, groups = [...map.querySelectorAll(".lm-path")];
    for (const each of groups) each.hidden = each.dataset.by !== by;
    for (const line of lines) {
      groups.find(({ dataset }) => dataset.by === by && dataset.key === line.dataset[by]).querySelector(".lm-dots").append(line);
    }
    chosen?.closest(".lm-path").append(card);
  }

  function read(dot) {
    chosen?.removeAttribute("aria-current");
    chosen?.removeAttribute("aria-describedby");
    chosen = dot;
    card.hidden = !dot;
    if (!dot) return;
    const row = rows.get(dot), heads = row.closest("table").tHead.rows[0].cells;
    const parts = [...row.cells].map((cell, column) => {
      const part = document.createElement("p"), copy = cell.cloneNode(true), head = document.createElement("span");
      for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
      head.className = "lm-head";
      head.textContent = `${heads[column].textContent.trim()}: `;
      part.append(...(column ? [head] : []), ...[...copy.querySelectorAll("p")].flatMap(text => [...text.childNodes]));
      return part;
    });
    const link = document.createElement("a");
    link.href = `#${dot.value}`;
    link.textContent = words.row;
    const says = document.createElement("div");
    says.id = `${PREFIX}-study`;
    says.append(...parts);
    card.replaceChildren(says, link);
    dot.closest(".lm-path").append(card);
    dot.setAttribute("aria-current", "true");
    dot.setAttribute("aria-describedby", says.id);  // not the card itself, whose label would be read instead
  }

  function show() {
    for (const dot of dots) {
      dot.hidden = !fits(dot);
      rows.get(dot)?.classList.toggle("lm-out", dot.hidden);
    }
    if (chosen?.hidden) read(null);
    for (const path of map.querySelectorAll(".lm-path")) {
      const found = [...path.querySelectorAll("button:not([hidden])")];
      path.querySelector(".lm-said").textContent = judged(found);
      found.forEach((dot, place) => { dot.tabIndex = (found.includes(chosen) ? dot === chosen : place === 0) ? 0 : -1; });
    }
    const left = dots.filter(dot => !dot.hidden), works = new Set(left.map(dot => dot.dataset.source)).size;
    status.textContent = fill(words.shown, {
      findings: several(left.length, words.finding, words.findings), works: several(works, words.work, words.works),
    });
    if (controls.only) controls.only.checked = controls.design.value === EXPERIMENT;
  }

  function keep() {
    const state = KEPT.filter(name => controls[name].selectedIndex > 0).map(name => [name, controls[name].value]);
    if (chosen) state.push(["study", chosen.value]);
    const said = state.map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join("");
    history.replaceState(null, "", `#${PREFIX}${said}`);
  }

  function follow() {                     // a shared address opens its state
    const [start, ...state] = location.hash.slice(1).split("&");
    if (start !== PREFIX) return;
    const wanted = new Map(state.map(each => each.split("=")).map(([name, value = ""]) => [name, decoded(value)]));
    for (const name of KEPT) {
      const options = [...controls[name].options].map(option => option.value);
      controls[name].selectedIndex = Math.max(0, options.indexOf(wanted.get(name)));
    }
    sort();
    read(dots.find(dot => dot.value === wanted.get("study") && fits(dot)) ?? null);
    show();
    (chosen ? chosen.closest(".lm-path") : map).scrollIntoView();
  }

  function decoded(value) {
    try { return decodeURIComponent(value); } catch { return ""; }
  }

  form.addEventListener("change", ({ target }) => {
    if (controls.only && target === controls.only) controls.design.value = target.checked ? EXPERIMENT : "";
    sort();
    show();
    keep();
  });
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => {
    event.preventDefault();
    for (const name of KEPT) controls[name].selectedIndex = 0;
    read(null);
    sort();
    show();
    keep();
  });
  for (const dot of dots) {
    const open = () => {
      if (dot === chosen) return;
      read(dot);
      show();
      keep();
      dot.scrollIntoView({ block: "nearest" });
    };
    dot.addEventListener("focus", open);
    dot.addEventListener("click", open);
    dot.addEventListener("keydown", event => {
      const group = [...dot.parentElement.querySelectorAll("button:not([hidden])")], at = group.indexOf(dot);
      const beside = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: group.length - 1 };
      const below = controls.group && { ArrowDown: at + 1, ArrowUp: at - 1 };  // lines stand under each other
      const next = { ...beside, ...below }[event.key];
      if (event.key === "Escape") { read(null); show(); keep(); }
      if (next === undefined) return;
      event.preventDefault();
      group[next]?.focus();
    });
  }
  addEventListener("hashchange", follow);
  sort();
  show();
  follow();
}
