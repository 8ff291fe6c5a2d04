"""Make each mistake of the page "What happens if you forget something on purpose?", and none, and read the chain."""

from pathlib import Path

from companion import sem, study
from companion.analysis import claims, mediation, mistakes

book = study.of_this_book()
items, design = mediation.items_of(book.questionnaire, book.analysis), book.questionnaire.design
chain, stated = [f"serial_{w}" for w in design.interactions], claims.testable(book.stated_claims, design)

made = mistakes.mistaken(book.sample.data, book.mistakes.everybody, book.questionnaire, items)
for name, one in made.items():
    intervals = sem.fit(one.model, one.data).bootstrap(draws=200, seed=2021).ci()
    print(name, *(f"{est:.6f}" for est in intervals.loc[chain, "est"]))
    print(claims.verdicts(intervals, stated))

    one.data.to_csv(f"{name}.csv", index=False)
    Path(f"{name}.txt").write_text(f"{one.model}\n")
