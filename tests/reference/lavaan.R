# Fit with lavaan to the end, and write what it gives.
#
# lavaan's default stops when the objective no longer falls, up to 2e-4 away from the maximum. So each fit is polished:
# Newton steps on lavaan's own gradient (from a tight BFGS where those do not get there from the default), then a last
# call of lavaan that starts there and does not optimise. `gradient` in measures.csv is what is left.

suppressPackageStartupMessages(library(lavaan))
options(digits = 17, warn = 1)

flags <- commandArgs(trailingOnly = FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", flags, value = TRUE))))
target <- commandArgs(trailingOnly = TRUE)
target <- if (length(target)) target[1] else here

read_data <- function(name) read.csv(file.path(here, "..", "data", name))
read_model <- function(name = "model.txt") paste(readLines(file.path(here, name)), collapse = "\n")

gradient_at <- function(fit, x) {
  as.numeric(lavaan:::lav_model_gradient(
    lav_model_set_parameters(fit@Model, x), lavsamplestats = fit@SampleStats, lavdata = fit@Data, type = "free"))
}

polish <- function(fit, steps = 8) {
  x <- lav_model_get_parameters(fit@Model)
  K <- if (nrow(fit@Model@ceq.JAC) > 0) fit@Model@eq.constraints.K else diag(length(x))
  slope <- function(x) as.numeric(t(K) %*% gradient_at(fit, x))
  for (step in seq_len(steps)) {
    g <- slope(x)
    if (max(abs(g)) < 1e-13) break
    H <- sapply(seq_len(ncol(K)), function(j) {
      h <- 1e-4 / max(1, max(abs(K[, j])))
      d <- h * K[, j]
      (-slope(x + 2 * d) + 8 * slope(x + d) - 8 * slope(x - d) + slope(x - 2 * d)) / (12 * h)
    })
    move <- try(solve((H + t(H)) / 2, g), silent = TRUE)
    if (inherits(move, "try-error")) break
    candidate <- x - as.numeric(K %*% move)
    if (max(abs(slope(candidate))) >= max(abs(g))) break
    x <- candidate
  }
  list(x = x, gradient = max(abs(slope(x))))
}

reference <- function(...) {
  invisible(capture.output(result <- reference_of(...)))  # lavaan prints matrices that are not positive definite
  result
}

reference_of <- function(model, data, ...) {
  usual <- fit <- suppressWarnings(sem(model, data = data, ...))
  found <- polish(fit)
  if (found$gradient > 1e-10) {
    fit <- suppressWarnings(sem(model, data = data, optim.method = "BFGS", control = list(reltol = 1e-16, maxit = 5000), ...))
    found <- polish(fit)
  }
  table <- parTable(fit)
  table$ustart <- table$start <- table$est
  table$ustart[table$free > 0] <- found$x[table$free[table$free > 0]]
  table$est <- table$start <- table$ustart
  last <- suppressWarnings(sem(model, data = data, start = table, optim.method = "none", fixed.x = TRUE, check.start = FALSE, ...))
  stopifnot(max(abs(lav_model_get_parameters(last@Model) - found$x)) < 1e-10)
  last@baseline <- usual@baseline  # a call that does not optimise leaves its own baseline model unfinished
  attr(last, "gradient") <- found$gradient
  last
}

write_fit <- function(fit, suffix = "", robust = FALSE, bootstrap = FALSE) {
  estimates <- parameterEstimates(fit, standardized = FALSE)
  std <- standardizedSolution(fit, type = "std.all", se = FALSE)$est.std
  nox <- standardizedSolution(fit, type = "std.nox", se = FALSE)$est.std
  keep <- !(estimates$op %in% c("==", "<", ">"))
  columns <- c("lhs", "op", "rhs", intersect(c("group", "label"), names(estimates)), "est", "se", "z", "pvalue",
               "ci.lower", "ci.upper")
  out <- estimates[keep, columns]
  out$std.all <- std[seq_len(nrow(estimates))][keep]
  out$std.nox <- nox[seq_len(nrow(estimates))][keep]
  write_csv(out, paste0("estimates", suffix, ".csv"))
  wanted <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr", "logl", "aic",
              "bic", "ntotal", "npar", "baseline.chisq", "baseline.df")
  if (robust) wanted <- c(wanted, "chisq.scaled", "pvalue.scaled", "chisq.scaling.factor", "cfi.scaled", "tli.scaled",
                          "rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "cfi.robust", "tli.robust",
                          "rmsea.robust")
  values <- fitMeasures(fit, wanted)
  measures <- data.frame(measure = c(names(values), "gradient"), value = c(as.numeric(values), attr(fit, "gradient")))
  write_csv(measures, paste0("measures", suffix, ".csv"))
}

write_csv <- function(frame, name) {
  for (column in names(frame)) if (is.numeric(frame[[column]])) frame[[column]] <- formatC(frame[[column]], digits = 15, format = "g", width = 1)
  write.csv(frame, file.path(target, name), row.names = FALSE, quote = TRUE)
}

write_versions <- function() {
  lines <- c(R.version.string, paste("lavaan", packageVersion("lavaan")))
  writeLines(lines, file.path(target, "versions.txt"))
}
