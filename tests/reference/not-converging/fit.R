source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))
fit <- suppressWarnings(sem(read_model(), read_data("not-converging.csv")))
write_csv(data.frame(converged = lavInspect(fit, "converged"), iterations = lavInspect(fit, "iterations")), "convergence.csv")
write_versions()
