"""`python -m solver.bounds.highs`: linear programs in JSON on standard input, their row multipliers on standard output.

A process of its own, because HiGHS and the constraint solver cannot be loaded together.
"""

import json
import sys
from typing import Any

import highspy
import numpy as np


def multipliers(program: dict[str, Any]) -> list[float]:
    """The duals of max costs x, rows, 0 <= x <= 1; zeros if HiGHS does not reach an optimum."""
    rows = program["rows"]
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)  # noqa: FBT003
    highs.setOptionValue("threads", 1)
    highs.passModel(_model(program))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return [0.0] * len(rows)
    return [float(dual) for dual in highs.getSolution().row_dual]


def _model(program: dict[str, Any]) -> highspy.HighsLp:
    rows, columns = program["rows"], len(program["costs"])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(program["costs"], dtype=np.double)
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    lp.row_upper_ = np.array([row["most"] for row in rows], dtype=np.double)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row["columns"]) for row in rows)])
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row["columns"]], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for row in rows for value in row["values"]], dtype=np.double)
    return lp


if __name__ == "__main__":
    json.dump([multipliers(program) for program in json.load(sys.stdin)], sys.stdout)
