"""Why not, and what would have done: reasons, conflict sets, the price of granting a claim, the cheapest change.

`reasons` is plain data and goes into every solution file. The other modules solve again and are loaded when asked for.
"""

from solver.explain.reasons import Reasons, why_infeasible

__all__ = ["Reasons", "why_infeasible"]
