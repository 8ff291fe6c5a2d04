source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "..", "lavaan.R"))

# Rows of 200 resamples, by a generator that R and Python share: Park and Miller's, exact in double precision.
resample_rows <- function(draws, n) {
  state <- n
  matrix(vapply(seq_len(draws * n), function(i) {
    state <<- (16807 * state) %% 2147483647
    floor(state / 2147483647 * n) + 1
  }, 0), nrow = draws, byrow = TRUE)
}

# One Hessian at the end of lavaan's own search, then steps with it until the gradient is gone.
finish <- function(fit) {
  x <- lav_model_get_parameters(fit@Model)
  g <- gradient_at(fit, x)
  h <- 1e-4
  H <- sapply(seq_along(x), function(j) {
    d <- replace(numeric(length(x)), j, h)
    (gradient_at(fit, x + d) - gradient_at(fit, x - d)) / (2 * h)
  })
  H <- (H + t(H)) / 2
  for (step in 1:60) {
    if (max(abs(g)) < 1e-12) break
    x <- x - solve(H, g)
    g <- gradient_at(fit, x)
  }
  c(x, max(abs(g)))
}

model <- sub("serial_none.*", "", read_model())
for (n in c(120, 360, 1200)) {
  data <- read_data(paste0("study-", n, ".csv"))
  rows <- resample_rows(200, n)
  full <- sem(model, data)
  draws <- t(apply(rows, 1, function(index) {
    one <- suppressWarnings(sem(model, data[index, ], se = "none", test = "none", baseline = FALSE, h1 = FALSE))
    finish(one)
  }))
  colnames(draws) <- c(names(coef(full)), "gradient")
  write.csv(signif(draws, 12), file.path(target, paste0("draws-", n, ".csv")), row.names = FALSE)
}
write_versions()
