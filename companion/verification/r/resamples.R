# Refit a model to resamples of its rows.
#
# A resample is given as how often each row was drawn, in the order of the data. The start of every refit is the fit to
# the whole sample; steps go on until lavaan's gradient for the resample's moments is gone.

ENOUGH <- 1e-8

# Covariances of every resample (divisor n): a row a resample, the lower triangle of the matrix in it.
moments_of <- function(X, counts) {
  X <- sweep(X, 2, colMeans(X))
  pairs <- which(lower.tri(diag(ncol(X)), diag = TRUE), arr.ind = TRUE)
  n <- nrow(X)
  means <- counts %*% X / n
  counts %*% (X[, pairs[, 1]] * X[, pairs[, 2]]) / n - means[, pairs[, 1]] * means[, pairs[, 2]]
}

symmetric <- function(triangle, size) {
  S <- matrix(0, size, size)
  S[lower.tri(S, diag = TRUE)] <- triangle
  S + t(S) - diag(diag(S), size)
}

# Gives the model with the covariances of fixed x as in a resample: they are part of the implied matrix, not parameters.
x_setter <- function(fit) {
  table <- parTable(fit)
  names <- lavNames(fit, "ov")
  fixed <- which(table$exo == 1 & table$op == "~~")
  cells <- cbind(match(table$lhs[fixed], names), match(table$rhs[fixed], names))
  est <- table$est
  function(S) {
    est[fixed] <- S[cells]
    model <- fit@Model
    for (m in seq_along(model@GLIST)) model@GLIST[[m]][model@m.user.idx[[m]]] <- est[model@x.user.idx[[m]]]
    model
  }
}

# Refit to each row of counts: free parameters, standard deviations of all variables, what is left of the gradient,
# and whether variances and the latent covariance matrix are proper.
refits <- function(fit, counts) {
  stopifnot(nrow(fit@Model@ceq.JAC) == 0, !fit@Model@meanstructure)
  if (!length(lavNames(fit, "lv")) && fitMeasures(fit, "df") == 0) return(regressions(fit, counts))
  names <- lavNames(fit, "ov")
  latent <- lavNames(fit, "lv")
  start <- lav_model_get_parameters(fit@Model)
  H <- hessian_at(function(x) gradient_at(fit, x), start)
  X <- fit@Data@X[[1]]
  whole <- fit@SampleStats@cov[[1]]
  stopifnot(max(abs(moments_of(X, matrix(1, 1, nrow(X))) - whole[lower.tri(whole, diag = TRUE)])) < 1e-10)
  with_x <- x_setter(fit)
  one <- function(triangle) {
    S <- symmetric(triangle, length(names))
    moments <- fit@SampleStats
    moments@cov[[1]] <- S
    model <- with_x(S)
    gradient <- function(x) gradient_at(fit, x, model, moments)
    found <- climb(gradient, start, H, ENOUGH, 60)
    if (!isTRUE(found$gradient < ENOUGH)) {  # too far from the whole sample for its slope: slopes of its own
      found <- list(x = start)
      for (turn in 1:20) {
        found <- climb(gradient, found$x, hessian_at(gradient, found$x), ENOUGH, 3)
        if (!is.finite(found$gradient) || found$gradient < ENOUGH) break
      }
    }
    model <- lav_model_set_parameters(model, found$x)
    latents <- if (length(latent)) diag(lavaan:::computeVETA(model)[[1]])[seq_along(latent)] else numeric(0)
    observed <- diag(lavaan:::computeSigmaHat(model)[[1]])
    residual <- diag(model@GLIST$theta)
    proper <- min(eigen(model@GLIST$psi, symmetric = TRUE, only.values = TRUE)$values) >= -1e-12 && min(residual) >= -1e-12
    c(found$x, sqrt(pmax(c(latents, observed), 0)), gradient = found$gradient, proper = proper)
  }
  found <- t(apply(moments_of(X, counts), 1, one))
  free <- seq_along(start)
  sd <- found[, length(start) + seq_len(length(latent) + length(names)), drop = FALSE]
  colnames(sd) <- c(latent, names)
  list(x = found[, free, drop = FALSE], sd = sd, gradient = found[, "gradient"], proper = found[, "proper"] == 1)
}

# The same for a model of observed variables with all paths: each equation is a regression, so no search is needed.
regressions <- function(fit, counts) {
  table <- parTable(fit)
  names <- lavNames(fit, "ov")
  X <- fit@Data@X[[1]]
  one <- function(triangle) {
    S <- symmetric(triangle, length(names))
    dimnames(S) <- list(names, names)
    x <- rep(NA_real_, max(table$free))
    for (y in lavNames(fit, "ov.nox")) {
      paths <- which(table$op == "~" & table$lhs == y)
      from <- table$rhs[paths]
      slopes <- solve(S[from, from], S[from, y])
      x[table$free[paths]] <- slopes
      x[table$free[table$op == "~~" & table$lhs == y & table$rhs == y]] <- S[y, y] - sum(slopes * S[from, y])
    }
    c(x, sqrt(diag(S)))
  }
  free <- seq_len(max(table$free))
  whole <- one(moments_of(X, matrix(1, 1, nrow(X))))[free]
  stopifnot(max(abs(whole - lav_model_get_parameters(fit@Model))) < 1e-8)
  found <- t(apply(moments_of(X, counts), 1, one))
  sd <- found[, -free, drop = FALSE]
  colnames(sd) <- names
  list(x = found[, free, drop = FALSE], sd = sd, gradient = numeric(nrow(found)), proper = rep(TRUE, nrow(found)))
}

# Values of every parameter in each refit, defined ones too, in three solutions: est, nox, all.
solutions <- function(fit, drawn) {
  table <- parTable(fit)
  rows <- which(table$op %in% c("=~", "~", "~~") & table$exo == 0)
  est <- sapply(rows, function(i) if (table$free[i] > 0) drawn$x[, table$free[i]] else rep(table$est[i], nrow(drawn$x)))
  exogenous <- unique(table$lhs[table$exo == 1])
  sd <- drawn$sd
  scale <- function(nox) sapply(rows, function(i) {
    left <- sd[, table$lhs[i]]
    right <- if (nox && table$rhs[i] %in% exogenous) 1 else sd[, table$rhs[i]]
    switch(table$op[i], "=~" = left / right, "~" = right / left, "~~" = 1 / (left * right))
  })
  lapply(list(est = est, nox = est * scale(TRUE), all = est * scale(FALSE)), function(values) {
    colnames(values) <- name_of(table)[rows]
    labelled <- table$label[rows] != ""
    known <- lapply(which(labelled), function(i) values[, i])
    names(known) <- table$label[rows][labelled]
    definitions <- which(table$op == ":=")
    defined <- sapply(definitions, function(i) eval(str2lang(table$rhs[i]), known))
    if (length(definitions)) colnames(defined) <- table$lhs[definitions]
    cbind(values, if (length(definitions)) defined)
  })
}

# How a parameter is called in the results: its label, a loading by its item, any other by its formula.
name_of <- function(table) {
  ifelse(table$label != "", table$label, ifelse(table$op == "=~", table$rhs, paste0(table$lhs, table$op, table$rhs)))
}

percentile <- function(draws, level) {
  apply(draws, 2, quantile, probs = c((1 - level) / 2, (1 + level) / 2), names = FALSE, type = 7)
}

read_counts <- function(path, draws, n) {
  counts <- readBin(path, "integer", n = draws * n, size = 1, signed = FALSE)
  matrix(as.numeric(counts), nrow = draws, byrow = TRUE)
}
