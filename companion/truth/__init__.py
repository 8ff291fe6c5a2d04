"""A written-down truth: what follows from it, surveys drawn from it, what the analysis finds of it."""
