# Write what lavaan gives, optimised to the end. `gradient` in measures.csv is what is left of it.

options(digits = 17, warn = 1)

flags <- commandArgs(trailingOnly = FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", flags, value = TRUE))))
source(file.path(here, "..", "..", "..", "companion", "verification", "r", "optimise.R"))
target <- commandArgs(trailingOnly = TRUE)
target <- if (length(target)) target[1] else here

read_data <- function(name) read.csv(file.path(here, "..", "data", name))
read_model <- function(name = "model.txt") paste(readLines(file.path(here, name)), collapse = "\n")

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
