"""sopgen: plans, metrics and SOPs of an operations team as checked text, and a site made from them.

Read `sopgen/pipeline.py` first: it is the whole program in order.
"""

__version__ = "0.1.0"
