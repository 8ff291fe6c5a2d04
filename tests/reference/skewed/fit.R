source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))
data <- read_data("study-skewed.csv")
write_fit(reference(read_model(), data, estimator = "MLR"), robust = TRUE)
write_versions()
