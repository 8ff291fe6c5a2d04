// The card of a number: on hover, focus and tap. Without this script the number is a plain link to its row.
// The card is a copy of the number's entry in the list "Numbers on this page", so it needs nothing from elsewhere.
const HOVER = 120, LEAVE = 250, PHONE = 600, GAP = 8;

function numberCards() {
  const card = document.createElement("div");
  card.id = "numcard";
  card.hidden = true;
  card.setAttribute("role", "group");
  card.setAttribute("aria-label", "Where this number comes from");
  document.body.append(card);

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

  function place(number) {
    if (innerWidth <= PHONE) {            // a sheet at the bottom, placed by the style sheet
      card.style.left = card.style.top = "";
      return;
    }
    const box = number.getClientRects()[0];
    const left = Math.min(box.left + scrollX - 2 * GAP, scrollX + document.documentElement.clientWidth - card.offsetWidth - GAP);
    const fitsBelow = box.bottom + GAP + card.offsetHeight < innerHeight;
    const top = fitsBelow ? box.bottom + GAP : box.top - card.offsetHeight - GAP;
    card.style.left = `${Math.max(GAP, left)}px`;
    card.style.top = `${top + scrollY}px`;
  }

  function open(number) {
    const note = document.getElementById(`n-${number.dataset.num}`);
    if (!note) return;
    close();
    owner = number;
    card.replaceChildren(...[...note.childNodes].map(node => node.cloneNode(true)));
    card.hidden = false;
    number.setAttribute("aria-describedby", card.id);
    place(number);
  }

  for (const number of document.querySelectorAll("a.num")) {
    number.addEventListener("pointerenter", event => {
      if (event.pointerType !== "mouse") return;
      clearTimeout(timer);
      timer = setTimeout(() => open(number), HOVER);
    });
    number.addEventListener("pointerleave", event => {
      if (event.pointerType === "mouse") closeLater();
    });
    number.addEventListener("focus", () => {
      if (number.matches(":focus-visible")) open(number);
    });
    number.addEventListener("blur", event => {
      if (!card.contains(event.relatedTarget)) closeLater();
    });
    number.addEventListener("click", event => {   // the first tap opens the card, the second follows the link
      if (event.pointerType && event.pointerType !== "mouse" && owner !== number) {
        event.preventDefault();
        open(number);
      }
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", event => {
    if (event.pointerType === "mouse") closeLater();
  });
  addEventListener("keydown", event => {
    if (event.key === "Escape") close();
  });
  addEventListener("pointerdown", event => {
    if (owner && !card.contains(event.target) && event.target !== owner) close();
  });
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", numberCards);
else numberCards();
