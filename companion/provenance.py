"""How a simulated survey is known wherever its file goes: two marks in every row, either of which is enough.

They stand in the code and not among the settings, so that no setting makes simulated answers pass for those of people.
"""

MARK_COLUMN = "data_origin"
MARK = "simulated"
ID_PREFIX = "R_SIMULATED_"
