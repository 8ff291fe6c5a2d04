library(lavaan)

print(levels(factor(read.csv("as_planned.csv")$interaction)))

for (name in sub("[.]txt$", "", list.files(pattern = "[.]txt$"))) {
  answers <- read.csv(paste0(name, ".csv"), check.names = FALSE)
  model <- paste(readLines(paste0(name, ".txt")), collapse = "\n")
  found <- parameterEstimates(sem(model, answers))
  cat(name, format(found$est[grepl("^serial_[a-z]+$", found$lhs)], digits = 6), "\n")
}
