"""Deep networks with binary weights on real images: errors, overlaps of pairs and local energy. unveiling-2021, Fig. 8.

Many runs for each size of the training set; the images have to be installed, and JAX is wanted (`make deep`). On one core
about half an hour for MNIST and for Fashion-MNIST, two hours for CIFAR-10, whose two largest sizes take most of it. Groups
of runs wait in build/ until all of a size are there: an interrupted study goes on with the next group.

    python results/unveiling-2021/deep.py
"""

import numpy as np

from flatminima import datasets, sweeps
from flatminima.algorithms import binarynet
from flatminima.files import project_root
from flatminima.landscape import local_energy, matching
from flatminima.networks import multilayer
from flatminima.sweeps import store

IMAGES = {"MNIST": datasets.mnist, "Fashion-MNIST": datasets.fashion_mnist, "CIFAR-10": datasets.cifar10}
# As published: hidden layers and learning rate.
HIDDEN = {"MNIST": (101, 101), "Fashion-MNIST": (201, 201), "CIFAR-10": (501, 501, 501)}
RATE = {"MNIST": 5, "Fashion-MNIST": 5, "CIFAR-10": 10}
GROUP = {"MNIST": 5, "Fashion-MNIST": 5, "CIFAR-10": 1}  # runs that are kept together
PROBABILITIES = np.array([0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5])  # of a flip
ROOM = 25_000  # bytes of weights to keep: two networks for digits, one for clothes, none for CIFAR-10

# What the paper leaves open. The first reading is ours, the others change something of the images, or of the training.
READINGS = {
    "ours": ({}, {}),
    "other images": ({"seed": [2021, 9]}, {}),
    "pixels from -1 to 1": ({"centred": False}, {}),
    "two classes": ({}, {}),
    "mini-batches of 20": ({}, {"batch": 20}),
    "latent from -1 to 1": ({}, {"spread": 1}),
    "fields not divided": ({}, {"scaling": 0}),
    "fields not divided, rate/100": ({}, {"scaling": 0, "rate": 0.05}),
    "three epochs": ({}, {"epochs": 3}),  # for the tests, which repeat it
}
PAIR = {"Fashion-MNIST": (3, 4), "CIFAR-10": (3, 5)}  # of "two classes"; Dress and Coat, cat and dog


def task(dataset, reading, size):
    """The training set: the first images of one random order of all, odd labels against even ones."""
    chosen = {"seed": [2021, 8]} | READINGS[reading][0]
    if reading == "two classes":
        chosen |= {"positive": PAIR[dataset][:1], "negative": PAIR[dataset][1:]}
    return datasets.binary_task(IMAGES[dataset](), size, **chosen)


def train(dataset, reading, size, first, last):
    """The weights after runs `first` to `last`, packed."""
    training = {"rate": RATE[dataset], "seeds": [[2021, 8, run] for run in range(first, last + 1)]} | READINGS[reading][1]
    return {"weights": multilayer.pack(binarynet.learn(*task(dataset, reading, size), HIDDEN[dataset], **training).weights)[0]}


def trained(unit):
    """The same, from build/ if it is there."""
    try:
        return TRAINING.outcome(unit)["weights"]
    except store.UnusableOutcome:
        arrays = store.as_arrays(train(**unit))
        store.write(TRAINING.path(unit), arrays, TRAINING.origin(unit))
        return arrays["weights"]


def compare(dataset, reading, size, runs):
    """Train all runs on one training set; then compare all pairs, and flip weights of the first network."""
    parts = groups(dataset, reading, size, runs)
    # A single group is trained here and now: so the tests repeat all of it.
    bits = np.concatenate([trained(part) for part in parts] if len(parts) > 1 else [train(**parts[0])["weights"]])
    inputs, labels = task(dataset, reading, size)
    weights = multilayer.unpack(bits, (inputs.shape[1], *HIDDEN[dataset], 1))
    networks = [[layer[run] for layer in weights] for run in range(runs)]
    pairs = matching.pairwise(weights)
    profile = local_energy.profile(networks[0], inputs, labels, PROBABILITIES, repetitions=20, seed=[2021, 8])
    return {
        "errors": [multilayer.errors(network, inputs, labels) for network in networks],
        "layers": pairs.layers,
        "total": pairs.total,
        "distances": profile.distances,
        "energy": profile.errors,
        "energy_error": profile.standard_error,
        "kept": bits[: ROOM // bits.shape[1]],
    }


def groups(dataset, reading, size, runs):
    common = {"dataset": dataset, "reading": reading, "size": size}
    step = GROUP[dataset]
    return [common | {"first": first, "last": min(first + step, runs) - 1} for first in range(0, runs, step)]


# Runs at each size of the training set: as many as published, but fewer where one takes long.
RUNS = {
    "MNIST": dict.fromkeys([100, 200, 500, 1000, 1521, 3000, 6000, 12000], 20),
    "Fashion-MNIST": dict.fromkeys([50, 100, 200, 500, 1000, 2000, 4000], 20) | {8000: 10, 20000: 5},
    "CIFAR-10": dict.fromkeys([500, 1000], 15) | {8643: 8, 20000: 2},
}
OTHERS = [reading for reading in READINGS if reading not in ("ours", "three epochs")]
ALTERNATIVES = {  # sizes, and the readings that are tried there, with five runs each
    "MNIST": ([1521], [reading for reading in OTHERS if reading != "two classes"]),
    "Fashion-MNIST": ([100, 1000], OTHERS),
    "CIFAR-10": ([500], ["pixels from -1 to 1", "two classes", "latent from -1 to 1"]),
}
UNITS = [{"dataset": "Fashion-MNIST", "reading": "three epochs", "size": 100, "runs": 2}] + [
    {"dataset": dataset, "reading": "ours", "size": size, "runs": runs}
    for dataset in IMAGES for size, runs in RUNS[dataset].items()
] + [
    {"dataset": dataset, "reading": reading, "size": size, "runs": 5}
    for dataset, (sizes, readings) in ALTERNATIVES.items() for size in sizes for reading in readings
]
STUDY = sweeps.Study(
    "unveiling-2021/deep",
    compare,
    units=UNITS,
    version=1,
    recompute=UNITS[0],
    tolerance=1e-3,
    workers=1,
)
TRAINING = sweeps.Study(
    "unveiling-2021/deep-training",
    train,
    units=[group for unit in UNITS for group in groups(**unit)],
    version=1,
    recompute=groups(**UNITS[0]),
    tolerance=1e-3,
    folder=project_root() / "build" / "deep-training",
)

if __name__ == "__main__":
    sweeps.main(STUDY)
