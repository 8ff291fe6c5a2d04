// One switch folds and unfolds all code of a page.
addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".show-code");
  button?.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    for (const fold of document.querySelectorAll("details:has(> .cell_input)")) fold.open = shown;
  });
});
