# Recompute the book's numbers with lavaan and base R.
#
# Rscript lavaan.R FOLDER WORKERS reads what companion/verification/lavaan.py wrote there (jobs.csv, settings.csv, data,
# models, resamples) and writes results.csv: job, solution, name, value, lower, upper. The package takes no part in
# between.

flags <- commandArgs(trailingOnly = FALSE)
# R writes a space in the name of its own script as ~+~.
script <- gsub("~+~", " ", sub("^--file=", "", grep("^--file=", flags, value = TRUE)), fixed = TRUE)
here <- dirname(normalizePath(script))
folder <- commandArgs(trailingOnly = TRUE)[1]
for (part in c("optimise", "resamples", "predictions", "statistics", "verdicts", "derived")) source(file.path(here, paste0(part, ".R")))
options(digits = 17, warn = 1)

FINISHED <- 1e-9

path <- function(name) file.path(folder, name)
table_of <- function(name) read.csv(path(name), check.names = FALSE, colClasses = "character", na.strings = character())
data_of <- function(name) read.csv(path(name), check.names = FALSE)
parts <- function(text) strsplit(text, ";", fixed = TRUE)[[1]]
settings <- with(table_of("settings.csv"), setNames(value, name))
level <- as.numeric(settings["level"])

# Values are text, because some are words; numbers keep all their digits.
digits <- function(value) if (is.numeric(value)) formatC(as.numeric(value), digits = 17, format = "g", width = 1) else value

rows <- function(job, solution, name, value, lower = NA, upper = NA) {
  if (!length(name)) return(NULL)
  data.frame(job = job, solution = solution, name = name, value = digits(value), lower = lower, upper = upper)
}

# What a job is fitted to: a table of people, or the covariances of very many people whose answers are bytes.
input_of <- function(job) {
  if (job$data_kind == "table") return(list(data = data_of(job$data)))
  columns <- parts(job$columns)
  people <- as.integer(job$people)
  X <- matrix(readBin(path(job$data), "raw", n = people * length(columns)), nrow = people)
  storage.mode(X) <- "integer"
  storage.mode(X) <- "double"
  X <- cbind(X, X[, match("neg", columns)] * X[, match(c("like", "reply"), columns)])
  colnames(X) <- c(columns, "neg_like", "neg_reply")
  list(data = NULL, sample.cov = cov(X), sample.nobs = people)
}

fit_of <- function(job) {
  model <- paste(readLines(path(job$model)), collapse = "\n")
  if (job$data_kind == "bytes") model <- gsub("neg:", "neg_", model, fixed = TRUE)
  options <- list(se = job$se)
  if (nzchar(job$group)) options$group <- job$group
  if (nzchar(job$equal)) options$group.equal <- parts(job$equal)
  if (nzchar(job$missing)) options$missing <- job$missing
  fit <- do.call(reference, c(list(model), input_of(job), options))
  if (!isTRUE(attr(fit, "gradient") < FINISHED)) stop("lavaan did not reach a maximum, its gradient is ", attr(fit, "gradient"))
  fit
}

MEASURES <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "logl", "aic", "bic", "ntotal", "npar")

measures_of <- function(job, fit) {
  values <- fitMeasures(fit, c(MEASURES, "rmsea.ci.lower", "rmsea.ci.upper"))
  interval <- MEASURES == "rmsea"
  rows(job$job, "measure", MEASURES, as.numeric(values[MEASURES]),
       ifelse(interval, values["rmsea.ci.lower"], NA), ifelse(interval, values["rmsea.ci.upper"], NA))
}

# Estimates, with intervals by the delta method where there are standard errors.
estimates_of <- function(job, fit) {
  table <- parTable(fit)
  names <- name_of(table)
  several <- lavInspect(fit, "ngroups") > 1
  key <- function(frame) paste(frame$lhs, frame$op, frame$rhs, if (several) frame$group)
  keep <- table$op %in% c("=~", "~", "~~", ":=") & (!several | (table$label != "" & !grepl("^\\.p", table$label)))
  table <- table[keep, ]
  names <- names[keep]
  given <- parameterEstimates(fit, ci = TRUE, level = level, standardized = FALSE)
  given <- given[match(key(table), key(given)), ]
  lower <- if (job$se == "none") NA else given$ci.lower
  upper <- if (job$se == "none") NA else given$ci.upper
  found <- rows(job$job, "est", names, table$est, lower, upper)
  if (job$se != "none") found <- rbind(found, rows(job$job, "se", names, given$se))
  if (several) return(found)
  for (type in c("nox", "all")) {
    standard <- standardizedSolution(fit, type = paste0("std.", type), se = FALSE)
    at <- match(key(table), key(standard))
    found <- rbind(found, rows(job$job, type, names[!is.na(at)], standard$est.std[at[!is.na(at)]]))
  }
  found
}

# Percentile intervals from all resamples; and simultaneous ones of what decides the claims.
bounds_of <- function(job, fit, found) {
  draws <- as.integer(job$draws)
  counts <- read_counts(path(job$counts), draws, nobs(fit))
  drawn <- refits(fit, counts)
  done <- is.finite(drawn$gradient) & drawn$gradient < ENOUGH
  solved <- solutions(fit, lapply(drawn, function(part) if (is.matrix(part)) part[done, , drop = FALSE] else part[done]))
  for (solution in names(solved)) {
    bounds <- percentile(solved[[solution]], level)
    at <- which(found$solution == solution & found$name %in% colnames(solved[[solution]]))
    column <- match(found$name[at], colnames(solved[[solution]]))
    found$lower[at] <- bounds[1, column]
    found$upper[at] <- bounds[2, column]
  }
  deciding <- parts(settings["deciding"])
  if (all(deciding %in% colnames(solved$est))) {
    value <- as.numeric(found$value[match(paste("est", deciding), paste(found$solution, found$name))])
    at_once <- simultaneous(solved$est[, deciding], value, level)
    found <- rbind(found, rows(job$job, "simultaneous", deciding, value, at_once[1, ], at_once[2, ]))
  }
  if (job$job == "study") found <- rbind(found, predicted_of(job, fit, found, counts, done, solved$est))
  rbind(found, rows(job$job, "draws", c("draws", "draws.not_converged", "draws.inadmissible"),
                    c(sum(done), sum(!done), sum(done & !drawn$proper))))
}

predicted_of <- function(job, fit, found, counts, done, est) {
  X <- fit@Data@X[[1]]
  colnames(X) <- lavNames(fit, "ov")
  own <- found[found$solution == "est", ]
  whole <- predictions(fit, matrix(as.numeric(own$value), 1, dimnames = list(NULL, own$name)), t(colMeans(X)))
  bounds <- percentile(predictions(fit, est, (counts %*% X / nrow(X))[done, ]), level)
  rows(job$job, "predicted", colnames(whole), whole[1, ], bounds[1, ], bounds[2, ])
}

run_fit <- function(job) {
  fit <- fit_of(job)
  found <- estimates_of(job, fit)
  if (nzchar(job$draws)) found <- bounds_of(job, fit, found)
  rbind(measures_of(job, fit), found)
}

# The first resamples again, each from nothing by lavaan's own search on the resampled rows: what the quick refits above
# must agree with, and what the package's draws are compared with one by one.
run_scratch <- function(job) {
  fit <- fit_of(job)
  data <- data_of(job$data)
  draws <- as.integer(job$draws)
  counts <- read_counts(path(job$counts), draws, nrow(data))
  names <- name_of(parTable(fit))
  table <- parTable(fit)
  free <- names[match(seq_along(lav_model_get_parameters(fit@Model)), table$free)]
  H <- hessian_at(function(x) gradient_at(fit, x), lav_model_get_parameters(fit@Model))
  defined <- table$lhs[table$op == ":="]
  x <- t(apply(counts, 1, function(times) {
    one <- suppressWarnings(sem(model = paste(readLines(path(job$model)), collapse = "\n"),
                                data = data[rep(seq_len(nrow(data)), times), ], se = "none", test = "none",
                                baseline = FALSE, h1 = FALSE))
    found <- climb(function(x) gradient_at(one, x), lav_model_get_parameters(one@Model), H, FINISHED, 60)
    if (!isTRUE(found$gradient < FINISHED)) stop("lavaan did not reach the maximum of a resample")
    c(found$x, one@Model@def.function(found$x))
  }))
  quick <- refits(fit, counts)$x
  if (max(abs(quick - x[, seq_along(free)])) > 1e-6) stop("refits from the whole sample's estimates end elsewhere")
  do.call(rbind, lapply(seq_len(draws), function(draw) rows(job$job, paste0("draw", draw), c(free, defined), x[draw, ])))
}

run_statistics <- function(job) statistics(job$job)

run <- function(i) {
  job <- jobs[i, ]
  tryCatch(switch(job$kind, fit = run_fit(job), scratch = run_scratch(job), statistics = run_statistics(job)),
           error = function(problem) structure(paste0(job$job, ": ", conditionMessage(problem)), class = "failure"))
}

jobs <- table_of("jobs.csv")
workers <- if (.Platform$OS.type == "windows") 1L else as.integer(commandArgs(trailingOnly = TRUE)[2])
same <- do.call(paste, jobs[names(jobs) != "job"])
once <- which(!duplicated(same))
results <- parallel::mclapply(once, run, mc.cores = workers, mc.preschedule = FALSE)
ended <- vapply(results, is.data.frame, NA)
if (!all(ended)) {
  told <- vapply(results[!ended], function(one) if (inherits(one, "failure")) as.character(one) else "a process ended", "")
  writeLines(told, stderr())
  quit(status = 1)
}
results <- do.call(rbind, lapply(seq_len(nrow(jobs)), function(i) {
  of_job <- results[[match(same[i], same[once])]]
  of_job$job <- jobs$job[i]
  of_job
}))
results <- rbind(results, derived(results), verdicts(results))
for (column in c("lower", "upper")) results[[column]] <- digits(results[[column]])
versions <- c(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")))
results <- rbind(results, rows("versions", "version", names(versions), versions, "NA", "NA"))
write.csv(results, path("results.csv.part"), row.names = FALSE)
invisible(file.rename(path("results.csv.part"), path("results.csv")))
