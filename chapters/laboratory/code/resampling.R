library(lavaan)

answers <- read.csv("resampling.csv", check.names = FALSE)
model <- paste(readLines("resampling.txt"), collapse = "\n")
only <- function(fit, kind) {
  found <- parameterEstimates(fit, boot.ci.type = kind)
  print(found[found$lhs == "serial_reply", c("lhs", "est", "ci.lower", "ci.upper")])
}

set.seed(2021)
resampled <- sem(model, answers, se = "bootstrap", bootstrap = 1000)
only(resampled, "perc")
only(resampled, "bca.simple")
only(sem(model, answers), "norm")
