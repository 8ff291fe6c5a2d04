"""Whether a recomputation gives the reviewed numbers: expected against recomputed, by any engine, with one report."""
