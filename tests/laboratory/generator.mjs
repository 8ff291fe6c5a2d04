/** Print what the engine draws and computes from what it is asked, for Python to compare. */
import fs from "node:fs";
import * as distributions from "../../_static/lab/distributions.mjs";
import { finish } from "../../_static/lab/latent.mjs";
import { Pcg64, resamples } from "../../_static/lab/random.mjs";
import { drawnAndAnalysed, inPopulation, studied } from "../../_static/lab/surveys.mjs";
import { population, seeds, surveyOf } from "../../_static/lab/truth.mjs";

const ANSWERS = {
  drawn: ({ draws }) => draws.map(([n, count, seed]) => [...resamples(n, count, seed)].map((counts) => [...counts])),
  values: ({ points }) => points.map(([name, ...numbers]) => distributions[name](...numbers)),
  normals: ({ count, seed }) => {
    const rng = new Pcg64(seed);
    return Array.from({ length: count }, () => rng.normal());
  },
  survey: ({ truth, people, seed }) =>
    Object.fromEntries(Object.entries(finish(surveyOf(truth, people, seed))).map(([name, column]) => [name, [...column]])),
  seeds: ({ truth, people, count }) => [...seeds(truth, people, count)],
  population: ({ truth, names }) => {
    const { means, covariance } = population(truth, names);
    return { means: [...means], covariance: [...covariance] };
  },
  analysed: ({ book, truth, people, seed, count }) =>
    finish(drawnAndAnalysed(book, studied(book), truth, people, seed, count)),
  whole: ({ book, truth, people }) => finish(inPopulation(studied(book), truth, people)),
};

const { what, ...asked } = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(ANSWERS[what](asked)));
