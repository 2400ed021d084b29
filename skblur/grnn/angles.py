"""Circular targets: an angle is regressed as a point on the unit circle."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array

__all__ = ["decode_angle", "encode_angle"]


def encode_angle(degrees: ArrayLike, period: float = 180) -> NDArray[np.floating]:
    r"""Write angles as points on the unit circle.

    An angle :math:`\omega` of period :math:`P` becomes

    .. math:: (\cos 2\pi\omega/P,\ \sin 2\pi\omega/P),

    which for the undirected angles of motion blur, :math:`P = 180`, is
    :math:`(\cos 2\omega, \sin 2\omega)`. The two numbers have no seam: 179 and 1 degrees
    are as near to each other as 89 and 91. Regress them as two outputs and turn the
    predictions back with :func:`decode_angle`.

    Parameters
    ----------
    degrees : array-like of shape (n_samples,)
        Angles in degrees, any finite real numbers.
    period : float, default=180
        After how many degrees the angle repeats: 180 for undirected, 360 for directed
        angles.

    Returns
    -------
    ndarray of shape (n_samples, 2)
        Cosine and sine. float32 stays float32, everything else becomes float64.

    Raises
    ------
    ValueError
        If ``period`` is not positive, or ``degrees`` is not one-dimensional and finite.

    See Also
    --------
    decode_angle : The way back.

    Examples
    --------
    >>> from skblur.grnn.angles import encode_angle
    >>> encode_angle([0, 45, 90]).round(6) + 0.0
    array([[ 1.,  0.],
           [ 0.,  1.],
           [-1.,  0.]])
    """
    degrees = check_array(
        degrees, ensure_2d=False, dtype=(np.float64, np.float32), input_name="degrees"
    )
    if degrees.ndim != 1:
        raise ValueError(f"degrees must have shape (n_samples,), got {degrees.shape}.")
    # The remainder first: cos and sin lose digits at many turns, above all in float32.
    turn = 2 * np.pi / _positive(period)
    radians = np.remainder(degrees, degrees.dtype.type(period)) * degrees.dtype.type(turn)
    return np.column_stack([np.cos(radians), np.sin(radians)])


def decode_angle(cos_sin: ArrayLike, period: float = 180) -> NDArray[np.floating]:
    r"""Read angles back from points of the plane.

    The angle is :math:`\frac{P}{2\pi}\,\mathrm{atan2}(s, c)` in :math:`[0, P)`. The
    points need not lie on the circle: an average of several encoded angles, which is what
    a regressor predicts, decodes to their circular mean. The length of the point,
    between 0 and 1, tells how well the averaged angles agreed.

    Parameters
    ----------
    cos_sin : array-like of shape (n_samples, 2)
        Cosine and sine, or any positive multiple of them.
    period : float, default=180
        The period given to :func:`encode_angle`.

    Returns
    -------
    ndarray of shape (n_samples,)
        Angles in degrees in [0, period). The point (0, 0) has no angle; it decodes to 0.

    Raises
    ------
    ValueError
        If ``period`` is not positive, or ``cos_sin`` is not finite of shape
        (n_samples, 2).

    See Also
    --------
    encode_angle : The way there.

    Examples
    --------
    >>> from skblur.grnn.angles import decode_angle, encode_angle
    >>> float(decode_angle(encode_angle([178, 4]).mean(axis=0, keepdims=True))[0].round(6))
    1.0
    """
    cos_sin = check_array(cos_sin, dtype=(np.float64, np.float32), input_name="cos_sin")
    if cos_sin.shape[1] != 2:
        raise ValueError(f"cos_sin must have shape (n_samples, 2), got {cos_sin.shape}.")
    turn = cos_sin.dtype.type(_positive(period) / (2 * np.pi))
    degrees = np.remainder(np.arctan2(cos_sin[:, 1], cos_sin[:, 0]) * turn, period)
    # The remainder of a tiny negative angle rounds up to the period itself.
    degrees[degrees >= period] = 0
    return degrees


def _positive(period):
    """The period, if it can be one."""
    if not 0 < period < np.inf:
        raise ValueError(f"period must be a positive number of degrees, got {period!r}.")
    return period
