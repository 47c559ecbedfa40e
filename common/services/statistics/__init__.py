"""Figures for editors: of their articles, and of the people who follow them (docs/figures.md).

`days` counts events by day and article, `rolling_up` keeps what it counts for ever, `articles`,
`totals` and `followers` add it up.
"""
