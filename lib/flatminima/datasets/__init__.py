"""Real data: images read from files that are checked, and made into patterns or into tasks as the papers do.

`python -m flatminima.datasets mnist cifar-10` has data sets ready, and says where they are.
"""

from flatminima.datasets.cifar import cifar10
from flatminima.datasets.digits import mnist
from flatminima.datasets.fashion import fashion_mnist
from flatminima.datasets.images import Images
from flatminima.datasets.preparation import reshuffled, subset, two_classes
from flatminima.datasets.sources import DatasetDamaged, DatasetMissing
from flatminima.datasets.tasks import EVEN, ODD, binary_task

__all__ = [
    "EVEN", "ODD", "DatasetDamaged", "DatasetMissing", "Images", "binary_task", "cifar10", "fashion_mnist", "mnist",
    "reshuffled", "subset", "two_classes",
]  # fmt: skip
