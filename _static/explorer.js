// The explorer's voice and memory. Which state shows is the style sheet's work; this says it aloud and keeps it in the address.
function explorers() {
  const explorer = document.getElementById("explorer");
  if (!explorer) return;
  const radios = [...explorer.querySelectorAll("input")];
  const status = explorer.querySelector("[role=status]");

  const chosen = () => radios.filter(radio => radio.checked).map(radio => radio.value).join("-");

  function say() {
    const parts = explorer.querySelectorAll(`[data-state="${chosen()}"] .said`);
    status.textContent = [...parts].map(part => part.textContent.trim().replace(/\s+/g, " ")).join(" ");
  }

  function follow() {                     // a shared address opens its state
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (!explorer.querySelector(`[data-state="${CSS.escape(wanted)}"]`)) return;
    const values = wanted.split("-");
    for (const radio of radios) radio.checked = values.includes(radio.value);
    explorer.scrollIntoView();
  }

  explorer.addEventListener("change", () => {
    history.replaceState(null, "", `#${chosen()}`);
    say();
  });
  addEventListener("hashchange", follow);
  follow();
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", explorers);
else explorers();
