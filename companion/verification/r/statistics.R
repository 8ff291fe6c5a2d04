# What needs no model, in base R: the sample, reliability, correlations, HTMT, cell means, ANOVA, simple effects, checks,
# and the regression with robust errors.

VALENCES <- c("positive", "negative")
INTERACTIONS <- c("none", "like", "reply")

statistics <- function(job) {
  scales <- with(table_of("scales.csv"), split(item, factor(scale, unique(scale))))
  sample <- data_of("sample.csv")
  complete <- sample[complete.cases(sample[unlist(scales)]), ]
  means <- as.data.frame(lapply(scales, function(items) rowMeans(sample[items], na.rm = TRUE)))
  found <- rbind(sample_facts(sample, scales), reliability(complete, scales), correlations(complete, scales),
                 discriminant(complete, scales), cells(sample, means), analysis_of_variance(sample, means),
                 simple_effects(sample, means), checks(sample), moderation(sample, means))
  cbind(job = job, solution = "statistic", found)
}

fact <- function(name, value, lower = NA, upper = NA) data.frame(name = name, value = digits(unname(value)), lower = lower, upper = upper)

sample_facts <- function(sample, scales) {
  passed <- data_of("with_missing.csv")
  modelled <- unlist(scales[parts(settings["modelled"])])
  sizes <- with(sample, table(valence, interaction))
  cells <- expand.grid(valence = VALENCES, interaction = INTERACTIONS, stringsAsFactors = FALSE)
  lost <- table_of("attrition.csv")
  attrition <- lapply(unique(lost$what), function(what) {
    one <- lost[lost$what == what, ]
    removed <- as.numeric(one$removed)
    kept <- as.numeric(one$randomised) - removed
    share <- removed / (removed + kept)
    p <- suppressWarnings(chisq.test(rbind(removed, kept), correct = FALSE))$p.value
    fact(paste0("sample.attrition.", what, c(".difference", ".p", ".differs")),
         c(digits(c(100 * (max(share) - min(share)), p)), if (isTRUE(p < 1 - level)) "yes" else "no"))
  })
  rbind(
    fact("sample.analysed", nrow(sample)),
    fact(paste("sample.analysed", cells$valence, cells$interaction, sep = "."), sizes[as.matrix(cells)]),
    fact(c("sample.age.mean", "sample.age.sd", "sample.age.min", "sample.age.max"),
         sapply(list(mean, sd, min, max), function(f) f(sample$age, na.rm = TRUE))),
    fact("sample.women", mean(sample$woman, na.rm = TRUE)),
    fact("sample.with_missing", nrow(passed)),
    fact("sample.missing.share", mean(is.na(passed[modelled]))),
    do.call(rbind, attrition))
}

reliability <- function(complete, scales) {
  do.call(rbind, lapply(names(scales), function(scale) {
    X <- as.matrix(complete[scales[[scale]]])
    k <- ncol(X)
    n <- nrow(X)
    alpha <- k / (k - 1) * (1 - sum(apply(X, 2, var)) / var(rowSums(X)))
    tail <- (1 - level) / 2
    bounds <- 1 - (1 - alpha) * qf(c(1 - tail, tail), n - 1, (n - 1) * (k - 1))
    at <- paste0("measurement.reliability.", scale)
    rbind(fact(paste0(at, ".items"), k), fact(paste0(at, ".alpha"), alpha, bounds[1], bounds[2]),
          fact(paste0(at, ".mean"), mean(rowMeans(X))), fact(paste0(at, ".sd"), sd(rowMeans(X))))
  }))
}

correlations <- function(complete, scales) {
  means <- lapply(scales, function(items) rowMeans(complete[items]))
  do.call(rbind, combn(names(scales), 2, simplify = FALSE, FUN = function(pair) {
    test <- cor.test(means[[pair[1]]], means[[pair[2]]])
    at <- paste("measurement.correlation", pair[1], pair[2], sep = ".")
    fact(paste0(at, c(".r", ".p")), c(test$estimate, test$p.value))
  }))
}

# HTMT of every pair of scales, with a percentile interval over the same resamples as the book's.
discriminant <- function(complete, scales) {
  X <- as.matrix(complete[unlist(scales)])
  pairs <- combn(names(scales), 2, simplify = FALSE)
  size <- ncol(X)
  ratios_of <- function(triangle) {
    R <- abs(cov2cor(symmetric(triangle, size)))
    dimnames(R) <- list(colnames(X), colnames(X))
    within <- sapply(scales, function(items) mean(R[items, items][upper.tri(diag(length(items)))]))
    sapply(pairs, function(p) mean(R[scales[[p[1]]], scales[[p[2]]]]) / sqrt(prod(within[p])))
  }
  whole <- ratios_of(moments_of(X, matrix(1, 1, nrow(X))))
  draws <- as.integer(settings["htmt_draws"])
  drawn <- t(apply(moments_of(X, read_counts(path("htmt.bin"), draws, nrow(X))), 1, ratios_of))
  bounds <- percentile(drawn, level)
  fact(sapply(pairs, function(p) paste("measurement.htmt", p[1], p[2], sep = ".")), whole, bounds[1, ], bounds[2, ])
}

cells <- function(sample, means) {
  do.call(rbind, lapply(names(means), function(scale) do.call(rbind, lapply(VALENCES, function(valence) {
    do.call(rbind, lapply(INTERACTIONS, function(interaction) {
      x <- means[sample$valence == valence & sample$interaction == interaction, scale]
      bounds <- t.test(x, conf.level = level)$conf.int
      at <- paste("experiment.cell", scale, valence, interaction, sep = ".")
      rbind(fact(paste0(at, c(".n", ".sd")), c(length(x), sd(x))), fact(paste0(at, ".mean"), mean(x), bounds[1], bounds[2]))
    }))
  }))))
}

# Type III sums of squares: each term dropped from the model with contrasts that sum to zero.
analysis_of_variance <- function(sample, means) {
  sources <- c(valence = "valence", interaction = "interaction", "valence:interaction" = "product")
  do.call(rbind, lapply(names(means), function(scale) {
    frame <- data.frame(y = means[[scale]], valence = factor(sample$valence), interaction = factor(sample$interaction))
    fit <- lm(y ~ valence * interaction, frame, contrasts = list(valence = "contr.sum", interaction = "contr.sum"))
    table <- drop1(fit, . ~ ., test = "F")
    do.call(rbind, lapply(names(sources), function(source) {
      one <- table[source, ]
      at <- paste("experiment.anova", scale, sources[source], sep = ".")
      fact(paste0(at, c(".F", ".df1", ".df2", ".p", ".eta2")),
           c(one[["F value"]], one$Df, fit$df.residual, one[["Pr(>F)"]],
             one[["Sum of Sq"]] / (one[["Sum of Sq"]] + deviance(fit))))
    }))
  }))
}

# Welch's test and Hedges' g of negative minus positive comments.
difference <- function(at, negative, positive) {
  test <- t.test(negative, positive, conf.level = level)
  n <- c(length(negative), length(positive))
  pooled <- sqrt(((n[1] - 1) * var(negative) + (n[2] - 1) * var(positive)) / (sum(n) - 2))
  g <- (1 - 3 / (4 * (sum(n) - 2) - 1)) * (mean(negative) - mean(positive)) / pooled
  half <- qnorm((1 + level) / 2) * sqrt(sum(n) / prod(n) + g^2 / (2 * sum(n)))
  rbind(fact(at, mean(negative) - mean(positive), test$conf.int[1], test$conf.int[2]),
        fact(paste0(at, ".g"), g, g - half, g + half),
        fact(paste0(at, c(".t", ".df", ".p")), c(test$statistic, test$parameter, test$p.value)))
}

simple_effects <- function(sample, means) {
  do.call(rbind, lapply(names(means), function(scale) {
    found <- do.call(rbind, lapply(INTERACTIONS, function(interaction) {
      at <- sample$interaction == interaction
      difference(paste("experiment.simple", scale, interaction, sep = "."),
                 means[at & sample$valence == "negative", scale], means[at & sample$valence == "positive", scale])
    }))
    p <- found[grepl("\\.p$", found$name), ]
    rbind(found, fact(paste0(p$name, "_holm"), p.adjust(as.numeric(p$value), "holm")))
  }))
}

checks <- function(sample) {
  perceived <- sample[!is.na(sample$perceived_valence), ]
  by <- split(perceived$perceived_valence, perceived$valence)
  recalled <- sample[!is.na(sample$perceived_interaction) & sample$perceived_interaction != "", ]
  rbind(
    do.call(rbind, lapply(VALENCES, function(valence) {
      fact(paste0("experiment.check.valence.", valence, c(".mean", ".sd")), c(mean(by[[valence]]), sd(by[[valence]])))
    })),
    difference("experiment.check.valence.difference", by$negative, by$positive),
    do.call(rbind, lapply(INTERACTIONS, function(interaction) {
      said <- recalled$perceived_interaction[recalled$interaction == interaction]
      test <- suppressWarnings(prop.test(sum(said == interaction), length(said), conf.level = level, correct = FALSE))
      fact(paste0("experiment.check.interaction.", interaction), test$estimate, test$conf.int[1], test$conf.int[2])
    })))
}

# Attitude on relationship x knowledge: least squares with HC3 errors, residual over (1 - leverage).
moderation <- function(sample, means) {
  centred <- scale(means[c("psr", "pk")], scale = FALSE)
  X <- with(sample, cbind(1, centred, neg, like, reply, neg * like, neg * reply, product = centred[, 1] * centred[, 2]))
  fit <- lm.fit(X, means$pa)
  bread <- solve(crossprod(X))
  se <- sqrt(diag(bread %*% crossprod(X * (fit$residuals / (1 - rowSums((X %*% bread) * X)))) %*% bread))["product"]
  est <- fit$coefficients["product"]
  half <- qt((1 + level) / 2, fit$df.residual) * se
  at <- "robustness.moderation.product"
  rbind(fact(at, est, est - half, est + half), fact(paste0(at, ".p"), 2 * pt(-abs(est / se), fit$df.residual)))
}
