// Hands a wide window to reveal.js, and shows the notes in a window of their own: the page again, asked for with ?notes.
(() => {
  "use strict";
  const deck = document.querySelector(".deck"), slides = [...document.querySelectorAll("section.slide")];
  const NOTES = "?notes", ROOMY = "(min-width: 700px)";
  if (location.search === NOTES && opener) presentNotes();
  else if (matchMedia(ROOMY).matches) show();

  function show() {
    let notes = null;
    document.documentElement.classList.add("shown");
    deck.classList.add("reveal");
    const reveal = new Reveal(deck, {
      width: 1280, height: 720, margin: 0, center: false, display: "flex",
      hash: true, slideNumber: "c/t", transition: "none", viewDistance: 3,
      scrollActivationWidth: null, controlsTutorial: false,
      keyboard: {83: () => { notes = open(NOTES, "notes", "width=1100,height=700"); }},
    });
    const tell = () => notes?.postMessage({slide: reveal.getIndices().h}, "*");
    reveal.on("slidechanged", tell);
    // Pages on disk have no origin that could be compared; a window knows which window speaks to it.
    addEventListener("message", event => {
      if (notes === null || event.source !== notes) return;
      if (event.data === "opened") tell();
      if (event.data === "next") reveal.next();
      if (event.data === "back") reveal.prev();
    });
    reveal.initialize();
  }

  function presentNotes() {
    const begun = Date.now(), said = deck.dataset;
    const view = element("main", "presenter-view"), bar = element("div", "presenter-bar");
    const clock = element("span"), count = element("span");
    bar.append(count, clock);
    document.documentElement.classList.add("presenter");
    deck.remove();
    document.body.append(bar, view);
    const tick = () => { clock.textContent = `${said.clock}: ${Math.floor((Date.now() - begun) / 60000)}`; };
    setInterval(tick, 1000);
    tick();
    addEventListener("message", event => { if (event.source === opener) turnTo(event.data.slide); });
    addEventListener("keydown", event => {
      const asked = {ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next",
        ArrowLeft: "back", ArrowUp: "back", PageUp: "back"}[event.key];
      if (asked === undefined) return;
      event.preventDefault();
      opener.postMessage(asked, "*");
    });
    opener.postMessage("opened", "*");

    function turnTo(place) {
      count.textContent = `${place + 1} / ${slides.length}`;
      const now = element("section"), then = element("section");
      now.append(titled("h2", slides[place]), slides[place].querySelector(".notes").cloneNode(true));
      const heading = element("h3");
      heading.textContent = slides[place + 1] ? said.next : said.last;
      then.append(heading);
      if (slides[place + 1]) {
        const next = slides[place + 1].cloneNode(true);
        next.querySelector(".notes").remove();
        then.append(next);
      }
      view.replaceChildren(now, then);
    }
  }

  function titled(level, slide) {
    const heading = element(level);
    heading.textContent = slide.querySelector("h1, h2").textContent;
    return heading;
  }

  function element(name, className = "") {
    const made = document.createElement(name);
    made.className = className;
    return made;
  }
})();
