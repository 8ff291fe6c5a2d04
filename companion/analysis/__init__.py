"""From the analysed sample to estimates, intervals and verdicts."""
