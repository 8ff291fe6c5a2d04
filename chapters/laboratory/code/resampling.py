"""Resample the people of the book's survey, and read three intervals of the whole chain with a reply."""

from pathlib import Path

from scipy.stats import norm

from companion import sem, study
from companion.analysis import mediation

book = study.of_this_book()
model = mediation.model(mediation.items_of(book.questionnaire, book.analysis), book.questionnaire.design)
answers = book.sample.data
fit = sem.fit(model, answers)
draws = fit.bootstrap(draws=1000, seed=2021)

bounds = ["ci_lower", "ci_upper"]
print("percentile", *draws.ci().loc["serial_reply", bounds])
print("bias-corrected", *draws.ci(kind="bias-corrected").loc["serial_reply", bounds])
row = fit.estimates.set_index("lhs").loc["serial_reply"]
half = norm.ppf(0.975) * row["se"]
print("delta", row["est"] - half, row["est"] + half)

answers.to_csv("resampling.csv", index=False)
Path("resampling.txt").write_text(f"{model}\n")
