import os

import pytest

from skblur.files.folders import image_paths


def test_paths_of_a_folder(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("z.PNG", "b/a.jpg", "c.avif", "d.jp2", "e.pgm", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    names = [str(path.relative_to(tmp_path)) for path in image_paths(tmp_path)]
    assert names == ["b/a.jpg", "c.avif", "d.jp2", "e.pgm", "z.PNG"]


def test_no_pictures(tmp_path):
    with pytest.raises(FileNotFoundError, match="no pictures in"):
        image_paths(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        image_paths(tmp_path / "nowhere")


def test_what_is_hidden_is_passed_over(tmp_path):
    """Non-regression test for: macOS' ``._photo.jpg``, which is no picture, was read."""
    (tmp_path / ".thumbnails").mkdir()
    for name in ("photo.jpg", "._photo.jpg", ".hidden.png", ".thumbnails/small.png"):
        (tmp_path / name).write_bytes(b"")
    assert image_paths(tmp_path) == [tmp_path / "photo.jpg"]


def test_only_files_are_pictures(tmp_path):
    """Non-regression test for: a folder of the name of a picture was taken for one."""
    (tmp_path / "album.png").mkdir()
    (tmp_path / "album.png" / "a.png").write_bytes(b"")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "linked.png").symlink_to(tmp_path / "album.png" / "a.png")
    found = image_paths(tmp_path)
    assert found == [tmp_path / "album.png" / "a.png", tmp_path / "linked.png"]


def test_a_folder_that_holds_itself(tmp_path):
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a.png").write_bytes(b"")
    assert image_paths(tmp_path) == [tmp_path / "a.png"]


def test_a_folder_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError, match="closed"):
        image_paths(tmp_path)
