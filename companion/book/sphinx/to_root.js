// Shown in the place of a page that is not there, this page may stand in any folder, and its addresses hold in the
// site's own only. Look for that folder, from the innermost outwards, by a file that it has, and go there.
const here = location.pathname.split("/").slice(0, -1);
const look = (folders) => {
  const root = `${folders.join("/")}/`;
  const mark = new Image();
  mark.onload = () => folders.length < here.length && location.replace(`${root}404.html`);
  mark.onerror = () => folders.length > 1 && look(folders.slice(0, -1));
  mark.src = `${root}_static/favicon.svg`;
};
if (location.protocol.startsWith("http")) look(here);
