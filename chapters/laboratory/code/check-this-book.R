library(lavaan)

model <- paste(readLines("model.txt"), collapse = "\n")
effects <- function(file) {
  found <- parameterEstimates(sem(model, read.csv(file, check.names = FALSE)))
  found[found$op == ":=", c("lhs", "est")]
}

before <- effects("answered.csv")
print(cbind(before, after = effects("changed.csv")$est))
