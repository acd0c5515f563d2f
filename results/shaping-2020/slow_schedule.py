"""How long ceSGD-slow takes, for several values of the beta_1 that the paper does not give, and for other readings of the loss.

One sample of the published size a setting: the spread between samples is smaller than the effects. Four minutes on two cores.

    python results/shaping-2020/slow_schedule.py
"""

import math

import numpy as np

from flatminima import sweeps
from flatminima.algorithms import gradient
from flatminima.networks import random_patterns, tree_committee

MACHINE, PATTERNS = tree_committee(9, 999), 1000
# Readings of what the paper leaves open: the factor of the sum of the units, and the loss of a mini-batch of 100.
OUTPUTS = {"sum/sqrt(K)": 1.0, "sum": math.sqrt(9), "sum/K": 1 / math.sqrt(9)}  # in units of the first
STEPS = {"sum": 1.0, "mean": 1 / 100}
FROZEN, MOST = 50.0, 16_000  # at this beta hardly a unit has a slope; the paper's runs end before this epoch


def schedule(beta_1, output, step, sample):
    """Run until the loss summed over all patterns is 1e-7, the last of three readings; NaN where one is not reached."""
    patterns, slow = random_patterns(PATTERNS, 999, seed=[2020, sample]), dict(gradient.SLOW)
    # f_γ(cs) = c f_{cγ}(s): another output is another γ, another rate and another unit of the loss.
    scale, goal = OUTPUTS[output], slow["stop"]
    slow |= {"gamma_0": scale * slow["gamma_0"], "rate": scale * STEPS[step] * slow["rate"], "stop": goal / scale / PATTERNS}
    frozen = math.ceil(math.log(FROZEN / slow["beta_0"]) / math.log1p(beta_1)) if beta_1 else MOST
    run = gradient.learn(patterns, MACHINE, **slow, beta_1=beta_1, seed=[2020, sample, 14], max_epochs=min(frozen, MOST))
    losses = scale * run.losses
    terms = np.array([1, 100, PATTERNS])  # patterns whose losses are added: the mean, a mini-batch, all
    reached = [np.flatnonzero(losses <= limit)[:1] for limit in goal / terms]
    return {
        "terms": terms,
        "epochs_to_goal": np.array([found[0] + 1.0 if found.size else math.nan for found in reached]),
        "errors_at_goal": np.array([float(run.wrong[found[0]]) if found.size else math.nan for found in reached]),
        "epochs": run.epochs,
        "errors": run.errors,
        "least_errors": run.wrong.min(),
        "losses": losses[99::100],
        "wrong": run.wrong[99::100],
    }


def unit(beta_1, output="sum/sqrt(K)", step="sum"):
    return {"beta_1": beta_1, "output": output, "step": step, "sample": 0}


STUDY = sweeps.Study(
    "shaping-2020/slow_schedule",
    schedule,
    units=[
        *(unit(beta_1) for beta_1 in (0.0, 1e-4, 1.5e-4, 2e-4, 3e-4, 4e-4, 2e-3)),
        *(unit(2e-4, output=output) for output in ("sum", "sum/K")),
        unit(2e-4, step="mean"),
    ],
    version=1,
    recompute=unit(2e-3),
    tolerance=1e-9,
)

if __name__ == "__main__":
    sweeps.main(STUDY)
