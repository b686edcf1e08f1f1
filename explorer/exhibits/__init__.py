"""Results as exhibits: a figure, a network or a table with everything it owes its
reader.
"""

from explorer.exhibits.exhibit import Exhibit
from explorer.exhibits.registry import EXHIBITS, exhibit

__all__ = ["EXHIBITS", "Exhibit", "exhibit"]
