/** Check a book as the page does, outside a page: node recompute.mjs book.js [intervals]; gives the three lists. */
import fs from "node:fs";
import vm from "node:vm";
import { recompute } from "../../_static/lab/check.mjs";
import { compared } from "../../_static/lab/page.mjs";

const [file, intervals] = process.argv.slice(2);
vm.runInThisContext(fs.readFileSync(file, "utf8"));
const book = globalThis.laboratoryBook, steps = recompute(book, book.sample, intervals === "intervals");
let step;
do step = steps.next(); while (!step.done);
const keys = Object.entries(compared(book.numbers, step.value)).map(([name, list]) => [name, list.map(({ key }) => key)]);
const extra = [...step.value.keys()].filter((key) => !(key in book.numbers));
process.stdout.write(JSON.stringify({ ...Object.fromEntries(keys), extra }));
