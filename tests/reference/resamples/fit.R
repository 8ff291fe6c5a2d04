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
  gradient <- function(x) gradient_at(fit, x)
  unlist(climb(gradient, x, hessian_at(gradient, x), 1e-12, 60))
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
