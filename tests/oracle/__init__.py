"""A slow second opinion on every number: exact fractions, one row at a time, after the words of the definitions.

It shares no line with `sopgen.compute` or `sopgen.tables`: where the two disagree, one of them is wrong.
"""
