// The size of the text: a button goes through its steps, and this browser keeps the last. Before anything is painted a
// line in the page's head has set the size that was kept.
addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement, button = document.querySelector(".text-size");
  if (!button) return;
  const sizes = button.dataset.sizes.split(" "), status = button.nextElementSibling;
  const at = () => Math.max(0, sizes.indexOf(root.dataset.textSize));
  const said = () => button.dataset.said.replace("{size}", sizes[at()]);
  const name = () => { button.title = said(); button.setAttribute("aria-label", said()); };
  name();
  button.addEventListener("click", () => {
    const read = [...document.querySelectorAll("article :is(p, li, h2, h3, tr, img)")]
      .find(element => element.getBoundingClientRect().bottom > innerHeight / 4);
    const before = read?.getBoundingClientRect().top;
    root.dataset.textSize = sizes[(at() + 1) % sizes.length];
    try { localStorage.setItem("text-size", root.dataset.textSize); } catch { /* a browser that keeps nothing */ }
    if (read && scrollY) scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
    name();
    status.textContent = said();
  });
});
