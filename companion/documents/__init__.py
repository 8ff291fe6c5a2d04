"""A text in blocks, such as a section of a paper or a form to register, and the formats in which it is written."""
