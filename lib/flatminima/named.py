"""Constants that stay the same object when they travel between processes."""

import sys


class Named:
    """A class whose instances are pickled by their name, if its module has one for them.

    A copy of a constant is equal to it, but `weights is BINARY` would be false in the worker that received it.

    >>> import pickle
    >>> from flatminima import BINARY
    >>> pickle.loads(pickle.dumps(BINARY)) is BINARY
    True
    """

    def __reduce_ex__(self, protocol):
        for name, value in vars(sys.modules[type(self).__module__]).items():
            if value is self:
                return name
        return super().__reduce_ex__(protocol)
