/** Print what the page on hidden causes computes: node hidden.mjs book.js draws cases, a case being [order, pair, correlation]. */
import fs from "node:fs";
import vm from "node:vm";
import { judged } from "../../_static/lab/check.mjs";
import { fitted, resampled, under, withCorrelation } from "../../_static/lab/hidden.mjs";
import { measures, values } from "../../_static/lab/latent.mjs";
import { finish } from "../../_static/lab/slices.mjs";

const [file, draws, cases] = process.argv.slice(2);
vm.runInThisContext(fs.readFileSync(file, "utf8"));
const book = globalThis.laboratoryBook;
const study = finish(fitted(book.models.study, book.sample)), kept = finish(resampled(study, Number(draws), book.seed));
const swapped = finish(fitted(book.hidden.swapped, book.sample)).found;
const all = JSON.parse(cases).map(([order, pair, correlation]) => {
  const effects = finish(under(study.found, kept, book, order, pair.split("-"), correlation));
  const live = finish(fitted(withCorrelation(book.hidden.models[pair], correlation), book.sample)).found;
  return {
    effects, verdicts: judged(book.claims, (key) => effects[key].ci), chisq: measures(live).chisq, live: values(live),
  };
});
process.stdout.write(JSON.stringify({ all, chisq: measures(study.found).chisq, swapped: measures(swapped).chisq }));
