source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))
data <- HolzingerSwineford1939
write_fit(reference(read_model(), data))
write_fit(reference(read_model(), data, estimator = "MLR"), "-robust", robust = TRUE)
levels <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))
for (estimator in c("ML", "MLR")) {
  robust <- estimator == "MLR"
  fits <- lapply(levels, function(equal) {
    reference(read_model(), data, group = "school", group.equal = equal, estimator = estimator)
  })
  for (level in names(fits)) write_fit(fits[[level]], paste0("-", level, if (robust) "-robust"), robust = robust)
  tests <- as.data.frame(suppressWarnings(lavTestLRT(fits[[1]], fits[[2]], fits[[3]])))
  out <- data.frame(model = names(levels), df = tests$Df, diff = tests[["Chisq diff"]], df.diff = tests[["Df diff"]],
                    pvalue = tests[["Pr(>Chisq)"]])
  write_csv(out, paste0("comparison", if (robust) "-robust", ".csv"))
}
write_versions()
