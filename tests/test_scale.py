import numpy as np
import pytest

from skblur.images.scale import block_means, halve, level_size, pyramid


@pytest.mark.parametrize("shape", [(6, 8), (7, 9), (2, 3)])
def test_halve_is_the_mean_of_blocks(shape, rng):
    luma = rng.random(shape)
    slow = [
        [luma[i : i + 2, j : j + 2].mean() for j in range(0, shape[1] - 1, 2)]
        for i in range(0, shape[0] - 1, 2)
    ]
    np.testing.assert_allclose(halve(luma), slow)
    assert halve(luma.astype(np.float32)).dtype == np.float32


def test_pyramid_ends_before_it_is_too_small(rng):
    luma = rng.random((300, 200))
    shapes = [level.shape for level in pyramid(luma, 64)]
    assert shapes == [(300, 200), (150, 100)]
    assert list(pyramid(luma, 201)) == []
    assert level_size(12.0, 2) == 3.0


@pytest.mark.parametrize("shape", [(8, 12), (9, 13)])
def test_block_means(shape, rng):
    luma = rng.random(shape)
    shrunk = block_means(luma, 4)
    assert shrunk.shape == (-(-shape[0] // 4), -(-shape[1] // 4))
    assert shrunk[1, 2] == pytest.approx(luma[4:8, 8:12].mean())
