"""Files that are no models, or damaged or hostile ones: one error, and little memory."""

import json
import tracemalloc
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline

from skblur import (
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    GRNNRegressor,
    ModelFileError,
    StackedRBMClassifier,
    load_model,
    load_pretrained,
    save_model,
)
from skblur.models.known_classes import KNOWN_CLASSES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Bomb:
    def __reduce__(self):
        return pytest.fail, ("a pickle was opened",)


def members_of(path):
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path, members, packed=ZIP_DEFLATED):
    with ZipFile(path, "w", packed) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def rewrite(path, change, sealed=True):
    """Change the header as a forger does, who makes the checksums right again."""
    members = members_of(path)
    header = json.loads(members["header.json"])
    header = change(header, members) or header
    text = json.dumps(header).encode()
    members["header.json"] = text
    if sealed:
        members["header.sha256"] = sha256(text).hexdigest()
    write(path, members)


def put(members, header, name, content, **entry):
    members[f"{name}.npy"] = content
    header["arrays"][name] |= {"sha256": sha256(content).hexdigest()} | entry


def npy(array):
    stream = BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.fixture
def path(tmp_path, rng):
    X = rng.random((20, 3))
    save_model(GRNNRegressor(sigma=0.5).fit(X, X[:, 0]), tmp_path / "model.npz")
    return tmp_path / "model.npz"


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 broken", b"\x80\x04]."])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(ModelFileError, match="is not a model written by skblur") as caught:
        load_model(tmp_path / "model.npz")
    assert "pickle" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_arrays_alone_are_no_model(tmp_path):
    np.savez(tmp_path / "model.npz", header=np.zeros(3))
    with pytest.raises(ModelFileError, match=r"it has no header\.json"):
        load_model(tmp_path / "model.npz")


def test_any_flipped_byte_is_told_or_changes_nothing(path, rng):
    X = rng.random((5, 3))
    whole, expected = path.read_bytes(), load_model(path).predict(X)
    for place in rng.permutation(len(whole))[:400]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        try:
            found = load_model(path)
        except ModelFileError:
            continue
        np.testing.assert_array_equal(found.predict(X), expected)


def test_truncated_files_are_refused(path, rng):
    whole = path.read_bytes()
    for length in rng.integers(0, len(whole), 50):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            load_model(path)


def test_damaged_parts_are_named(path):
    members = members_of(path)
    write(path, members | {"model.y_fit_.npy": members["model.y_fit_.npy"][:-1] + b"\0"})
    with pytest.raises(ModelFileError, match=r"its array model\.y_fit_ is damaged"):
        load_model(path)
    write(path, members | {"header.json": members["header.json"] + b" "})
    with pytest.raises(ModelFileError, match=r"its header\.json is damaged"):
        load_model(path)


def state_of(header):
    return header["model"]["state"]


FORGERIES = {
    "no model": lambda header, members: header | {"model": None},
    "a text": lambda header, members: header | {"model": "photo"},
    "a list": lambda header, members: header | {"model": {"list": []}},
    "another format": lambda header, members: header | {"format": "skblur-model-9"},
    "no arrays": lambda header, members: header | {"arrays": {}},
    "an empty header": lambda header, members: header.clear(),
    "a class of another kind": lambda header, members: header["model"].update(
        {"class": "os.system"}
    ),
    "a class that learns other things": lambda header, members: header["model"].update(
        {"class": "PCA"}
    ),
    "a negative spread": lambda header, members: state_of(header).update({"sigma_": -1.0}),
    "a spread of NaN": lambda header, members: state_of(header).update(
        {"sigma_": float("nan")}
    ),
    "a spread of text": lambda header, members: state_of(header).update({"sigma_": "loo"}),
    "a spread that is true": lambda header, members: state_of(header).update(
        {"sigma_": True}
    ),
    "more features than columns": lambda header, members: state_of(header).update(
        {"n_features_in_": 4}
    ),
    "a number beyond all bounds": lambda header, members: state_of(header).update(
        {"n_features_in_": 10**300}
    ),
    "no rows": lambda header, members: state_of(header).pop("X_fit_") and None,
    "something more": lambda header, members: state_of(header).update({"predict": 1}),
    "a method": lambda header, members: state_of(header).update({"predict_": 1}),
    "a parameter that cannot be": lambda header, members: state_of(header).update(
        {"metric": "none"}
    ),
    "an array where a number is": lambda header, members: state_of(header).update(
        {"n_features_in_": {"array": "model.X_fit_"}}
    ),
    "an array that is not there": lambda header, members: state_of(header).update(
        {"X_fit_": {"array": "other"}}
    ),
    "another shape": lambda header, members: put(
        members, header, "model.y_fit_", npy(np.zeros(19)), shape=[19]
    ),
    "another dtype": lambda header, members: put(
        members, header, "model.y_fit_", npy(np.zeros(20, "i8")), dtype="<i8"
    ),
    "what is not finite": lambda header, members: put(
        members, header, "model.y_fit_", npy(np.full(20, np.inf))
    ),
    "a shape beyond its bytes": lambda header, members: put(
        members,
        header,
        "model.y_fit_",
        npy(np.zeros(20)).replace(b"(20,), ", b"(2**9,)"),
    ),
    "deep nests": lambda header, members: (
        header | {"model": json.loads('{"list": [' * 400 + "1" + "]}" * 400)}
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgeries_are_refused(path, forgery):
    rewrite(path, FORGERIES[forgery])
    with pytest.raises(ModelFileError, match="is not a model written by skblur"):
        load_model(path)


def test_a_rewritten_header_is_a_model_again(path, rng):
    """The forger of the other tests changes what is said, and nothing else."""
    X = rng.random((5, 3))
    before = load_model(path).predict(X)
    rewrite(path, lambda header, members: header)
    np.testing.assert_array_equal(load_model(path).predict(X), before)


def test_json_that_nests_too_deep(path):
    members = members_of(path)
    text = b'{"model": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    write(path, members | {"header.json": text, "header.sha256": sha256(text).hexdigest()})
    with pytest.raises(ModelFileError):
        load_model(path)


def test_never_unpickles(path):
    def with_bomb(header, members):
        stream = BytesIO()
        np.save(stream, np.array([Bomb()], dtype=object), allow_pickle=True)
        put(members, header, "model.y_fit_", stream.getvalue(), dtype="|O", shape=[1])

    rewrite(path, with_bomb)
    with pytest.raises(ModelFileError):
        load_model(path)


def test_bombs_take_no_memory(path):
    """Non-regression test for: a file of 5.8 megabytes took 5900."""
    rewrite(
        path, lambda header, members: put(members, header, "model.y_fit_", bytes(2**26))
    )
    assert path.stat().st_size < 2e5
    tracemalloc.start()
    with pytest.raises(ModelFileError, match=r"would take 64 megabytes.*max_megabytes"):
        load_model(path, max_megabytes=60)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6


@pytest.fixture
def compact_path(tmp_path, spectra):
    """A file of a model that is mostly a compact matrix."""
    X = spectra[0][:60]
    model = MLPRegressor(hidden_layer_sizes=(40,), max_iter=1, random_state=0)
    save_model(model.fit(X, X[:, 0]), tmp_path / "compact.npz", compact=True)
    return tmp_path / "compact.npz"


def test_compact_matrices_take_no_more_than_they_say(compact_path):
    """Non-regression test for: 12 000 scales of rows and of columns took 550 megabytes."""
    name = "model.coefs_.0"

    def wide(header, members):
        for part, array in (
            ("planes", np.ones((2, 1, 1), np.uint8)),
            ("rows", np.ones(12_000, np.float32)),
            ("columns", np.ones(12_000, np.float32)),
        ):
            shape = list(array.shape)
            put(members, header, f"{name}.{part}", npy(array), shape=shape)

    rewrite(compact_path, wide)
    tracemalloc.start()
    with pytest.raises(ModelFileError, match="compact matrix has planes of shape"):
        load_model(compact_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_compact_matrices_are_expanded_once(compact_path):
    """Non-regression test for: one matrix named 60 times took 1200 megabytes."""
    reference = {"compact": "model.coefs_.0"}
    rewrite(
        compact_path,
        lambda header, members: state_of(header).update(
            {"coefs_": {"list": [reference] * 500}}
        ),
    )
    tracemalloc.start()
    with pytest.raises(ModelFileError):
        load_model(compact_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_expanded_matrices_count(compact_path):
    size = sum(len(content) for content in members_of(compact_path).values())
    with pytest.raises(ModelFileError, match="too much memory: raise max_megabytes"):
        load_model(compact_path, max_megabytes=(size + 1000) / 2**20)
    assert load_model(compact_path, max_megabytes=3 * size / 2**20)


@pytest.mark.parametrize("limit", [0, -1, np.inf, np.nan, "512", None])
def test_limits_that_are_none(path, limit):
    with pytest.raises(ValueError, match="max_megabytes must be a positive number"):
        load_model(path, max_megabytes=limit)


def test_types_without_a_regressor(tmp_path):
    save_model(load_pretrained("photo"), tmp_path / "photo.npz")
    for name in ("regressors_", "widest_"):
        state = {name: {"dict": []}}
        rewrite(
            tmp_path / "photo.npz",
            lambda header, members, state=state: state_of(header).update(state),
        )
        with pytest.raises(ModelFileError, match="must be there for"):
            load_model(tmp_path / "photo.npz")


def test_limit_is_the_callers(path):
    with pytest.raises(ModelFileError, match="raise max_megabytes"):
        load_model(path, max_megabytes=1e-3)
    assert load_model(path, max_megabytes=1).sigma_ == 0.5


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path, members: write(path, members, ZIP_BZIP2), "packed in a way"),
        (
            lambda path, members: write(path, {f"{i}": b"" for i in range(10_001)}),
            "10001 members",
        ),
    ],
)
def test_strange_archives_are_refused(path, change, reason):
    change(path, members_of(path))
    with pytest.raises(ModelFileError, match=reason):
        load_model(path)


def test_two_members_of_one_name(path):
    with ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("header.json", b"{}")
    with pytest.raises(ModelFileError, match="of the same name"):
        load_model(path)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "nothing.npz")


def test_a_file_names_no_folder_to_write_to(tmp_path, blur_patches):
    small = StackedRBMClassifier((8,), rbm_n_iter=1, max_iter=2, random_state=0)
    model = BlurTypeThenParamPipeline(
        small,
        make_pipeline(PCA(4), GRNNRegressor(sigma=1.0)),
        memory=str(tmp_path / "cache"),
    )
    model.fit(blur_patches[0][:60], blur_patches[1][:60])
    save_model(model, tmp_path / "model.npz")
    assert load_model(tmp_path / "model.npz").memory is None
    rewrite(
        tmp_path / "model.npz",
        lambda header, members: state_of(header).update({"memory": str(tmp_path)}),
    )
    with pytest.raises(ModelFileError, match="memory must be None"):
        load_model(tmp_path / "model.npz")


def test_layers_that_do_not_fit(tmp_path, spectra):
    model = CommitteeClassifier((6,), n_networks=1, max_iter=1, random_state=0)
    save_model(model.fit(spectra[0][:90], spectra[1][:90]), tmp_path / "model.npz")
    name = "model.networks_.0.0.0"

    def narrower(header, members):
        width = header["arrays"][name]["shape"][0]
        content = npy(np.zeros((width, 5), np.float32))
        put(members, header, name, content, shape=[width, 5])

    rewrite(tmp_path / "model.npz", narrower)
    with pytest.raises(ModelFileError, match="a layer has shape"):
        load_model(tmp_path / "model.npz")


def test_members_that_hold_more_than_they_say(path):
    """Non-regression test for: a zip directory may lie about what is to be unpacked."""
    members = members_of(path)
    large = bytes(2**26)
    write(path, members | {"model.y_fit_.npy": large})
    content = path.read_bytes()
    size = len(large).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (8).to_bytes(4, "little")))
    tracemalloc.start()
    with pytest.raises(ModelFileError):
        load_model(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6


def test_what_would_be_refused_is_not_saved(tmp_path, rng):
    X = rng.random((9, 2))
    model = GRNNRegressor(sigma=1.0).fit(X, X[:, 0])
    model.y_fit_ = np.full(9, np.nan)
    with pytest.raises(ValueError, match=r"of its GRNNRegressor, y_fit_ must be finite"):
        save_model(model, tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


def small_committee(spectra, **settings):
    model = CommitteeClassifier((6,), n_networks=1, max_iter=1, random_state=0, **settings)
    return model.fit(spectra[0][:90], spectra[1][:90])


@pytest.mark.parametrize("as_given", [np.array, list, lambda ways: [*map(list, ways)]])
def test_ways_may_be_any_array_like(spectra, tmp_path, as_given):
    """Non-regression test for: a list of arrays was saved, and refused when read."""
    order = np.arange(spectra[0].shape[1])
    ways = as_given([order, order[::-1]])
    model = small_committee(spectra, symmetries=ways)
    save_model(model, tmp_path / "model.npz")
    again = load_model(tmp_path / "model.npz")
    np.testing.assert_array_equal(
        again.predict_proba(spectra[0]), model.predict_proba(spectra[0])
    )


def test_no_ways_at_all(spectra, tmp_path):
    order = np.arange(spectra[0].shape[1])
    model = small_committee(spectra, symmetries=order[None])
    save_model(model, tmp_path / "model.npz")
    empty = npy(np.zeros((0, len(order)), order.dtype))
    rewrite(
        tmp_path / "model.npz",
        lambda header, members: put(
            members, header, "model.symmetries", empty, shape=[0, len(order)]
        ),
    )
    with pytest.raises(ModelFileError, match="symmetries must be rows"):
        load_model(tmp_path / "model.npz")


def test_weights_whose_products_overflow(spectra, tmp_path):
    model = CommitteeClassifier((6, 5), n_networks=1, max_iter=1, random_state=0)
    save_model(model.fit(spectra[0][:90], spectra[1][:90]), tmp_path / "model.npz")

    def larger(header, members):
        for i in range(3):
            name = f"model.networks_.0.{i}.0"
            shape = header["arrays"][name]["shape"]
            put(members, header, name, npy(np.full(shape, 1e11, np.float32)))

    rewrite(tmp_path / "model.npz", larger)
    with pytest.raises(ModelFileError, match="products overflow"):
        load_model(tmp_path / "model.npz")


def test_a_stack_and_its_network_know_the_same_classes(spectra, tmp_path):
    model = StackedRBMClassifier((8,), rbm_n_iter=1, max_iter=2, random_state=0)
    save_model(model.fit(spectra[0][:90], spectra[1][:90]), tmp_path / "model.npz")

    def fewer(header, members):
        kind = header["arrays"]["model.classes_"]["dtype"]
        put(members, header, "model.classes_", npy(np.array([1, 2], kind)), shape=[2])

    rewrite(tmp_path / "model.npz", fewer)
    with pytest.raises(ModelFileError, match="mlp_ must have the same classes"):
        load_model(tmp_path / "model.npz")


def test_every_known_class_lives_where_it_says():
    from importlib import import_module

    for name, known in KNOWN_CLASSES.items():
        assert getattr(import_module(known.home), name).__name__ == name
