"""Attribution: four questions about a figure, each answered exactly, and none of them causal.

- share: what part of a whole each part is (`share.py`)
- contribution to change: what each part adds to the change of the whole (`contribution.py`)
- driver tree: what each factor of a product contributes to its change (`drivers.py`)
- rate and mix: why a ratio of sums changed, by its parts (`mix.py`)

Those four are pure functions on numbers. The others ask them about the records: `products.py` and `days.py` about drivers, `parts.py`
about dimensions, `plans.py` about a plan's metrics against the days before, `assumptions.py` about what a retro supposes.
"""
