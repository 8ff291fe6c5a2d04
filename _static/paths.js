// The path that a reader chose: previous and next follow it, and the list says what was read. What is kept stays in this
// browser, and nothing is kept before a path is chosen. Where the browser keeps nothing, the list is a list of links.
{
  const KEY = "reading-path";

  function kept() {
    try {
      const { path, read } = JSON.parse(localStorage.getItem(KEY));
      return typeof path === "string" && Array.isArray(read) ? { path, read } : null;
    } catch { return null; }
  }

  function keep(state) {
    try {
      if (state) localStorage.setItem(KEY, JSON.stringify(state));
      else localStorage.removeItem(KEY);
      return true;
    } catch { return false; }
  }

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function made(name, text, attributes = {}) {
    const element = document.createElement(name);
    element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  // On a stop: where the path leads, at the end of the section or, for a whole page, in the place of the contents' order.
  function follow(place) {
    const { paths, words, list } = JSON.parse(place.dataset.path), state = kept();
    if (!state || !Object.hasOwn(paths, state.path)) return;
    const { title, of, stops } = paths[state.path];
    const seen = new IntersectionObserver(entries => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) read(target.dataset.stop);
    });
    for (const { id, at, previous, next } of stops) {
      const said = fill(words.stop, { title, at, of }), nav = made("nav", "", { class: "path-nav", "aria-label": said });
      const section = document.getElementById(id.split("#")[1] ?? "");
      nav.dataset.stop = id;
      nav.append(made("a", said, { class: "path-here", href: list }));
      if (previous) nav.append(made("a", `${words.previous}: ${previous[1]}`, { href: previous[0], rel: "prev" }));
      nav.append(next ? made("a", `${words.next}: ${next[1]}`, { href: next[0], rel: "next" }) : made("span", words.end));
      if (section) section.append(nav);
      else {
        const contents = document.querySelector(".prev-next-area");
        contents ? contents.replaceWith(nav) : place.before(nav);
      }
      seen.observe(nav);
    }
  }

  function read(stop) {
    const state = kept();
    if (state && !state.read.includes(stop)) keep({ ...state, read: [...state.read, stop] });
  }

  function choices(list) {
    const words = JSON.parse(list.dataset.words), status = list.querySelector("[role=status]");
    const clear = list.querySelector(".paths-clear"), ways = [...list.querySelectorAll("[data-path]")];

    function show() {
      const state = kept(), chosen = ways.find(way => way.dataset.path === state?.path);
      for (const way of ways) {
        way.querySelector(".paths-follow").hidden = way === chosen;
        way.classList.toggle("paths-chosen", way === chosen);
        for (const stop of way.querySelectorAll("[data-stop]")) {
          const done = way === chosen && state.read.includes(stop.dataset.stop), mark = stop.querySelector(".paths-read");
          if (done && !mark) stop.append(made("span", words.read, { class: "paths-read" }));
          else if (!done) mark?.remove();
        }
      }
      clear.hidden = !state;
      const stops = chosen ? [...chosen.querySelectorAll("[data-stop]")] : [];
      const done = stops.filter(stop => stop.querySelector(".paths-read")).length;
      status.textContent = chosen ? fill(words.followed, { title: chosen.dataset.title, read: done, of: stops.length }) : "";
    }

    for (const way of ways) way.querySelector(".paths-follow").addEventListener("click", () => {
      if (!keep({ path: way.dataset.path, read: [] })) { status.textContent = words.refused; return; }
      show();
      way.querySelector("[data-stop] a").focus();
    });
    clear.addEventListener("click", () => {
      keep(null);
      show();
      ways[0].querySelector("summary").focus();
    });
    addEventListener("pageshow", show);
    show();
    ways.find(way => way.classList.contains("paths-chosen"))?.querySelector("details").setAttribute("open", "");
  }

  addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector(".path-place"), list = document.querySelector(".reading-paths");
    if (place) follow(place);
    if (list) choices(list);
  });
}
