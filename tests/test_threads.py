"""Small products have one thread of BLAS, and everybody gets theirs back."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from joblib import Parallel, delayed
from scipy.signal import fftconvolve
from scipy.sparse import csr_array
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from skblur import (
    LogSpectrumTransformer,
    PatchBlurEstimator,
    StackedRBMClassifier,
    blur_map,
    deblur,
    estimate_blur,
    estimate_psf,
    motion_psf,
)
from skblur.models.pretrained import shipped_model
from skblur.networks import perceptron
from skblur.networks.committee import CommitteeClassifier
from skblur.rbm import contrastive
from skblur.threads import (
    FEW_ROWS,
    for_each,
    one_blas_thread,
    one_blas_thread_for_few,
)

PSF = motion_psf(9, 30)


def blas_threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


@pytest.fixture
def two_threads():
    """BLAS has two threads, if it can."""
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        yield before
        assert blas_threads() == before


def one_each():
    return [1] * len(blas_threads())


def test_the_last_to_leave_gives_them_back(two_threads):
    with one_blas_thread as first:
        assert first == max(two_threads)
        with one_blas_thread as second:
            assert second == first
        assert blas_threads() == one_each()
    assert blas_threads() == two_threads


def test_after_an_error(two_threads):
    @one_blas_thread
    def fail():
        assert blas_threads() == one_each()
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert blas_threads() == two_threads


@pytest.mark.parametrize("n_jobs", [1, 4])
def test_in_threads(two_threads, n_jobs):
    @one_blas_thread
    def count():
        return blas_threads()

    found = Parallel(n_jobs, require="sharedmem")(delayed(count)() for _ in range(20))
    assert found == [one_each()] * 20
    assert blas_threads() == two_threads


def test_those_who_are_still_inside_keep_one(two_threads):
    entered, left = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def stay():
        with one_blas_thread:
            entered.wait()
            left.wait()
            return blas_threads()

    with ThreadPoolExecutor(1) as pool:
        with one_blas_thread:
            inside = pool.submit(stay)
            entered.wait()
        left.wait()
        assert inside.result() == one_each()
    assert blas_threads() == two_threads


class Rows:
    @one_blas_thread_for_few
    def predict(self, X):
        """How many threads there are."""
        return blas_threads()


@pytest.mark.parametrize("form", [np.asarray, csr_array, np.ndarray.tolist])
def test_few_rows(two_threads, form):
    few, many = np.zeros((FEW_ROWS, 2)), np.zeros((FEW_ROWS + 1, 2))
    assert Rows().predict(form(few)) == one_each()
    assert Rows().predict(form(many)) == two_threads
    assert Rows.predict.__doc__ == "How many threads there are."


@pytest.mark.parametrize("odd", [None, np.float64(1), iter([])])
def test_what_is_no_row_is_for_the_method_to_refuse(two_threads, odd):
    assert Rows().predict(odd) == two_threads


def watch(monkeypatch, home, name):
    """The threads that there are whenever a function of this name is called."""
    counts, original = [], getattr(home, name)

    def hooked(*args, **options):
        counts.append(blas_threads())
        return original(*args, **options)

    monkeypatch.setattr(home, name, hooked)
    return counts


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("n_rows", [FEW_ROWS, FEW_ROWS + 1])
def test_training_by_batches_of_few_rows(n_rows, two_threads, monkeypatch):
    X = np.random.default_rng(0).random((2 * n_rows, 6), dtype=np.float32)
    y = X[:, 0] > 0.5
    of_rbm = watch(monkeypatch, contrastive, "gradients")
    of_epochs = watch(monkeypatch, MLPClassifier, "partial_fit")
    of_committee = watch(monkeypatch, perceptron, "_gradients")
    batches = {"rbm_batch_size": n_rows, "batch_size": n_rows}
    StackedRBMClassifier((4,), rbm_n_iter=1, max_iter=2, **batches).fit(X, y)
    CommitteeClassifier((4,), n_networks=1, max_iter=1, batch_size=n_rows).fit(X, y)
    expected = [one_each() if n_rows == FEW_ROWS else two_threads] * 2
    assert of_rbm == of_epochs == of_committee == expected
    assert blas_threads() == two_threads


def report(queue):
    """What a forked process has, outside and inside the context."""
    outside = blas_threads()
    with one_blas_thread:
        queue.put((outside, blas_threads()))


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="cannot fork"
)
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("who", ["this thread", "another"])
def test_after_a_fork(two_threads, who):
    """Of the threads inside only the one that forks goes on in the new process."""
    context = multiprocessing.get_context("fork")
    queue, entered, done = context.Queue(), Barrier(2, timeout=10), Barrier(2, timeout=10)
    process = context.Process(target=report, args=(queue,))

    def stay():
        with one_blas_thread:
            entered.wait()
            done.wait()

    with ThreadPoolExecutor(1) as pool:
        if who == "another":
            pool.submit(stay)
            entered.wait()
            process.start()
            done.wait()
        else:
            with one_blas_thread:
                process.start()
    outside, inside = queue.get(timeout=20)
    process.join(20)
    assert outside == (two_threads if who == "another" else one_each())
    assert inside == one_each()


@pytest.fixture(scope="module")
def seen(photos):
    return fftconvolve(photos[4][:170, :180], PSF, mode="valid").clip(0, 1)


def restored(image):
    return deblur(image, PSF, method="epll")


def estimated(image):
    return estimate_blur(image, free_psf=False).to_dict()


def voted(image):
    return PatchBlurEstimator.of(shipped_model("patch32")).estimate(image).to_dict()


def mapped(image):
    return blur_map(image, stride=64).probabilities


def free_psf(image):
    return estimate_psf(image, side=9)


def spectra(image):
    return LogSpectrumTransformer().fit_transform(image[:32, :32].reshape(1, -1))


# Of each verb, a function on its way, by module and name.
VERBS = {
    estimated: ("skblur.estimation.photo_estimator", "Levels"),
    voted: ("skblur.estimation.patch_estimator", "pool"),
    mapped: ("skblur.mapping.map_estimator", "local_evidence"),
    free_psf: ("skblur.estimation.estimate_psf", "find_psf"),
    restored: ("skblur.restoration.deblur", "restore_planes"),
    spectra: ("skblur.spectra.log_spectrum", "tapered_power"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_have_one_thread(verb, seen, two_threads, monkeypatch):
    module, name = VERBS[verb]
    counts = watch(monkeypatch, __import__(module, fromlist=[name]), name)
    found = verb(seen)
    assert counts
    assert all(count == one_each() for count in counts)
    assert blas_threads() == two_threads
    with threadpool_limits(1):
        expected = verb(seen)
    np.testing.assert_equal(found, expected)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_for_each_calls_with_every_part(n_threads):
    done = []
    for_each(done.append, range(50), n_threads)
    assert sorted(done) == list(range(50))
    for_each(done.append, [], n_threads)
    with pytest.raises(ZeroDivisionError):
        for_each(lambda part: 1 / part, range(3), n_threads)


def test_threads_share_the_spectra_of_many_patches(two_threads, blur_patches):
    X = np.tile(blur_patches[0], (2, 1))
    transformer = LogSpectrumTransformer().fit(X)
    together = transformer.transform(X)
    with threadpool_limits(1):
        np.testing.assert_array_equal(transformer.transform(X), together)
