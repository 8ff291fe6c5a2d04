/** lavaan's stored numbers, read for the tests of the engine. */
import fs from "node:fs";
import { fit } from "../../_static/lab/latent.mjs";
import { Layout } from "../../_static/lab/likelihood.mjs";
import { moments, table } from "../../_static/lab/moments.mjs";
import { parse } from "../../_static/lab/syntax.mjs";
import { finish } from "../../_static/lab/slices.mjs";

const FOLDER = new URL("../reference/", import.meta.url);

export function rows(file) {
  const [head, ...lines] = fs.readFileSync(new URL(file, FOLDER), "utf8").trim().split("\n")
    .map((line) => line.replaceAll('"', "").split(","));
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}

/** The columns of a model, row by row, products made. */
export function data(file, model) {
  const read = rows(`data/${file}`);
  const column = (name) => name.includes(":")
    ? name.split(":").map(column).reduce((one, other) => one.map((value, i) => value * other[i]))
    : read.map((row) => Number(row[name]));
  return table([...model.y, ...model.x].map(column));
}

export function modelOf(name) {
  return parse(fs.readFileSync(new URL(`${name}/model.txt`, FOLDER), "utf8"));
}

export function fitted(name, file) {
  const model = modelOf(name), all = data(file, model);
  return { model, all, found: finish(fit(new Layout(model), moments(all))) };
}
