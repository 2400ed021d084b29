import numpy as np
import pytest
from PIL import Image

from skblur import ImageFileError, motion_psf
from skblur.images.psf_files import check_psf_format, read_psf, write_psf


@pytest.mark.parametrize("suffix", [".npy", ".png"])
def test_round_trip(tmp_path, suffix):
    psf = motion_psf(9, 30)
    write_psf(tmp_path / f"psf{suffix}", psf)
    found = read_psf(tmp_path / f"psf{suffix}")
    assert found.dtype == np.float64
    np.testing.assert_allclose(found / found.sum(), psf, atol=1e-5)


@pytest.mark.parametrize("dtype", [">f4", np.float16, np.uint8, bool])
def test_any_numbers(tmp_path, dtype):
    """Also in an order of bytes or of axes that is not this machine's."""
    numbers = np.asfortranarray(np.arange(15).reshape(5, 3)).astype(dtype)
    np.save(tmp_path / "psf.npy", numbers)
    np.testing.assert_array_equal(read_psf(tmp_path / "psf.npy"), numbers)


@pytest.mark.parametrize("name", ["psf.txt", "psf", "psf.npz", "psf.jpg"])
def test_other_suffixes_are_refused_before_writing(tmp_path, name):
    for refused in (check_psf_format, lambda path: write_psf(path, np.ones((3, 3)))):
        with pytest.raises(ValueError, match=r"must end in \.npy or \.png"):
            refused(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_text_is_no_psf(tmp_path):
    """Non-regression test for: who gave a text was told to load it as a pickle."""
    (tmp_path / "psf.npy").write_text("0 1 0")
    with pytest.raises(ValueError, match=r"^psf\.npy is no \.npy file"):
        read_psf(tmp_path / "psf.npy")


def npy(header, data=b""):
    """A .npy file of this header."""
    text = f"{header}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


def header(shape, dtype="<f8"):
    return f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (npy(header((100000, 100000))), "1 to 4096 rows"),
        (npy(header((3, 3)), bytes(70)), "is a damaged .npy file"),
        (npy(header((3, 3), "|O"), bytes(100)), "must hold real numbers"),
        (npy("{'descr'"), "is a damaged .npy file"),
        (npy(header((0, 3))), "1 to 4096 rows|is a damaged .npy file"),
        (npy(header((9,)), bytes(72)), "two axes"),
        (npy(header((1, 5000), "|u1"), bytes(5000)), "1 to 4096 rows"),
        (npy(header((1, 1), "<c16"), bytes(16)), "must hold real numbers"),
        (b"\x93NUMPY", "is a damaged .npy file"),
    ],
)
def test_damaged_numbers(tmp_path, content, reason):
    """Before there is room made for what a header claims."""
    (tmp_path / "psf.npy").write_bytes(content)
    with pytest.raises(ValueError, match=reason) as refused:
        read_psf(tmp_path / "psf.npy")
    assert "\n" not in str(refused.value)


def test_mutated_numbers(tmp_path, rng):
    write_psf(tmp_path / "psf.npy", motion_psf(5, 30))
    whole = (tmp_path / "psf.npy").read_bytes()
    refusals = []
    for _ in range(300):
        mutant = bytearray(whole)
        for place in rng.integers(0, 128, rng.integers(1, 4)):
            mutant[place] = rng.integers(0, 256)
        (tmp_path / "psf.npy").write_bytes(mutant)
        try:
            assert read_psf(tmp_path / "psf.npy").ndim == 2
        except ValueError as error:
            refusals.append(str(error))
    assert refusals
    assert not any("\n" in text for text in refusals)


def test_damaged_picture_of_a_psf(tmp_path):
    Image.new("L", (9, 9), 3).save(tmp_path / "psf.png")
    whole = (tmp_path / "psf.png").read_bytes()
    (tmp_path / "psf.png").write_bytes(whole[:-25])
    with pytest.raises(ImageFileError, match=r"^psf\.png cannot be read"):
        read_psf(tmp_path / "psf.png")


def test_no_file(tmp_path):
    for name in ("psf.npy", "psf.png"):
        with pytest.raises(FileNotFoundError):
            read_psf(tmp_path / name)
