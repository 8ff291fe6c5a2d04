"""A class: a survey and a key for each student, and the marking of what students hand in."""
