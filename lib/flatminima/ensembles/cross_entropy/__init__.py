"""What minimising a loss finds: the Gibbs measure of a loss over the weights of a perceptron, and its ground state.

shaping-2020 (16) and Fig. 2, for the cross-entropy; any other loss by the same code.
"""

from flatminima.ensembles.cross_entropy.equations import GibbsState, free_entropy
from flatminima.ensembles.cross_entropy.solutions import solve
from flatminima.ensembles.cross_entropy.curve import trace
from flatminima.ensembles.cross_entropy.instability import instability
from flatminima.ensembles.cross_entropy.enumeration import enumerate_losses

__all__ = ["GibbsState", "enumerate_losses", "free_entropy", "instability", "solve", "trace"]
