source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))
# lavaan stops on the raw scale, so it gets every item in units of its own power of ten (scale.csv); the test rescales.
data <- read_data("study-badly-scaled.csv")
items <- names(data)[grepl("[0-9]$", names(data))]
power <- c(3, -3, 0, 5, -2, 1, 4, 0, -4, 2, 0, 3, -3, 1, 0)
invisible(capture.output(raw <- suppressWarnings(try(sem(read_model(), data), silent = TRUE)), type = "output"))
stopped <- inherits(raw, "try-error") || !lavInspect(raw, "converged")
write_csv(data.frame(item = items, power = power, lavaan.stops = stopped), "scale.csv")
for (i in seq_along(items)) data[[items[i]]] <- data[[items[i]]] / 10^power[i]
write_fit(reference(read_model(), data))
write_versions()
