# Fit with lavaan to the end.
#
# lavaan's default stops when the objective no longer falls, up to 2e-4 away from the maximum. So each fit is polished:
# Newton steps on lavaan's own gradient (from a tight BFGS where those do not get there from the default), then a last
# call of lavaan that starts there and does not optimise. The attribute `gradient` of a fit is what is left.

suppressPackageStartupMessages(library(lavaan))

# The gradient of a model with lavaan's matrices at free parameters x, for given sample moments.
gradient_at <- function(fit, x, model = fit@Model, moments = fit@SampleStats) {
  as.numeric(lavaan:::lav_model_gradient(
    lav_model_set_parameters(model, x), lavsamplestats = moments, lavdata = fit@Data, type = "free"))
}

# The slope of a gradient function by differences, symmetric.
hessian_at <- function(gradient, x, h = 1e-4) {
  H <- sapply(seq_along(x), function(j) {
    d <- replace(numeric(length(x)), j, h)
    (gradient(x + d) - gradient(x - d)) / (2 * h)
  })
  (H + t(H)) / 2
}

polish <- function(fit, steps = 8) {
  x <- lav_model_get_parameters(fit@Model)
  K <- if (nrow(fit@Model@ceq.JAC) > 0) fit@Model@eq.constraints.K else diag(length(x))
  slope <- function(x) as.numeric(t(K) %*% gradient_at(fit, x))
  for (step in seq_len(steps)) {
    g <- slope(x)
    if (max(abs(g)) < 1e-13) break
    H <- sapply(seq_len(ncol(K)), function(j) {
      h <- 1e-4 / max(1, max(abs(K[, j])))
      d <- h * K[, j]
      (-slope(x + 2 * d) + 8 * slope(x + d) - 8 * slope(x - d) + slope(x - 2 * d)) / (12 * h)
    })
    move <- try(solve((H + t(H)) / 2, g), silent = TRUE)
    if (inherits(move, "try-error")) break
    candidate <- x - as.numeric(K %*% move)
    if (max(abs(slope(candidate))) >= max(abs(g))) break
    x <- candidate
  }
  list(x = x, gradient = max(abs(slope(x))))
}

# Steps from x with slope H, which each step corrects (Broyden's method), until the gradient is gone: x, and what is left.
climb <- function(gradient, x, H, enough, steps) {
  inverse <- solve(H)
  g <- gradient(x)
  for (step in seq_len(steps)) {
    if (!all(is.finite(g)) || max(abs(g)) < enough) break
    move <- -as.numeric(inverse %*% g)
    x <- x + move
    before <- g
    g <- gradient(x)
    moved <- as.numeric(inverse %*% (g - before))
    inverse <- inverse + outer(move - moved, as.numeric(move %*% inverse)) / sum(move * moved)
  }
  list(x = x, gradient = max(abs(g)))
}

reference <- function(...) {
  invisible(capture.output(result <- reference_of(...)))  # lavaan prints matrices that are not positive definite
  result
}

reference_of <- function(model, data, ...) {
  usual <- fit <- suppressWarnings(sem(model, data = data, ...))
  found <- polish(fit)
  if (found$gradient > 1e-10) {
    fit <- suppressWarnings(sem(model, data = data, optim.method = "BFGS", control = list(reltol = 1e-16, maxit = 5000), ...))
    found <- polish(fit)
  }
  table <- parTable(fit)
  table$ustart <- table$start <- table$est
  table$ustart[table$free > 0] <- found$x[table$free[table$free > 0]]
  table$est <- table$start <- table$ustart
  last <- suppressWarnings(sem(model, data = data, start = table, optim.method = "none", fixed.x = TRUE, check.start = FALSE, ...))
  stopifnot(max(abs(lav_model_get_parameters(last@Model) - found$x)) < 1e-10)
  last@baseline <- usual@baseline  # a call that does not optimise leaves its own baseline model unfinished
  attr(last, "gradient") <- found$gradient
  last
}
