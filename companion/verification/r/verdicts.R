# The written rule of data/claims.yml, applied to lavaan's intervals.

# Intervals that hold for all columns at once: the quantile of the largest |t| of each draw.
simultaneous <- function(draws, estimate, level) {
  se <- apply(draws, 2, sd)
  t <- abs(sweep(sweep(draws, 2, estimate), 2, se, "/"))
  c <- quantile(apply(t, 1, max), level, names = FALSE, type = 7)
  rbind(estimate - c * se, estimate + c * se)
}

# The verdict on every claim from intervals: a table with name, lower and upper.
judge <- function(intervals, estimands, claims) {
  given <- character(0)
  for (i in seq_len(nrow(claims))) {
    claim <- claims$claim[i]
    own <- estimands[estimands$claim == claim, ]
    bounds <- intervals[match(own$name, intervals$name), ]
    above <- bounds$lower > 0
    below <- bounds$upper < 0
    claimed <- ifelse(own$sign == "+", above, below)
    against <- ifelse(own$sign == "+", below, above)
    chain <- own$effect == "serial"
    needed <- given[parts(claims$requires[i])]
    given[claim] <- if (all(claimed) && all(needed == "found")) "found" else if (all(against[chain])) "reversed" else "undecided"
  }
  given
}

yes_or_no <- function(holds) ifelse(holds, "yes", "no")

verdicts <- function(results) {
  estimands <- table_of("estimands.csv")
  claims <- table_of("claims.csv")
  judged <- table_of("judged.csv")
  of <- function(job, solution) judge(results[results$job == job & results$solution == solution, ], estimands, claims)
  found <- lapply(seq_len(nrow(judged)), function(i) {
    usual <- of(judged$job[i], "est")
    at_once <- of(judged$job[i], "simultaneous")
    named <- vapply(claims$named_if, function(needed) all(usual[parts(needed)] == "found"), NA)
    at <- paste(judged$key[i], claims$claim, sep = ".")
    rows("derived", "statistic", c(at, paste0(at, ".simultaneous"), paste0(at, ".named"), paste0(at, ".same"),
                                   paste0(judged$key[i], ".same")),
         c(usual, at_once, yes_or_no(named), yes_or_no(usual == at_once), yes_or_no(all(usual == at_once))))
  })
  rbind(do.call(rbind, found), tipping_points(of, claims))
}

# The residual correlation nearest to zero at which each verdict changes.
tipping_points <- function(of, claims) {
  confounded <- table_of("confounded.csv")
  confounded$correlation <- as.numeric(confounded$correlation)
  do.call(rbind, lapply(unique(confounded$pair), function(pair) {
    at <- confounded[confounded$pair == pair, ]
    given <- sapply(at$job, of, solution = "est")
    changed <- given != given[, at$correlation == 0]
    do.call(rbind, lapply(claims$claim, function(claim) {
      key <- paste("robustness.confounding", pair, claim, sep = ".")
      where <- at$correlation[changed[claim, ]]
      found <- rows("derived", "statistic", paste0(key, ".changes"), yes_or_no(length(where) > 0))
      if (length(where)) found <- rbind(found, rows("derived", "statistic", paste0(key, ".at"), where[which.min(abs(where))]))
      found
    }))
  }))
}
