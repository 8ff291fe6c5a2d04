// The entry of the open page is in sight in the list of chapters. The theme carries the place of the list from page to page.
// A phone shows the list only when it is asked for, and there a look at its places would cost a layout.
addEventListener("load", () => {
  if (!matchMedia("(min-width: 960px)").matches) return;
  const sidebar = document.querySelector(".bd-sidebar-primary");
  const entry = sidebar?.querySelector("nav.bd-links li.current.active > a");
  if (!entry) return;
  const search = sidebar.querySelector(".search-door")?.getBoundingClientRect().height ?? 0;
  const list = sidebar.getBoundingClientRect(), here = entry.getBoundingClientRect();
  if (here.top < list.top + 2 * search || here.bottom > list.bottom) {
    sidebar.scrollTop += here.top - list.top - list.height / 2;
  }
});
