// The voice of the self-tests. What an answer says is shown by the style sheet; this says it aloud.
addEventListener("change", ({ target }) => {
  const answer = target.closest(".self-test .answer");
  if (!answer) return;
  const said = [...answer.querySelector(".feedback").children].map(part => part.textContent.trim().replace(/\s+/g, " "));
  answer.parentElement.querySelector("[role=status]").textContent = said.join(" ");
});
