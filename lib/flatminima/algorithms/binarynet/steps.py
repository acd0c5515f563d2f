r"""One step of BinaryNet (Hubara et al., NIPS 2016), as unveiling-2021, supplement IV, uses it: no biases, no normalisation.

Each binary weight W = sign V has a latent real weight V in [−1, 1], which collects the small steps that W cannot make.
The network is that of `networks.multilayer`. Its loss is the cross-entropy of the label σ, ln(1 + e^{−σz}), whose
gradient vanishes wherever it exists, since all units and all weights are signs. The straight-through estimator
differentiates the signs as if they were, near zero, straight lines of slope 1:

$$ \frac{\partial\operatorname{sign} h}{\partial h} \to \Theta(1 - |h|), \qquad
   \frac{\partial\operatorname{sign} V}{\partial V} \to 1. $$

These functions are written once, for NumPy and for JAX: give them arrays of one of the two.
"""


def gradient(weights, inputs, labels, shares, scaling=0.5):
    r"""The straight-through gradient of the loss of one network by the weights of every layer.

    $$ E = \sum_\mu a^\mu \ln\big(1 + e^{-\sigma^\mu z^\mu}\big), \qquad
       \delta^\mu_{L+1} = -\frac{a^\mu \sigma^\mu}{1 + e^{\sigma^\mu z^\mu}}, \qquad
       \delta_{l-1} = \Theta(1 - |h_{l-1}|) \odot \frac{W_l^T \delta_l}{\sqrt{N_{l-1}}}, \qquad
       \frac{\partial E}{\partial W_l} = \sum_\mu \frac{\delta^\mu_l (x^\mu_{l-1})^T}{\sqrt{N_{l-1}}} $$

    unveiling-2021, supplement IV, its ref. 38. `weights` is a network of `networks.multilayer`, in floats; `inputs` has
    shape (B, N_0), `labels` and `shares` a ≥ 0 shape (B,). Shares are 1/B for the mean over a mini-batch, or 0 for a place
    in it that is empty. With another `scaling` s, all fields are W x / N^s instead: 0 leaves them undivided. Returns arrays
    of the shapes of the weights, rounded as sums of their type are. The error of a δ_{L+1} is relative to a, not to itself:
    it is zero of a pattern whose stability σz is above 20 in single precision (16 in JAX), 40 in double.

    >>> import numpy as np
    >>> gradient([np.ones((1, 4))], np.ones((1, 4)), np.ones(1), np.ones(1))     # z = 2; −1/2 of 1/(1 + e²) each
    [array([[-0.05960146, -0.05960146, -0.05960146, -0.05960146]])]
    """
    xp = weights[0].__array_namespace__()
    scales = [layer.shape[1] ** -scaling for layer in weights]
    fields, below = [], [inputs]
    for layer, scale in zip(weights, scales):
        fields.append((below[-1] @ layer.T) * scale)
        below.append(xp.sign(fields[-1]))
    stability = labels * fields[-1][:, 0]
    delta = (-labels * shares * (1 - xp.tanh(stability / 2)) / 2)[:, None]  # does not overflow, unlike the exponential
    gradients = []
    for l in reversed(range(len(weights))):
        gradients.append((delta.T @ below[l]) * scales[l])
        if l:
            delta = (delta @ weights[l]) * scales[l] * (xp.abs(fields[l - 1]) <= 1)
    return gradients[::-1]


def step(latent, inputs, labels, shares, rate, scaling=0.5):
    r"""The latent weights after one step on a mini-batch, with learning rate η:

    $$ V_l \leftarrow \operatorname{clip}\Big(V_l - \eta\, \frac{\partial E}{\partial W_l}\Big|_{W = \operatorname{sign} V},
       -1, 1\Big) $$

    unveiling-2021, supplement IV, its ref. 38. Beyond ±1 a latent weight would only take longer to turn. Parameters are
    those of `gradient`, with latent weights for binary ones. A latent weight of zero counts as positive.

    >>> import numpy as np
    >>> step([np.full((1, 4), 0.1)], -np.ones((1, 4)), np.ones(1), np.ones(1), rate=0.5)     # z = −2: an error
    [array([[-0.12019927, -0.12019927, -0.12019927, -0.12019927]])]
    """
    xp = latent[0].__array_namespace__()
    gradients = gradient(binarised(latent), inputs, labels, shares, scaling)
    return [xp.clip(layer - rate * slope, -1, 1) for layer, slope in zip(latent, gradients)]


def binarised(latent):
    """The binary weights of latent ones, ±1 as floats of the same type.

    >>> import numpy as np
    >>> binarised([np.array([[-0.2, 0.0, 0.1]])])
    [array([[-1.,  1.,  1.]])]
    """
    xp = latent[0].__array_namespace__()
    return [xp.where(layer >= 0, 1, -1).astype(layer.dtype) for layer in latent]
