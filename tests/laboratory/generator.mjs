/** Print how often each of some people is drawn, and distribution functions at points, for Python to compare. */
import * as distributions from "../../_static/lab/distributions.mjs";
import { resamples } from "../../_static/lab/random.mjs";

const { draws, points } = JSON.parse(process.argv[2]);
const drawn = draws.map(([n, count, seed]) => [...resamples(n, count, seed)].map((counts) => [...counts]));
const values = points.map(([name, ...numbers]) => distributions[name](...numbers));
process.stdout.write(JSON.stringify({ drawn, values }));
