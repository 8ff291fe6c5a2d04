"""Change one answer of the book's survey on purpose, and see which effects move."""

from pathlib import Path

from companion import sem, study
from companion.analysis import mediation

book = study.of_this_book()
items = mediation.items_of(book.questionnaire, book.analysis)
model = mediation.model(items, book.questionnaire.design)
answered = book.sample.data
first, item = answered.index[0], items["psr"][0]
changed = answered.copy()
changed.loc[first, item] = 1 if answered.loc[first, item] == 7 else 7

before, after = (sem.fit(model, answers).estimates.query("op == ':='") for answers in (answered, changed))
for name, one, other in zip(before["lhs"], before["est"], after["est"], strict=True):
    print(f"{name} {one:.6f} {other:.6f}")

answered.to_csv("answered.csv", index=False)
changed.to_csv("changed.csv", index=False)
Path("model.txt").write_text(f"{model}\n")
