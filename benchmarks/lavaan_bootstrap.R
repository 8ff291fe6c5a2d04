# Seconds a draw of lavaan's own bootstrap, serial: Rscript lavaan_bootstrap.R MODEL DATA DRAWS
suppressPackageStartupMessages(library(lavaan))
arguments <- commandArgs(trailingOnly = TRUE)
model <- paste(readLines(arguments[1]), collapse = "\n")
draws <- as.integer(arguments[3])
fit <- sem(model, read.csv(arguments[2]))
set.seed(1)
seconds <- system.time(suppressWarnings(bootstrapLavaan(fit, R = draws, FUN = "coef")))[["elapsed"]]
cat(format(seconds / draws, digits = 10), "\n")
