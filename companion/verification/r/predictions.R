# What the study's model predicts for the mean score of each construct in each group: the mean score of all people, moved
# by the mean loading times what the paths carry from the groups' mean condition to the group's own.

VERSIONS <- expand.grid(valence = c("positive", "negative"), interaction = c("none", "like", "reply"), stringsAsFactors = FALSE)

# Latent means, a column a latent variable and a row a draw, for values of the observed predictors.
latent_means <- function(table, est, x) {
  eta <- list()
  paths <- table[table$op == "~", ]
  names <- name_of(paths)
  for (y in unique(paths$lhs)) {
    own <- which(paths$lhs == y)
    from <- lapply(paths$rhs[own], function(name) if (is.null(eta[[name]])) x[[name]] else eta[[name]])
    eta[[y]] <- Reduce(`+`, Map(function(name, value) est[, name] * value, names[own], from))
  }
  eta
}

# Predicted means, a column a construct and group, from estimates and from means of the observed variables, draws x names.
predictions <- function(fit, est, means) {
  table <- parTable(fit)
  scales <- with(table[table$op == "=~", ], split(rhs, factor(lhs, unique(lhs))))
  average <- latent_means(table, est, as.list(as.data.frame(means, optional = TRUE)))
  found <- lapply(seq_len(nrow(VERSIONS)), function(i) {
    x <- with(VERSIONS[i, ], list(neg = as.numeric(valence == "negative"), like = as.numeric(interaction == "like"),
                                  reply = as.numeric(interaction == "reply")))
    x[["neg:like"]] <- x$neg * x$like
    x[["neg:reply"]] <- x$neg * x$reply
    eta <- latent_means(table, est, x)
    sapply(names(scales), function(scale) {
      items <- scales[[scale]]
      rowMeans(means[, items, drop = FALSE]) + rowMeans(est[, items, drop = FALSE]) * (eta[[scale]] - average[[scale]])
    })
  })
  found <- do.call(cbind, lapply(found, function(one) matrix(one, nrow = nrow(est))))
  at <- paste(VERSIONS$valence, VERSIONS$interaction, sep = ".")
  colnames(found) <- paste(rep(names(scales), length(at)), rep(at, each = length(scales)), sep = ".")
  found
}
