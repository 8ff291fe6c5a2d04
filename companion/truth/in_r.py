"""A design of a plan as an R script: lavaan simulates and analyses it, so that a reviewer can check it elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import indent

from companion import store
from companion.analysis import claims
from companion.survey.questionnaire import Claims
from companion.truth import replications
from companion.truth.plan import TOGETHER, Plan, Planned, PlannedDesign, untestable
from companion.truth.population import CELLS, DUMMIES, HIGHEST, LOWEST, TRAITS

HEAD = """\
# {title}: {name}
# Surveys simulated from a truth that is WRITTEN DOWN, each analysed by lavaan; no number in here is about real people.
# Made by `companion plan`. Random numbers are R's own, so results agree with the plan's within Monte Carlo error.
library(lavaan)

replications <- {replications}
set.seed({seed})
"""
PEOPLE = """
# People who begin in each cell, and the chance of each to be analysed.
cells <- {cells}
kept <- {kept}
design <- data.frame({design}, check.names = FALSE)

survey <- function() {{
  cell <- rep(seq_along(cells), rbinom(length(cells), cells, kept))
  n <- length(cell)
  data <- design[cell, ]
  # Traits and latent variables, each with a standard deviation of 1 within a cell.
{latent}
  # Answers: base + loading * latent + error, to the nearest whole point of the scale.
  {rounded}
{items}
  # A share of each cell ticks one of the middle boxes all the way down; a reversed item then says the opposite.
  few <- function(members) members[sample.int(length(members), round({careless!r} * length(members)))]
  straight <- unlist(lapply(split(seq_len(n), cell), few))
  box <- sample(3:5, length(straight), replace = TRUE)
{ticked}
{means}  data
}}

model <- '
{model}
'
"""
IN_POINTS = f"rounded <- function(answer) pmin(pmax(round(answer), {LOWEST}), {HIGHEST})"
ON_ANY_SCALE = f"""\
rounded <- function(answer, lowest, highest) {{
    steps <- highest - lowest  # the truth is written in points from {LOWEST} to {HIGHEST}
    lowest + pmin(pmax(round((answer - {LOWEST}) * (steps / {HIGHEST - LOWEST})), 0), steps)
  }}"""
MONTE_CARLO = """
# Intervals of the Monte Carlo method: coefficients drawn from a normal distribution, effects computed from each draw.
intervals <- function(fit) {{
  table <- parameterTable(fit)
  defined <- table[table$op == ":=", ]
  estimates <- coef(fit)
  covariance <- vcov(fit)
  drawn <- matrix(rnorm({draws} * length(estimates)), {draws}) %*% chol(covariance)
  values <- as.list(as.data.frame(sweep(drawn, 2, estimates, "+")))
  names(values) <- names(estimates)
  for (row in seq_len(nrow(defined))) values[[defined$lhs[row]]] <- eval(parse(text = defined$rhs[row]), values)
  bounds <- sapply(values[defined$lhs], quantile, c({low}, {high}))
  data.frame(est = defined$est, lower = bounds[1, ], upper = bounds[2, ], row.names = defined$lhs)
}}
"""
OF_LAVAAN = """
intervals <- function(fit) {{
  table <- parameterEstimates(fit, level = {level}{kind})
  table <- table[table$op == ":=", ]
  data.frame(est = table$est, lower = table$ci.lower, upper = table$ci.upper, row.names = table$lhs)
}}
"""
TAIL = """
# Which claims are found: every interval wholly on its side, and every claim found that it requires.
found <- function(ci) {{
  if (is.null(ci)) return(setNames(rep(FALSE, {count}), {names}))
{claims}
  c({wanted})
}}

once <- function(number) {{
  data <- survey()
  # A fit that lavaan gives up on counts as one in which nothing is found, as in the plan.
  fit <- tryCatch(suppressWarnings(sem(model, data{bootstrap})), error = function(fault) NULL)
  ci <- if (!is.null(fit) && lavInspect(fit, "converged")) intervals(fit)
  list(found = found(ci), est = if (is.null(ci)) NA else setNames(ci$est, rownames(ci)))
}}

results <- lapply(seq_len(replications), once)
rate <- colMeans(do.call(rbind, lapply(results, `[[`, "found")))
error <- sqrt(rate * (1 - rate) / replications)
estimates <- do.call(rbind, Filter(function(one) !anyNA(one), lapply(results, `[[`, "est")))
mean <- colMeans(estimates)
sd <- apply(estimates, 2, sd)
cat("claim,rate,error\\n")
cat(sprintf("%s,%.6f,%.6f\\n", names(rate), rate, error), sep = "")
cat("\\neffect,mean,sd,replications\\n")
cat(sprintf("%s,%.6f,%.6f,%d\\n", names(mean), mean, sd, nrow(estimates)), sep = "")
"""


def write(planned: Planned, stated: Claims, folder: Path) -> list[Path]:
    """Write a script for each design of a plan and give the files, named after its parts."""
    files = []
    for design in planned.designs:
        file = folder / f"{re.sub('[^a-z0-9]+', '-', design.name.lower())}.R"
        store.write_aside(file, script(design, planned.plan, stated).encode())
        files.append(file)
    return files


def script(design: PlannedDesign, plan: Plan, stated: Claims) -> str:
    """Give an R script that simulates and analyses a design with lavaan, and prints rates and means of effects.

    Parameters
    ----------
    design
        The design.
    plan
        The plan that it belongs to, with its claims and the number of replications.
    stated
        The claims that a plan can name.
    """
    truth, tail = design.truth, round((1 - design.level) / 2, 12)
    dummies = {name: [_dummy(name, *cell) for cell in CELLS] for name in DUMMIES}
    items = [name for names in design.items.values() for name in names]
    whole = PEOPLE.format(
        cells=_vector(design.cells),
        kept=_vector(design.kept),
        design=", ".join(f"`{name}` = {_vector(values)}" for name, values in dummies.items()),
        latent=indent("\n".join(_latent_variables(design)), "  "),
        items=indent("\n".join(_answers(design, items)), "  "),
        rounded=ON_ANY_SCALE if design.ends else IN_POINTS,
        careless=truth.careless,
        ticked=indent("\n".join(_ticked(design, items)), "  "),
        means="" if design.analysis.model == "latent" else "".join(_scale_means(design)),
        model=replications.model(design),
    )
    percentile = design.analysis.interval == "percentile"
    if design.analysis.interval == "monte-carlo":
        how = MONTE_CARLO.format(draws=design.analysis.draws, low=tail, high=1 - tail)
    else:
        how = OF_LAVAAN.format(level=design.level, kind=', boot.ci.type = "perc"' if percentile else "")
    left = untestable(plan, stated, design.shown)
    wanted = [name for name in (*plan.claims, *plan.no_larger) if name not in left]
    conditions = _conditions(plan, stated, wanted)
    return (
        HEAD.format(title=plan.title, name=design.name, replications=plan.replications, seed=design.seed)
        + _untested(left)
        + whole
        + how
        + TAIL.format(
            count=len(wanted),
            names=_words(wanted),
            claims=indent("\n".join(f"`{name}` <- {said}" for name, said in conditions.items()), "  "),
            wanted=", ".join(f"`{name}` = `{name}`" for name in wanted),
            bootstrap=f', se = "bootstrap", bootstrap = {design.analysis.draws}' if percentile else "",
        )
    )


def _dummy(name: str, valence: str, interaction: str) -> int:
    parts = {"neg": valence == "negative"}
    return int(all(parts.get(part, interaction == part) for part in name.split(":")))


def _latent_variables(design: PlannedDesign) -> Iterable[str]:
    for trait in TRAITS:
        yield f"{trait} <- rnorm(n)"
    for latent, effects in design.truth.paths.items():
        terms = [f"{effect} * {_column(name)}" for name, effect in effects.items()]
        spread = float(design.truth.disturbances[latent]) ** 0.5
        yield " + ".join([f"{latent} <- {spread!r} * rnorm(n)", *terms])


def _column(name: str) -> str:
    return f"data$`{name}`" if name in DUMMIES else name


def _answers(design: PlannedDesign, items: Iterable[str]) -> Iterable[str]:
    for name in items:
        item, latent = design.truth.items[name], name.rstrip("0123456789")
        answer = f"{item.base} + {item.loading} * {latent} + {float(item.sd)!r} * rnorm(n)"
        yield f"data${name} <- {_rounded(design, name, answer)}"


def _rounded(design: PlannedDesign, item: str, answer: str) -> str:
    ends = "".join(f", {end}" for end in _ends(design, item)) if design.ends else ""
    return f"rounded({answer}{ends})"


def _ends(design: PlannedDesign, item: str) -> tuple[int, int]:
    return design.ends.get(item, (LOWEST, HIGHEST))


def _ticked(design: PlannedDesign, items: Sequence[str]) -> Iterator[str]:
    """Let those who tick one box all the way down tick it: one box for all, or the one in its place on each scale."""
    if not design.ends:
        yield f"data[straight, {_words(items)}] <- box"
        yield f"data[straight, {_words(name for name in items if name in design.turned)}] <- {LOWEST + HIGHEST} - box"
        return
    for name in items:
        mirrored = f"{sum(_ends(design, name))} - " if name in design.turned else ""
        yield f'data[straight, "{name}"] <- {mirrored}{_rounded(design, name, "box")}'


def _scale_means(design: PlannedDesign) -> Iterable[str]:
    for construct, items in design.items.items():
        yield f"  data${construct} <- rowMeans(data[{_words(items)}])\n"


def _untested(claims: Sequence[str]) -> str:
    """Say which claims are about reactions that nobody sees."""
    named = [claim for claim in claims if claim != TOGETHER]
    return f"\n# Untestable in this design, which drops a reaction: {', '.join(named)}.\n" if named else ""


def _conditions(plan: Plan, stated: Claims, wanted: Sequence[str]) -> Mapping[str, str]:
    """Say of each wanted claim, those that others require included, when it is found."""
    said: dict[str, str] = {}
    for name in claims.needed([one for one in wanted if one in plan.claims], stated):
        claim = stated.results[name]
        sides = [_on_side(claims.estimand(one).parameter, one.sign) for one in claim.estimands]
        said[name] = " && ".join([*sides, *(f"`{other}`" for other in claim.requires)])
    for name, limit in plan.no_larger.items():
        if name not in wanted:
            continue
        row = f'ci["{limit.estimand.parameter}", '
        below, above = f'{row}"upper"] < {limit.limit}', f'{row}"lower"] > -{limit.limit}'
        said[name] = {"+": below, "-": above, "both": f"{below} && {above}"}[limit.sign]
    return said


def _on_side(name: str, sign: str) -> str:
    return f'ci["{name}", "lower"] > 0' if sign == "+" else f'ci["{name}", "upper"] < 0'


def _vector(values: Iterable[float]) -> str:
    return f"c({', '.join(f'{value!r}' for value in values)})"


def _words(names: Iterable[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"c({', '.join(quoted)})" if quoted else "character(0)"
