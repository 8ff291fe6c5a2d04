"""A survey file of any tool -> text cells -> answers in the questionnaire's names and codes.

The walk: bytes -> rows of text (`container`, `workbook`), held by column (`cells`) -> responses and their columns
(`any_tool`: a file a format, such as `qualtrics`) -> answers (`translation`). `companion.survey.imported` walks it,
with a mapping between the last two where the columns have other names.
"""

from companion.survey.exports.translation import Export

__all__ = ["Export"]
