"""From a survey export to every number of the book, a room for each step."""
