// One card for everything that answers: numbers, terms, citations. On hover, on focus, on tap.
// The card is a copy of text that stands on the page anyway: the lists at its foot, its references. So it needs nothing
// from elsewhere, and without this script the links still lead to that text.
const HOVER = 120, LEAVE = 250, PHONE = 600, GAP = 8;

// Which links answer: selector -> what the id of the text has before the link's own target, and which parts of the text
// describe the link to those who do not see the card. A name or a label of the card itself would be read instead of them.
const ANSWERS = [
  ["a.num", "n-", ".n-what, .n-val span, .n-work"],
  ["a:has(> .std-term)", "t-", "p:not(.t-name)"],
  [".bibtex-citation a", "", "p"],
];
const NOT_COPIED = ".label, .backrefs";

function cards() {
  const card = document.createElement("div");
  card.id = "card";
  card.hidden = true;
  (document.querySelector("main") ?? document.body).append(card);

  let owner = null;
  let timer = 0;

  function close() {
    clearTimeout(timer);
    card.hidden = true;
    owner?.removeAttribute("aria-describedby");
    owner = null;
  }

  function closeLater() {
    clearTimeout(timer);
    timer = setTimeout(close, LEAVE);
  }

  function place(link) {
    if (innerWidth <= PHONE) {            // a sheet at the bottom, placed by the style sheet; it must not hide the link
      card.style.left = card.style.top = "";
      const hidden = link.getBoundingClientRect().bottom - card.getBoundingClientRect().top;
      if (hidden > 0) scrollBy({ top: hidden + GAP, behavior: "instant" });
      return;
    }
    const box = link.getClientRects()[0], frame = card.offsetParent.getBoundingClientRect();
    const left = Math.min(box.left - 2 * GAP, document.documentElement.clientWidth - card.offsetWidth - GAP);
    const fitsBelow = box.bottom + GAP + card.offsetHeight < innerHeight;
    const top = fitsBelow ? box.bottom + GAP : box.top - card.offsetHeight - GAP;
    card.style.left = `${Math.max(GAP, left) - frame.left}px`;
    card.style.top = `${top - frame.top}px`;
  }

  function describe(link, says) {
    const parts = [...card.querySelectorAll(says)];
    parts.forEach((part, place) => { part.id = `card-says-${place}`; });
    link.setAttribute("aria-describedby", parts.map(part => part.id).join(" "));
  }

  // Where the laboratory computes a number, its card leads there; without a script the laboratory computes nothing.
  function again(link, text) {
    const list = text.closest("[data-laboratory]");
    if (!list || !text.matches(".again")) return [];
    const line = document.createElement("div"), way = document.createElement("a");
    line.className = "n-again";
    way.href = `${list.dataset.laboratory}#recompute-${link.hash.slice(1)}`;
    way.textContent = list.dataset.again;
    line.append(way);
    return [line];
  }

  function open(link, text, says) {
    close();
    owner = link;
    const copies = [...text.childNodes].filter(node => !node.matches?.(NOT_COPIED)).map(node => node.cloneNode(true));
    card.replaceChildren(...copies, ...again(link, text));
    card.hidden = false;
    describe(link, says);
    place(link);
  }

  // The card stands at the end of the text; Tab walks from a link into its card and on as if it stood beside the link.
  function walk(event) {
    const links = [...card.querySelectorAll("a[href]")];
    const from = document.activeElement;
    if (from === owner && !event.shiftKey && links.length) {
      event.preventDefault();
      links[0].focus();
    } else if (from === links[0] && event.shiftKey) {
      event.preventDefault();
      owner.focus();
    } else if (from === links.at(-1) && !event.shiftKey) {
      owner.focus();                        // from where the browser goes on to the next link
      close();
    }
  }

  function listen(link, text, says) {
    link.addEventListener("pointerenter", event => {
      if (event.pointerType !== "mouse") return;
      clearTimeout(timer);
      if (owner !== link) timer = setTimeout(() => open(link, text, says), HOVER);
    });
    link.addEventListener("pointerleave", event => {
      if (event.pointerType === "mouse") closeLater();
    });
    link.addEventListener("focus", () => {
      if (link.matches(":focus-visible")) open(link, text, says);
    });
    link.addEventListener("blur", event => {
      if (!card.contains(event.relatedTarget)) closeLater();
    });
    link.addEventListener("click", event => {   // the first tap opens the card, the second follows the link
      if (event.pointerType && event.pointerType !== "mouse" && owner !== link) {
        event.preventDefault();
        open(link, text, says);
      }
    });
  }

  for (const [selector, before, says] of ANSWERS) {
    for (const link of document.querySelectorAll(selector)) {
      const text = document.getElementById(before + link.hash.slice(1));
      if (text) listen(link, text, says);
    }
  }
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", event => {
    if (event.pointerType === "mouse") closeLater();
  });
  card.addEventListener("focusout", event => {
    if (!card.contains(event.relatedTarget) && event.relatedTarget !== owner) closeLater();
  });
  addEventListener("keydown", event => {
    if (event.key === "Escape") {
      if (card.contains(document.activeElement)) owner.focus();
      close();
    }
    if (event.key === "Tab" && owner) walk(event);
  });
  addEventListener("pointerdown", event => {
    if (owner && !card.contains(event.target) && !owner.contains(event.target)) close();
  });
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", cards);
else cards();
