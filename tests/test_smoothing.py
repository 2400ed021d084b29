import numpy as np
from scipy.ndimage import map_coordinates
from sklearn.linear_model import Ridge

from skblur.mapping.smoothing import (
    at_pixels,
    follow_edges,
    mean_field,
    pool_evidence,
    weighted_mean,
)


def test_values_at_pixels_are_linear_interpolation(rng):
    values = rng.random((5, 7))
    rows, columns = np.meshgrid(
        (np.arange(60) - 8) / 12, (np.arange(90) - 8) / 12, indexing="ij"
    )
    slow = map_coordinates(values, [rows, columns], order=1, mode="nearest")
    np.testing.assert_allclose(at_pixels(values, 8, 12, (60, 90)), slow, atol=1e-12)
    planes = np.stack([values, 2 * values], axis=-1)
    np.testing.assert_allclose(at_pixels(planes, 8, 12, (60, 90))[..., 1], 2 * slow)
    single = at_pixels(np.full((1, 1), 3.0), 8, 12, (4, 5))
    np.testing.assert_array_equal(single, np.full((4, 5), 3.0))


def test_pooled_evidence_is_a_mean_over_what_tells(rng):
    log_p = np.full((9, 9, 2), -1.0)
    telling = rng.random((9, 9)) > 0.3
    log_p[~telling] = 0
    pooled = pool_evidence(log_p, telling, 1.0)
    np.testing.assert_allclose(pooled, -1, atol=1e-5)
    nothing = pool_evidence(np.zeros((9, 9, 2)), np.zeros((9, 9), bool), 1.0)
    np.testing.assert_array_equal(nothing, 0)


def test_weighted_mean_ignores_what_has_no_weight(rng):
    values = rng.random((8, 8, 3))
    weights = np.zeros((8, 8), np.float32)
    weights[3, 3] = 0.5
    np.testing.assert_allclose(
        weighted_mean(values, weights, 2.0)[4, 5], values[3, 3], rtol=1e-3
    )


def test_mean_field_removes_an_outlier_and_keeps_a_border():
    log_p = np.zeros((12, 12, 2))
    log_p[:, :6, 0] = log_p[:, 6:, 1] = 1.0
    log_p[4, 3] = 0.0, 0.5
    p = mean_field(log_p, 3.0)
    np.testing.assert_array_equal(p.argmax(axis=-1)[:, :6], 0)
    np.testing.assert_array_equal(p.argmax(axis=-1)[:, 6:], 1)
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(mean_field(log_p, 0.0)[0, 0, 0], np.e / (1 + np.e))


def test_borders_move_to_the_edge_of_the_guide():
    """A soft border four pixels beside an edge becomes a sharp one on it."""
    columns = np.arange(40)
    soft = 1 / (1 + np.exp(-(columns - 23.5) / 3))
    values = np.repeat(soft[None, :, None], 30, axis=0).astype(np.float32)
    # Of grey, and of two colours of one luma.
    right = (columns >= 20)[None, :, None]
    for colours in ([[0.0], [1.0]], [[0.6, 0.2, 0.3], [0.2, 0.4037, 0.3]]):
        left_colour, right_colour = np.array(colours, np.float32)
        guide = np.repeat(np.where(right, right_colour, left_colour), 30, axis=0)
        cut = follow_edges(values, guide, 5, 0.02)[15, :, 0]
        assert cut[20] - cut[19] > 3 * np.diff(soft).max()
    flat = follow_edges(values, np.full((30, 40, 1), 0.5), 2, 0.05)[15, 5:-5, 0]
    np.testing.assert_allclose(flat, soft[5:-5], atol=0.05)


def test_edges_are_followed_by_the_mean_of_local_ridge_regressions(rng):
    """Of each square one by scikit-learn, and of each pixel the mean of those around it."""
    shape, radius, tolerance = (15, 16), 2, 0.3
    guide, values = rng.random((*shape, 3)), rng.random((*shape, 2))
    side = 2 * radius + 1
    regressions = {
        (row, column): Ridge(tolerance**2 * side**2).fit(
            *(
                plane[row : row + side, column : column + side].reshape(side**2, -1)
                for plane in (guide, values)
            )
        )
        for row in range(shape[0] - side + 1)
        for column in range(shape[1] - side + 1)
    }
    found = follow_edges(values, guide, radius, tolerance)
    for row in range(side - 1, shape[0] - side + 1):
        for column in range(side - 1, shape[1] - side + 1):
            said = [
                regressions[row - down, column - across].predict(guide[row, column][None])
                for down in range(side)
                for across in range(side)
            ]
            np.testing.assert_allclose(found[row, column], np.mean(said, axis=0)[0])
