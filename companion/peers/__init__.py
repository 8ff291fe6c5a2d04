"""The same numbers from others: other programs, published results, models of the reader's own."""
