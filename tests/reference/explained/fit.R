# Explained variance and residuals on the scale of correlations: with a fixed x, in one group and, with means, in two.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))

r_square <- function(values, group) data.frame(name = names(values), group = group, r2 = as.numeric(values))

covariances <- function(matrix, group) {
  at <- which(lower.tri(matrix, diag = TRUE), arr.ind = TRUE)
  names <- rownames(matrix)
  data.frame(lhs = names[at[, "col"]], op = "~~", rhs = names[at[, "row"]], group = group, residual = matrix[at])
}

means <- function(values, group) {
  data.frame(lhs = names(values), op = "~1", rhs = "", group = group, residual = as.numeric(values))
}

of <- function(fit, suffix) {
  explained <- lavInspect(fit, "rsquare", drop.list.single.group = FALSE)
  left <- residuals(fit, type = "cor.bentler")
  if (length(explained) == 1) left <- list(left)
  groups <- seq_along(explained)
  write_csv(do.call(rbind, Map(r_square, explained, groups)), paste0("r-square", suffix, ".csv"))
  left <- left[vapply(left, is.list, logical(1))]
  rows <- Map(function(one, group) rbind(covariances(one$cov, group), if (!is.null(one$mean)) means(one$mean, group)), left, groups)
  write_csv(do.call(rbind, rows), paste0("residuals", suffix, ".csv"))
  write_csv(data.frame(measure = "gradient", value = attr(fit, "gradient")), paste0("measures", suffix, ".csv"))
}

of(reference(read_model(), HolzingerSwineford1939), "")
of(reference(read_model(), HolzingerSwineford1939, group = "school", group.equal = c("loadings", "intercepts")), "-groups")
write_versions()
