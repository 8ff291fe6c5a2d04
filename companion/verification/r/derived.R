# Numbers that follow from several fits: differences between models, smallest and largest, shares.

derived <- function(results) {
  value <- function(job, name, solution = "measure") {
    as.numeric(results$value[results$job == job & results$solution == solution & results$name == name])
  }
  known <- function(job) job %in% results$job
  rbind(
    validity(value),
    if (known("invariance-configural")) invariance(value),
    direct(value, results),
    equality(value),
    specifications(results),
    rivals(value),
    predicted(value))
}

statistic <- function(name, value) rows("derived", "statistic", name, value)

validity <- function(value) {
  scales <- with(table_of("scales.csv"), split(item, factor(scale, unique(scale))))
  loadings <- lapply(scales, function(items) sapply(items, function(item) value("cfa", item, "all")))
  rbind(statistic(paste0("measurement.ave.", names(scales)), sapply(loadings, function(l) mean(l^2))),
        statistic(paste0("measurement.loading.", c("smallest", "largest")), range(unlist(loadings))))
}

# The chi-square difference of two nested models with its p.
likelihood_ratio <- function(value, free, equal) {
  statistic <- value(equal, "chisq") - value(free, "chisq")
  df <- value(equal, "df") - value(free, "df")
  c(statistic, df, pchisq(max(statistic, 0), df, lower.tail = FALSE))
}

invariance <- function(value) {
  step <- function(free, equal) {
    at <- paste0("measurement.invariance.", equal)
    jobs <- paste0("invariance-", c(free, equal))
    test <- likelihood_ratio(value, jobs[1], jobs[2])
    change <- sapply(c("cfi", "rmsea"), function(name) value(jobs[2], name) - value(jobs[1], name))
    rbind(statistic(paste0(at, c(".chisq_diff", ".df_diff", ".p", ".delta_cfi", ".delta_rmsea")), c(test, change)),
          statistic(paste0(at, ".rejected"), yes_or_no(test[3] < 1 - level)))
  }
  rbind(step("configural", "metric"), step("metric", "scalar"))
}

direct <- function(value, results) {
  jobs <- grep("^direct-", unique(results$job), value = TRUE)
  items <- sub("^direct-", "", jobs)
  tests <- sapply(jobs, function(job) likelihood_ratio(value, job, "study"))
  holm <- p.adjust(tests[3, ], "holm")
  at <- "measurement.direct"
  flagged <- items[holm < 1 - level]
  serial <- do.call(rbind, lapply(INTERACTIONS, function(w) {
    values <- sapply(jobs, value, name = paste0("serial_", w), solution = "est")
    statistic(paste(at, "serial", w, c("lowest", "highest"), sep = "."), range(values))
  }))
  rbind(
    statistic(paste0(at, ".items"), length(items)),
    do.call(rbind, lapply(seq_along(items), function(i) {
      statistic(paste(at, items[i], c("chisq_diff", "df_diff", "p", "p_holm"), sep = "."), c(tests[, i], holm[i]))
    })),
    statistic(paste0(at, ".smallest"), min(holm)),
    statistic(paste0(at, ".any"), yes_or_no(length(flagged) > 0)),
    if (length(flagged)) statistic(paste0(at, ".flagged"), paste(flagged, collapse = ", ")),
    serial)
}

equality <- function(value) {
  statistic(paste0("robustness.equality.", c("chisq_diff", "df_diff", "p")),
            likelihood_ratio(value, "equality-free", "equality-equal"))
}

specifications <- function(results) {
  do.call(rbind, lapply(INTERACTIONS, function(w) {
    one <- results[grepl("^specification-", results$job) & results$solution == "est" & results$name == paste0("serial_", w), ]
    statistic(paste("robustness.specifications", w, c("n", "lowest", "highest", "positive", "negative"), sep = "."),
              c(nrow(one), range(as.numeric(one$value)), mean(one$lower > 0), mean(one$upper < 0)))
  }))
}

rivals <- function(value) {
  change <- sapply(c("aic", "bic"), function(name) value("rival", name) - value("study", name))
  rbind(statistic(paste0("cross_check.rival.ours.", names(change)), change),
        statistic(paste0("cross_check.rival.", c("whole", "without"), ".chisq"), sapply(c("study", "rival"), value, name = "chisq")),
        statistic("cross_check.critical.ours", qchisq(level, value("study", "df"))))
}

# Highest and lowest predicted mean of each construct, and how far the predictions are from the groups' own means.
predicted <- function(value) {
  scales <- parts(settings["modelled"])
  reactions <- c(none = "no reaction", like = "a like", reply = "a reply")
  at <- paste(VERSIONS$valence, VERSIONS$interaction, sep = ".")
  words <- paste(VERSIONS$valence, "comments and", reactions[VERSIONS$interaction])
  items <- with(table_of("scales.csv"), split(item, scale))
  means <- sapply(scales, function(scale) sapply(paste(scale, at, sep = "."), value, job = "study", solution = "predicted"))
  own <- sapply(scales, function(scale) {
    sapply(paste("experiment.cell", scale, at, "mean", sep = "."), value, job = "statistics", solution = "statistic")
  })
  rbind(
    do.call(rbind, lapply(scales, function(scale) {
      one <- means[, scale]
      loading <- mean(sapply(items[[scale]], value, job = "study", solution = "est"))
      statistic(paste("predicted", scale, c("highest", "lowest", "range", "loading"), sep = "."),
                c(words[which.max(one)], words[which.min(one)], digits(c(max(one) - min(one), loading))))
    })),
    statistic("predicted.largest_gap", max(abs(means - own))))
}
