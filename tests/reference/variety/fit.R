source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))
data <- HolzingerSwineford1939
for (name in sub("\\.txt$", "", list.files(here, pattern = "\\.txt$"))) {
  if (name == "versions") next
  model <- read_model(paste0(name, ".txt"))
  fit <- switch(name,
    "group-values" = reference(model, data, group = "school"),
    "robust-groups" = reference(model, data, group = "school", group.equal = "regressions", estimator = "MLR"),
    reference(model, data))
  write_fit(fit, paste0("-", name), robust = name == "robust-groups")
}
write_versions()
