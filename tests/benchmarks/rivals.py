"""fairpyx and spopt, in an environment of their own: `PYTHON rivals.py CONTENDER FILE SECONDS` prints JSON.

Nothing of this project is imported here. Times are of the solving call alone, without imports.
"""

import json
import sys
import time
import warnings
from pathlib import Path


def fairpyx(problem, seconds):
    """The chance of each agent in the leximin lottery of Kurokawa, Procaccia and Shah (`leximin_primal`), smallest first.

    What it hands out adds up the lotteries of all its rounds, so the chances are read from its last linear program.
    """
    import fairpyx
    from fairpyx.algorithms import kurokawa_procaccia_shah_leximin as module

    lotteries = []
    original = module.primal_lp

    def recorded(*arguments):
        found = original(*arguments)
        lotteries.append({allocation: weight.value() for allocation, weight in found[2].items()})
        return found

    module.primal_lp = recorded
    agents = problem["agents"]
    instance = fairpyx.Instance(
        valuations={agent: {room: int(room in rooms) for room in problem["rooms"]} for agent, rooms in agents.items()},
        agent_capacities=dict.fromkeys(agents, 1),
        item_capacities=dict.fromkeys(problem["rooms"], 1),
    )
    started = time.monotonic()
    module.leximin_primal(fairpyx.AllocationBuilder(instance))
    elapsed = time.monotonic() - started
    chances = dict.fromkeys(agents, 0.0)
    for allocation, weight in lotteries[-1].items():
        for agent in {agent for agent, _ in allocation}:
            chances[agent] += weight
    return {"answer": sorted(chances.values()), "complete": True, "seconds": elapsed}


def spopt(problem, seconds):
    """The largest least distance that `PDispersion` finds with CBC; complete only if CBC says that it is optimal.

    `sol_status` 1 means optimal; the status that PuLP calls Optimal is given to runs cut short too.
    """
    import numpy as np
    import pulp
    from spopt.locate import PDispersion

    points = np.array(problem["points"])
    distances = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    started = time.monotonic()
    model = PDispersion.from_cost_matrix(distances, problem["places"])
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds))
    elapsed = time.monotonic() - started
    chosen = [i for i, column in enumerate(model.fac_vars) if column.value() and column.value() > 0.5]
    least = min(distances[i, j] for i in chosen for j in chosen if i < j)
    return {"answer": float(least), "complete": model.problem.sol_status == 1, "seconds": elapsed}


def main(contender, path, seconds):
    warnings.simplefilter("ignore")
    found = {"fairpyx": fairpyx, "spopt": spopt}[contender](json.loads(Path(path).read_text()), float(seconds))
    lines = Path("/proc/self/status").read_text().splitlines()
    peak_mb = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    sys.stdout.write(json.dumps(found | {"peak_mb": peak_mb}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
