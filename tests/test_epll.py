import numpy as np
import pytest
from scipy.stats import multivariate_normal

from skblur.deconvolution.patch_denoising import denoise, denoise_patches, tune
from skblur.deconvolution.patch_prior import PatchPrior, patch_basis, shipped_prior
from skblur.deconvolution.patch_sketch import (
    _products,
    _sketch_basis,
    shortlist,
    sketch_prior,
)
from skblur.training.patch_prior import draw_patches, train_patch_prior

DEVIATION = 0.03


@pytest.fixture(scope="module")
def prior(photos):
    return train_patch_prior(photos, 5, n_patches=3000, max_iter=10)


def covariance(prior, k):
    vectors = prior.eigenvectors[k].astype(float)
    return vectors * prior.eigenvalues[k] @ vectors.T


def slow_denoise(patches, prior, variance):
    """Patch by patch with full covariances, in the 63 dimensions without the mean."""
    basis = patch_basis().astype(float)
    inside = [basis.T @ covariance(prior, k) @ basis for k in range(len(prior.weights))]
    noisy = [c + variance * np.eye(63) for c in inside]
    clean = np.empty_like(patches)
    for i, patch in enumerate(patches):
        z = basis.T @ patch
        score = [
            np.log(w) + multivariate_normal.logpdf(z, np.zeros(63), c)
            for w, c in zip(prior.weights, noisy, strict=True)
        ]
        k = int(np.argmax(score))
        clean[i] = patch.mean() + basis @ inside[k] @ np.linalg.solve(noisy[k], z)
    return clean


def test_denoising_equals_slow_loop(prior, photos, rng, monkeypatch):
    """Exactly so if no eigenvector is taken for flat, and all components are asked."""
    monkeypatch.setattr("skblur.deconvolution.patch_denoising.FLAT", 0)
    monkeypatch.setattr("skblur.deconvolution.patch_sketch.MARGIN", np.inf)
    patches = draw_patches(photos, 200, np.random.RandomState(1)).astype(float)
    patches += DEVIATION * rng.standard_normal(patches.shape)
    found = denoise_patches(patches, tune.__wrapped__(prior, DEVIATION**2))
    expected = slow_denoise(patches, prior, DEVIATION**2)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_flat_tail_hardly_matters(prior, photos, rng, monkeypatch):
    """By itself: what a shortlist costs another test asks."""
    monkeypatch.setattr("skblur.deconvolution.patch_sketch.MARGIN", np.inf)
    patches = draw_patches(photos, 500, np.random.RandomState(1))
    patches += (DEVIATION * rng.standard_normal(patches.shape)).astype(np.float32)
    found = denoise_patches(patches, tune(prior, DEVIATION**2))
    expected = slow_denoise(patches, prior, DEVIATION**2)
    assert np.sqrt(np.mean((found - expected) ** 2)) < 0.1 * DEVIATION


def test_sketch_is_the_likelihood_where_bands_are_even(rng):
    """Of cosines that are independent, and of one variance in each band."""
    basis, starts = _sketch_basis()
    n_singles, bands = starts[0], np.diff([*starts, 63])
    variances = [
        np.r_[
            rng.uniform(0.01, 0.1, n_singles), np.repeat(rng.uniform(0.001, 0.01, 4), bands)
        ]
        for _ in range(3)
    ]
    order = [np.argsort(-v) for v in variances]
    prior = PatchPrior(
        np.array([0.5, 0.3, 0.2]),
        np.array([v[o] for v, o in zip(variances, order, strict=True)]),
        np.array([basis[o].T for o in order]),
    )
    sketch = sketch_prior(prior, DEVIATION**2)
    patches = 0.1 * rng.standard_normal((20, 64), dtype=np.float32)
    found = sketch.weights @ _products(patches) + sketch.constants
    z = patches.astype(float) @ basis.T.astype(float)
    expected = [
        np.log(w) + multivariate_normal.logpdf(z, np.zeros(63), np.diag(v + DEVIATION**2))
        for w, v in zip(prior.weights, variances, strict=True)
    ]
    found -= found[0]
    np.testing.assert_allclose(found, expected - expected[0], rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("deviation", [0.08, 0.016])
def test_a_shortlist_serves_as_well_as_all(deviation, photos, rng, monkeypatch):
    sharp = draw_patches(photos, 1000, np.random.RandomState(1))
    noisy = sharp + (deviation * rng.standard_normal(sharp.shape)).astype(np.float32)
    mixture = tune(shipped_prior(), deviation**2)
    listed = shortlist(noisy - noisy.mean(axis=1, keepdims=True), mixture.sketch)
    assert listed.any(axis=0).all()
    assert listed.mean() < 0.25
    by_few = denoise_patches(noisy, mixture)
    monkeypatch.setattr("skblur.deconvolution.patch_sketch.MARGIN", np.inf)
    by_all = denoise_patches(noisy, mixture)
    errors = [np.sqrt(np.mean((clean - sharp) ** 2)) for clean in (by_few, by_all)]
    assert errors[0] < 1.01 * errors[1]


@pytest.mark.parametrize("stride", [1, 3, 4])
@pytest.mark.parametrize("shift", [(0, 0), (3, 1)])
def test_picture_is_the_average_of_its_patches(stride, shift, prior, rng):
    image = rng.random((19, 22), dtype=np.float32)
    mixture = tune(prior, DEVIATION**2)
    found = denoise(image, mixture, stride, shift)
    total, count = np.zeros(image.shape), np.zeros(image.shape)
    for top in range(0, image.shape[0], stride):
        for left in range(0, image.shape[1], stride):
            rows = (np.arange(8) + top + shift[0]) % image.shape[0]
            columns = (np.arange(8) + left + shift[1]) % image.shape[1]
            at = np.ix_(rows, columns)
            total[at] += denoise_patches(image[at].reshape(1, 64), mixture).reshape(8, 8)
            count[at] += 1
    np.testing.assert_allclose(found, total / count, atol=1e-5)


def test_mean_is_kept_and_float32(prior):
    flat = np.full((24, 24), 0.4, np.float32)
    found = denoise(flat, tune(prior, DEVIATION**2), 4)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, flat, atol=1e-6)


def test_removes_noise_from_a_photograph(photos, rng):
    sharp = photos[2][100:228, 150:278]
    noisy = sharp + (DEVIATION * rng.standard_normal(sharp.shape)).astype(np.float32)
    clean = denoise(noisy, tune(shipped_prior(), DEVIATION**2), 4)
    assert np.std(clean - sharp) < 0.65 * DEVIATION


def test_shipped_prior_is_a_mixture():
    prior = shipped_prior()
    assert prior.eigenvectors.shape == (200, 64, 63)
    assert prior.weights.sum() == pytest.approx(1, abs=1e-5)
    assert np.all(prior.eigenvalues > 0)
    gram = prior.eigenvectors.transpose(0, 2, 1) @ prior.eigenvectors
    np.testing.assert_allclose(gram, np.broadcast_to(np.eye(63), gram.shape), atol=3e-3)
    np.testing.assert_allclose(prior.eigenvectors.mean(axis=1), 0, atol=1e-3)


def test_basis_is_orthonormal_and_without_mean():
    basis = patch_basis().astype(float)
    np.testing.assert_allclose(basis.T @ basis, np.eye(63), atol=1e-6)
    np.testing.assert_allclose(basis.sum(axis=0), 0, atol=1e-6)


def test_training_explains_the_second_moments(prior, photos):
    """The mixture's covariance is that of the patches it was trained on."""
    patches = draw_patches(photos, 3000, np.random.RandomState(0)) @ patch_basis()
    total = sum(w * covariance(prior, k) for k, w in enumerate(prior.weights))
    found = np.trace(total)
    assert found == pytest.approx(np.sum(patches**2) / len(patches), rel=0.02)


def test_save_and_load(prior, tmp_path):
    prior.save(tmp_path / "prior.npz")
    again = PatchPrior.load(tmp_path / "prior.npz")
    np.testing.assert_allclose(again.eigenvalues, prior.eigenvalues, rtol=1e-6)
    np.testing.assert_allclose(again.eigenvectors, prior.eigenvectors, atol=5e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["prior.npz"]


def test_other_files_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="is not a patch prior written by skblur"):
        PatchPrior.load(tmp_path / "other.npz")
