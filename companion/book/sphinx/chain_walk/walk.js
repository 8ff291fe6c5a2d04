// The walk through the chain: which step is read lights its part of the drawing, and two buttons go from step to step.
// Where a reader wants no motion, or the window is too low to hold drawing and words, the five small figures stay.
for (const walk of document.querySelectorAll(".walk")) {
  const ROOM = "(min-height: 640px) and (prefers-reduced-motion: no-preference)", BELOW = 80;
  const view = walk.querySelector(".walk-view"), drawing = view.querySelector("svg"), steps = [...walk.querySelectorAll("li")];
  const status = walk.querySelector("[role=status]"), room = matchMedia(ROOM);
  const [back, onwards] = ["back", "onwards"].map(name => view.querySelector(`button[name=${name}]`));
  let here = 0;

  function light(step) {
    here = step;
    drawing.setAttribute("class", steps[step].classList[0]);
    steps.forEach((one, i) => one.classList.toggle("walk-here", i === step));
    back.setAttribute("aria-disabled", String(step === 0));
    onwards.setAttribute("aria-disabled", String(step === steps.length - 1));
  }

  function go(by) {
    const step = here + by;
    if (!steps[step]) return;
    light(step);
    status.textContent = steps[step].textContent.trim().replace(/\s+/g, " ");
    steps[step].scrollIntoView({ behavior: "smooth", block: "start" });
  }

  // The step that crosses a line is the one that is read: a little below where a step begins to which a button goes.
  let reading = null;
  function read() {
    reading?.disconnect();
    const line = parseFloat(getComputedStyle(steps[0]).scrollMarginTop) + BELOW;
    reading = new IntersectionObserver(seen => {
      const met = seen.find(one => one.isIntersecting);
      if (met) light(steps.indexOf(met.target));
    }, { rootMargin: `${-line}px 0px ${line + 1 - innerHeight}px` });
    if (room.matches) steps.forEach(step => reading.observe(step));
  }

  function arrange() {
    walk.classList.toggle("walking", room.matches);
    view.querySelector(".walk-buttons").hidden = !room.matches;
    light(here);
    read();
  }

  back.addEventListener("click", () => go(-1));
  onwards.addEventListener("click", () => go(1));
  room.addEventListener("change", arrange);
  addEventListener("resize", read);
  // paper has the five figures
  addEventListener("beforeprint", () => walk.classList.remove("walking"));
  addEventListener("afterprint", arrange);
  arrange();
}
