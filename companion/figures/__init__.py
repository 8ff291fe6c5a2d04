"""How results look: one style, one module for each family of figures."""
