"""Draw the first survey of the page "What would another survey have shown?" and analyse it."""

from pathlib import Path

import numpy as np

from companion import sem, study
from companion.analysis import claims, mediation
from companion.study import TRUTHS
from companion.survey.design import DESIGN
from companion.truth import plan, recovery

book = study.of_this_book()
items = mediation.items_of(book.questionnaire, book.analysis)
truth = book.truth(TRUTHS["reversal"])
people, survey, draws = 360, 1, 200
reliability = plan.omega(truth, items["psr"])  # as written, or one that you choose
truth = plan.as_reliable(truth, items["psr"], reliability)

seed = int(np.random.SeedSequence([truth.seed, people]).generate_state(500)[survey - 1])
_, answers = recovery.as_answered(truth, people, seed, recovery.turned_items(book.questionnaire))
model = mediation.model(items, DESIGN)
intervals = sem.fit(model, answers).bootstrap(draws=draws, seed=seed).ci()

chain = ["serial_none", "serial_like", "serial_reply"]
print(intervals.loc[chain, ["est", "ci_lower", "ci_upper"]])
print(claims.verdicts(intervals, book.stated_claims))

answers.to_csv("another-survey.csv", index=False)
Path("another-survey.txt").write_text(f"{model}\n")
