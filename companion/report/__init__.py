"""The Results section of a paper about one survey: what it says, and how it is written down."""
