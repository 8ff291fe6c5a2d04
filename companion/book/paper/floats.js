/* Let text run ahead of a figure or table that does not fit on the rest of its page, as a typesetter would.
   Chromium leaves the rest of the page empty. The pages are laid out here roughly, block by block; where that is a few
   lines wrong, a figure stands a paragraph further down than it had to. Called with the height of a page in pixels. */
height => {
  const FLOAT = "figure, .table-block";
  const HEADING = ".level-1, .level-2, .level-3, .admonition-title";
  const WHOLE = ".learn, .keypoints, .simulated, .note, .exercise, .solution, .stims, .legend, .math, .highlight";
  const TEXT = "p:not(.tabcap), ul, ol";
  const OPEN = "section, .cell, .cell_output, .result-text, .admonition, ul, ol, dl, li, dd, blockquote";
  const LEAST = 2;   // lines of a paragraph on either side of a page's end

  const holdsOnlyFloat = element => {
    const floats = element.querySelectorAll(FLOAT);
    return element.matches(".cell") && floats.length === 1 && !element.querySelector(".cell_input")
      && element.textContent.trim() === floats[0].textContent.trim();
  };
  const isFloat = element => element.matches(FLOAT) || holdsOnlyFloat(element);
  const blocks = element => [...element.children].flatMap(child =>
    child.matches(OPEN) && !child.matches(WHOLE) && !isFloat(child) ? blocks(child) : [child]);
  const lineHeight = element => parseFloat(getComputedStyle(element).lineHeight) || 18;

  // how much of a page is lost when a block of text meets the page's end
  const lost = (block, size, room) => {
    const line = lineHeight(block);
    const lines = Math.round(size / line);
    let here = Math.floor(room / line);
    if (here >= lines) return 0;
    here = Math.min(here, lines - LEAST);
    return room - (here < LEAST ? 0 : here * line);
  };

  // the first float that leaves a gap which text can fill, with the text that goes before it
  const firstGap = (chapter, done) => {
    const top = chapter.getBoundingClientRect().top;
    const all = blocks(chapter).filter(block => block.getBoundingClientRect().height > 0);
    let pushed = 0;
    let page = 0;
    for (const [index, block] of all.entries()) {
      const box = block.getBoundingClientRect();
      let place = box.top - top + pushed;
      if (Math.floor(place / height) > page) {   // a margin that meets the page's end is dropped
        page = Math.floor(place / height);
        pushed -= place % height;
        place = page * height;
      }
      const room = (page + 1) * height - place;
      const next = all[index + 1];
      let push = 0;
      if (block.matches(HEADING) && next) {
        const below = next.getBoundingClientRect();
        const least = isFloat(next) || next.matches(WHOLE) ? below.height : LEAST * lineHeight(next);
        push = below.top - box.top + Math.min(least, height / 2) > room ? room : 0;
      } else if ((isFloat(block) && !block.querySelector(".long") && !block.matches(".long")) || block.matches(WHOLE)) {
        push = box.height > room && box.height < height ? room : 0;
      } else if (block.matches("p")) {
        push = lost(block, box.height, room);
      }
      if (push && isFloat(block) && !done.has(block)) {
        const ahead = [];
        let filled = 0;
        for (let after = block.nextElementSibling; after && after.matches(TEXT) && filled < room; after = after.nextElementSibling) {
          ahead.push(after);
          filled += after.getBoundingClientRect().height;
        }
        if (ahead.length) return [block, ahead];
      }
      pushed += push;
      page = Math.floor((place + push + box.height - 1) / height);
    }
    return null;
  };

  for (const table of document.querySelectorAll(".table-block")) {
    table.classList.toggle("long", table.getBoundingClientRect().height > 0.8 * height);
  }
  for (const chapter of document.querySelectorAll(".chapter")) {
    const done = new Set();
    for (let gap = firstGap(chapter, done); gap; gap = firstGap(chapter, done)) {
      gap[0].before(...gap[1]);
      done.add(gap[0]);
    }
  }
}
