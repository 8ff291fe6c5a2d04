/* Opens the search, and shows what it finds. What finds (book-search.js) is loaded when somebody begins to search. */
{
  const FINDER = "_static/book-search.js";
  const root = document.documentElement.dataset.content_root ?? "";
  let loading = null;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + FINDER;
      script.onload = () => resolve(BookSearch);
      script.onerror = () => { loading = null; script.remove(); reject(); };
      document.head.append(script);
    });
    return loading;
  }

  function search(form) {
    const field = form.querySelector("input"), list = form.querySelector("[role=listbox]");
    const said = form.querySelector("[role=status]"), dialog = form.closest("dialog");
    let active = -1, asked = "";

    function activate(place) {
      const options = list.children;
      options[active]?.setAttribute("aria-selected", "false");
      active = options.length ? (place + options.length) % options.length : -1;
      const option = options[active];
      if (option) {
        option.setAttribute("aria-selected", "true");
        field.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else field.removeAttribute("aria-activedescendant");
    }

    function words(name, pairs) {
      const element = document.createElement("span");
      element.className = name;
      element.append(...pairs.map(([text, is]) => {
        if (!is) return text;
        const mark = document.createElement("mark");
        mark.textContent = text;
        return mark;
      }));
      return element;
    }

    function option(hit, place) {
      const link = document.createElement("a");
      link.id = `bs-hit-${place}`;
      link.href = root + hit.href;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      link.className = `bs-hit bs-${hit.kind}`;
      const parts = [words("bs-kind", [[hit.label, false]]), words("bs-title", hit.title), words("bs-text", hit.text), words("bs-trail", [[hit.trail, false]])];
      link.append(...parts.flatMap(part => [part, " "]));
      link.addEventListener("click", () => dialog?.close());
      return link;
    }

    function show(hits, query) {
      list.replaceChildren(...hits.map(option));
      list.hidden = !hits.length;
      list.scrollTop = 0;
      field.setAttribute("aria-expanded", String(hits.length > 0));
      const { none, one, some } = form.dataset;
      said.textContent = !query ? "" : !hits.length ? none : hits.length === 1 ? one : some.replace("%s", hits.length);
      active = -1;
      activate(0);
    }

    async function ask() {
      const query = asked = field.value.trim();
      try {
        const hits = query ? await (await load()).find(query) : [];
        if (query === asked) show(hits, query);
      } catch {
        show([], "");
        said.textContent = form.dataset.lost;
      }
    }

    function press(event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        activate(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        list.children[active]?.click();
      } else if (event.key === "Escape" && dialog) {
        event.preventDefault();
        dialog.close();
      }
    }

    field.addEventListener("input", ask);
    field.addEventListener("keydown", press);
    form.addEventListener("submit", event => event.preventDefault());
    form.querySelector(".bs-close")?.addEventListener("click", () => dialog.close());
    dialog?.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });

    return () => {
      if (dialog && !dialog.open) dialog.showModal();
      else if (dialog) return dialog.close();
      field.focus();
      field.select();
      if (dialog) load().catch(() => {});
    };
  }

  function begin() {
    const form = document.querySelector("form.book-search");
    if (!form) return;
    const open = search(form);
    for (const door of document.querySelectorAll("a.search-door")) {
      door.addEventListener("click", event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        open();
      });
    }
    addEventListener("keydown", event => {
      const inField = event.target.closest?.("input, textarea, select, [contenteditable]");
      const asks = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k";
      if (!asks && (event.key !== "/" || inField || event.ctrlKey || event.metaKey || event.altKey)) return;
      event.preventDefault();
      open();
    });
    const query = new URLSearchParams(location.search).get("q");
    if (!form.closest("dialog")) {
      open();
      if (query) {
        form.querySelector("input").value = query;
        form.querySelector("input").dispatchEvent(new Event("input"));
      }
    }
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
}
