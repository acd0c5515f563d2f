"""Real data: images read from files that are checked, and made into patterns as shaping-2020 does."""

from flatminima.datasets.fashion import Images, fashion_mnist
from flatminima.datasets.preparation import reshuffled, subset, two_classes
from flatminima.datasets.sources import DatasetDamaged, DatasetMissing

__all__ = ["DatasetDamaged", "DatasetMissing", "Images", "fashion_mnist", "reshuffled", "subset", "two_classes"]
