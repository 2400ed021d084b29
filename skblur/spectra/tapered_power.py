"""Power of patches under several tapers, by the symmetries of tapers and transforms."""

from functools import lru_cache

import numpy as np

__all__ = []


def tapered_power(images, down, across):
    """Power of images (n, H, W), less their means, averaged over all pairs of tapers.

    Tapers are even or odd about the middle. About the middle, too, a Fourier transform is
    a cosine and a sine transform, so each of them needs of an image only what is even or
    what is odd along the axis: half of the values for half of the frequencies. With EE to
    OO the four transforms of the four parts, the power at frequencies (u, v) and (u, -v)
    is ``q + r`` and ``q - r``,

    ``q = EE^2 + EO^2 + OE^2 + OO^2``,  ``r = 2 (EO OE - EE OO)``.

    Returns
    -------
    ndarray of shape (2, n, H // 2 + 1, W // 2 + 1)
        At frequencies (u, v), then at (u, -v), for u and v from 0 up.
    """
    images = images - images.mean(axis=(1, 2), keepdims=True)
    to_rows, to_columns = (
        _transforms(tapers.tobytes(), tapers.shape[1], images.dtype)
        for tapers in (down, across)
    )
    ee, eo, oe, oo = (
        _transform_both(part, to_row, to_column)
        for half, to_row in zip(_halves(images.swapaxes(0, 1), 0), to_rows, strict=True)
        for part, to_column in zip(_halves(half, 2), to_columns, strict=True)
    )
    # In place, each part into its square, once the products are taken.
    r = eo * oe
    r -= ee * oo
    q = np.multiply(eo, eo, out=eo)
    for part in (ee, oe, oo):
        q += np.multiply(part, part, out=part)
    rows, columns = (side // 2 + 1 for side in images.shape[1:])
    shape = len(down), rows, len(images), len(across), columns
    q, r = (_sum_over_tapers(part.reshape(shape)) for part in (q, r))
    r *= 2
    power = np.stack([q + r, q - r])
    power /= len(down) * len(across)
    # Rounding may leave a difference just below zero.
    return np.maximum(power, 0, out=power)


def _sum_over_tapers(values):
    """Sums (n, U, V) of values (n_down, U, n, n_across, V): long adds, not many short."""
    by_column = sum(values[1:], start=values[0])
    n_across = by_column.shape[2]
    total = sum((by_column[:, :, i] for i in range(1, n_across)), start=by_column[:, :, 0])
    return total.swapaxes(0, 1)


def _halves(images, axis):
    """What is even and what is odd about the middle of an axis, from the edge inwards."""
    side = images.shape[axis]
    images = np.moveaxis(images, axis, 0)
    near, far = images[: side // 2], images[: -(side // 2) - 1 : -1]
    even, odd = near + far, near - far
    if side % 2:
        even = np.concatenate([even, images[side // 2][None]])
    return np.moveaxis(even, 0, axis), np.moveaxis(odd, 0, axis)


@lru_cache(maxsize=32)
def _transforms(taper_bytes, side, dtype):
    """Matrices (n_tapers * n_frequencies, n) for the even and the odd half of an axis.

    An even taper passes what is even on to the cosine, an odd one to the sine. The sign
    is chosen such that `tapered_power` need not tell them apart.
    """
    tapers = np.frombuffer(taper_bytes).reshape(-1, side)
    places = np.arange(side) - (side - 1) / 2
    angles = 2 * np.pi / side * np.outer(np.arange(side // 2 + 1), places)
    is_even = ((tapers * tapers[:, ::-1]).sum(axis=1) > 0)[:, None, None]
    even = np.where(is_even, np.cos(angles), np.sin(angles)) * tapers[:, None]
    odd = np.where(is_even, np.sin(angles), -np.cos(angles)) * tapers[:, None]
    return [
        half[..., :n].reshape(len(tapers) * len(angles), n).astype(dtype)
        for half, n in ((even, (side + 1) // 2), (odd, side // 2))
    ]


def _transform_both(part, down, across):
    """Transforms (n_down * n_images, n_across) of a part (rows, n_images, columns)."""
    n_rows, n_images, n_columns = part.shape
    partial = down @ part.reshape(n_rows, n_images * n_columns)
    return partial.reshape(len(down) * n_images, n_columns) @ across.T
