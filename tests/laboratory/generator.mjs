/** Print what the engine draws and computes from what it is asked, for Python to compare. */
import fs from "node:fs";
import { biasCorrected } from "../../_static/lab/describe.mjs";
import * as distributions from "../../_static/lab/distributions.mjs";
import { definedErrors, fit, refit, values } from "../../_static/lab/latent.mjs";
import { outcome, withMistake } from "../../_static/lab/mistakes.mjs";
import { recompute } from "../../_static/lab/check.mjs";
import { moments, table } from "../../_static/lab/moments.mjs";
import { Pcg64, resamples } from "../../_static/lab/random.mjs";
import { intervalsOf, rowsOf } from "../../_static/lab/resampling.mjs";
import { drawnAndAnalysed, inPopulation, slidersOf, studied, truthLike } from "../../_static/lab/surveys.mjs";
import { spoilt } from "../../_static/lab/page.mjs";
import { population, seeds, surveyOf } from "../../_static/lab/truth.mjs";
import { finish } from "../../_static/lab/slices.mjs";

const ANSWERS = {
  drawn: ({ draws }) => draws.map(([n, count, seed]) => [...resamples(n, count, seed)].map((counts) => [...counts])),
  values: ({ points }) => points.map(([name, ...numbers]) => distributions[name](...numbers)),
  normals: ({ count, seed }) => {
    const rng = new Pcg64(seed);
    return Array.from({ length: count }, () => rng.normal());
  },
  survey: ({ truth, people, seed }) =>
    Object.fromEntries(Object.entries(finish(surveyOf(truth, people, seed))).map(([name, column]) => [name, [...column]])),
  like: ({ truth, moved }) => truthLike(truth, { ...slidersOf(truth), ...moved }),
  sliders: ({ truth }) => slidersOf(truth),
  seeds: ({ truth, people, count }) => [...seeds(truth, people, count)],
  population: ({ truth, names }) => {
    const { means, covariance } = finish(population(truth, names));
    return { means: [...means], covariance: [...covariance] };
  },
  analysed: ({ book, truth, people, seed, count }) =>
    finish(drawnAndAnalysed(book, studied(book), truth, people, seed, count)),
  resampled: ({ book, truth, people, seed, count }) => {
    const study = studied(book), answers = finish(surveyOf(truth, people, seed));
    const rows = table(study.columns.map((name) => answers[name])), found = finish(fit(study.layout, moments(rows)));
    return [...resamples(people, count, seed)].map((counts) => {
      const again = refit(found, moments(rows, counts));
      return again.converged ? values(again) : null;
    });
  },
  corrected: ({ drawn, estimate, level }) => biasCorrected(drawn, estimate, level),
  intervals: ({ book, effect, seed, count }) => {
    const study = studied(book), rows = rowsOf(book, study), found = finish(fit(study.layout, moments(rows)));
    const drawn = [...resamples(rows.n, count, seed)].map((counts) => values(refit(found, moments(rows, counts)))[effect]);
    return intervalsOf(drawn, values(found)[effect], finish(definedErrors(found))[effect], book.level);
  },
  mistaken: ({ book, mistake, count }) => finish(withMistake(book, mistake, count)),
  spoilt: ({ book, fault, person, item }) =>
    Object.fromEntries(finish(recompute(book, spoilt(book.sample, fault, person, item), false))),
  outcome: ({ planned, here }) => outcome(planned, here),
  whole: ({ book, truth, people }) => finish(inPopulation(studied(book), truth, people)),
};

const { what, ...asked } = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(ANSWERS[what](asked)));
