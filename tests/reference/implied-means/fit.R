# Model-implied means of the items in the six groups: the study's model with intercepts, conditional on x.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))

cells <- expand.grid(reply = 0:1, like = 0:1, neg = 0:1)[, c("neg", "like", "reply")]
cells <- cells[cells$like + cells$reply < 2, ]
products <- cbind(cells, "neg:like" = cells$neg * cells$like, "neg:reply" = cells$neg * cells$reply)

fit <- reference(read_model(), read_data("study-shipped.csv"), meanstructure = TRUE, conditional.x = TRUE)
implied <- lavInspect(fit, "implied")
slopes <- implied$res.slopes
means <- t(as.numeric(implied$res.int) + slopes %*% t(as.matrix(products[, colnames(slopes)])))
write_csv(cbind(cells, means), "means.csv")
write_csv(data.frame(measure = "gradient", value = attr(fit, "gradient")), "measures.csv")
write_versions()
