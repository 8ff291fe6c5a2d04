library(lavaan)

answers <- read.csv("another-survey.csv", check.names = FALSE)
model <- paste(readLines("another-survey.txt"), collapse = "\n")
set.seed(2020)
fit <- sem(model, answers, se = "bootstrap", bootstrap = 200)

chain <- c("serial_none", "serial_like", "serial_reply")
found <- parameterEstimates(fit, boot.ci.type = "perc")
print(found[found$lhs %in% chain, c("lhs", "est", "ci.lower", "ci.upper")])
