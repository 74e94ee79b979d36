"""`python -m solver.bounds.highs`: programs in JSON on standard input, HiGHS's answers on standard output.

A process of its own, because HiGHS and the constraint solver cannot be loaded together. Two kinds of request, each
with a limit in seconds (or null) for each program: {"relaxed": [program, ...]} solves linear programs; {"solvable":
[program, ...]} says of integer programs whether they have a solution: {"verdict": "yes", "no" or "unknown", "columns": the
values of one, if there is any}.
"""

import json
import sys
from typing import Any

import highspy
import numpy as np


def relaxed(program: dict[str, Any], seconds: float | None) -> dict[str, list[float]]:
    """Row multipliers and column values of max costs x, rows at most their bound, 0 <= x <= 1; empty without optimum."""
    rows = program["rows"]
    columns = len(program["costs"])
    lp = _matrix(rows, columns)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(program["costs"], dtype=np.double)
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    lp.row_upper_ = np.array([row["most"] for row in rows], dtype=np.double)
    highs = _run(lp, seconds)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return {}
    solution = highs.getSolution()
    return {"duals": [float(dual) for dual in solution.row_dual], "columns": [float(x) for x in solution.col_value]}


def solvable(program: dict[str, Any], seconds: float | None) -> dict[str, Any]:
    """Whether an integer program has a solution, and one if it has."""
    rows, bounds = program["rows"], program["bounds"]
    if not bounds:  # HiGHS has no verdict on a program without columns: every row is 0 then
        is_met = all((r["low"] or 0) <= 0 <= (0 if r["high"] is None else r["high"]) for r in rows)
        return {"verdict": "yes" if is_met else "no", "columns": []}
    lp = _matrix(rows, len(bounds))
    lp.col_cost_ = np.zeros(len(bounds))
    lp.col_lower_ = np.array([low for low, _ in bounds], dtype=np.double)
    lp.col_upper_ = np.array([high for _, high in bounds], dtype=np.double)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[whole] for whole in program["whole"]]
    lp.row_lower_ = np.array([-highspy.kHighsInf if r["low"] is None else r["low"] for r in rows], dtype=np.double)
    lp.row_upper_ = np.array([highspy.kHighsInf if r["high"] is None else r["high"] for r in rows], dtype=np.double)
    highs = _run(lp, seconds)
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return {"verdict": "yes", "columns": [float(x) for x in highs.getSolution().col_value]}
    return {"verdict": "no" if status == highspy.HighsModelStatus.kInfeasible else "unknown", "columns": []}


def _run(lp: highspy.HighsLp, seconds: float | None) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # shipped without types
    highs.setOptionValue("output_flag", False)  # noqa: FBT003  # its signature
    highs.setOptionValue("threads", 1)
    if seconds is not None:
        highs.setOptionValue("time_limit", seconds)
    highs.passModel(lp)
    highs.run()
    return highs


def _matrix(rows: list[dict[str, Any]], columns: int) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(rows)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row["columns"]) for row in rows)])
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row["columns"]], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for row in rows for value in row["values"]], dtype=np.double)
    return lp


def main() -> None:
    """Answer each line of standard input with a line."""
    for line in sys.stdin:
        request = json.loads(line)
        if "relaxed" in request:
            answer: list[Any] = [relaxed(program, request["seconds"]) for program in request["relaxed"]]
        else:
            answer = [solvable(program, request["seconds"]) for program in request["solvable"]]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
