// The explorer's voice, hands and memory. Which state shows is the style sheet's work, by the radios; this lets hearts and
// replies be pressed in the post, says a state aloud, lets signs move to their new places, keeps it in the address, and lets the
// way from the small form to the whole one lead to the same state.
function explorers() {
  const explorer = document.getElementById("explorer");
  if (!explorer) return;
  const radios = [...explorer.querySelectorAll("input")];
  const buttons = [...explorer.querySelectorAll("button[data-reaction]")];
  const status = explorer.querySelector("[role=status]");
  const whole = explorer.querySelector(".explorer-whole");
  const moving = ".track > .chosen, .track > .interval, .track > .at";

  const chosen = () => radios.filter(radio => radio.checked).map(radio => radio.value).join("-");
  const section = state => explorer.querySelector(`[data-state="${state}"]`);
  // where the signs of the state that shows stand on their scales, as shares of these
  const places = () => [...section(chosen()).querySelectorAll(moving)].map(sign => {
    const whole = sign.parentElement.offsetWidth;
    return { sign, whole, left: sign.offsetLeft / whole, width: sign.offsetWidth / whole };
  });
  let before = null;                      // measured at the first touch: a page that opens would be laid out once more for it

  function move() {
    const now = places();
    if (before && !matchMedia("(prefers-reduced-motion: reduce)").matches) now.forEach(({ sign, whole, left, width }, i) => {
      const from = before[i], shift = `translateX(${(from.left - left) * whole}px)`;
      const stretch = width ? ` scaleX(${from.width / width})` : "";
      sign.animate([{ transformOrigin: "left", transform: shift + stretch }, { transformOrigin: "left", transform: "none" }],
        { duration: 350, easing: "ease-out" });
    });
    before = now;
  }

  function press() {
    const now = chosen();
    for (const button of buttons) button.setAttribute("aria-pressed", String(now.endsWith(button.dataset.reaction)));
    if (whole) whole.hash = now;
  }

  function say() {
    const parts = section(chosen()).querySelectorAll(".said");
    status.textContent = [...parts].map(part => part.textContent.trim().replace(/\s+/g, " ")).join(" ");
  }

  function show() {
    move();
    press();
  }

  function follow() {                     // a shared address opens its state
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (!explorer.querySelector(`[data-state="${CSS.escape(wanted)}"]`)) return;
    const values = wanted.split("-");
    for (const radio of radios) radio.checked = values.includes(radio.value);
    show();
    explorer.scrollIntoView();
  }

  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = button.getAttribute("aria-pressed") === "true" ? "none" : button.dataset.reaction;
      const radio = radios.find(radio => radio.value === wanted);
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  for (const hand of ["pointerdown", "keydown", "click"]) {
    explorer.addEventListener(hand, () => { before ??= places(); }, { capture: true });
  }
  explorer.addEventListener("change", () => {
    show();
    history.replaceState(null, "", `#${chosen()}`);
    say();
  });
  addEventListener("hashchange", follow);
  press();
  follow();
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", explorers);
else explorers();
