source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))
write_fit(reference(read_model(), read_data("study-shipped.csv")))
write_versions()
