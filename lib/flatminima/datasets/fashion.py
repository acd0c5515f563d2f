"""Fashion-MNIST: 70 000 grey images of clothes (Xiao, Rasul and Vollgraf, arXiv:1708.07747; shaping-2020, ref. 29)."""

from flatminima.datasets import idx, images
from flatminima.datasets.routes import GzipFiles
from flatminima.datasets.sources import Source

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)
FASHION_MNIST = Source(
    "fashion-mnist",
    {
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    GzipFiles("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"),
    debian="dataset-fashion-mnist",
)


def fashion_mnist(source=FASHION_MNIST):
    """Read Fashion-MNIST, 60 000 images for training and 10 000 for tests, from where `Source.content` finds it.

    Takes half a second. Raises DatasetMissing, which says what to install, and DatasetDamaged.
    `source` names another data set in the same four files with the same ten classes.
    """
    return images.read(source, idx.arrays, CLASSES)
