import errno
import os
import stat
import subprocess
import sys
import threading

import pytest

from skblur.files.aside import check_target, written_aside

OLD, NEW = b"old " * 9, b"new " * 99


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "old.bin"
    path.write_bytes(OLD)
    return path


def write(path, data=NEW):
    with written_aside(path) as aside:
        aside.write_bytes(data)


def fails_half_way(path, error):
    with written_aside(path) as aside:
        aside.write_bytes(NEW[:5])
        raise error


def test_what_is_written_is_there_and_nothing_else(old):
    write(old)
    assert old.read_bytes() == NEW
    write(old.with_name("new.bin"))
    assert sorted(p.name for p in old.parent.iterdir()) == ["new.bin", "old.bin"]


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "full"), ValueError("no"), KeyboardInterrupt(), SystemExit()],
)
def test_a_failure_leaves_what_was_there(old, error):
    with pytest.raises(type(error)):
        fails_half_way(old, error)
    with pytest.raises(type(error)):
        fails_half_way(old.with_name("new.bin"), error)
    assert old.read_bytes() == OLD
    assert list(old.parent.iterdir()) == [old]


def test_errors_are_about_the_name_that_was_given(old, monkeypatch):
    """Non-regression test for: they were about the name aside, or no name at all."""
    monkeypatch.chdir(old.parent)
    with pytest.raises(OSError, match="full") as caught:
        fails_half_way("old.bin", OSError(errno.ENOSPC, "full"))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "old.bin")
    with pytest.raises(FileNotFoundError) as caught:
        write("missing/old.bin")
    assert caught.value.filename == "missing/old.bin"
    with pytest.raises(FileNotFoundError) as caught, written_aside("old.bin") as aside:
        aside.unlink()
    assert caught.value.filename == "old.bin"


def test_errors_about_other_files_or_none_stay_what_they_are(old):
    other = FileNotFoundError(errno.ENOENT, "gone", "a font")
    plain = OSError("cannot hold so many colours")
    for error in (other, plain):
        with pytest.raises(OSError) as caught:  # noqa: PT011
            fails_half_way(old, error)
        assert caught.value is error


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(old, tmp_path, there):
    """Non-regression test for: a link was replaced by a file."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target = folder / "target.bin"
    if there:
        target.write_bytes(OLD)
    link, second = tmp_path / "link.bin", tmp_path / "second.bin"
    link.symlink_to(os.path.join("elsewhere", "target.bin"))
    second.symlink_to("link.bin")
    check_target(second)
    write(second)
    assert link.is_symlink()
    assert second.is_symlink()
    assert target.read_bytes() == NEW
    assert list(folder.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_modes(old):
    old.chmod(0o604)
    write(old)
    assert stat.S_IMODE(old.stat().st_mode) == 0o604
    new, plain = old.with_name("new.bin"), old.with_name("plain.bin")
    write(new)
    plain.write_bytes(NEW)
    assert new.stat().st_mode == plain.stat().st_mode


def test_a_private_file_is_private_aside(old):
    old.chmod(0o600)
    with written_aside(old) as aside:
        aside.write_bytes(NEW)
        assert stat.S_IMODE(aside.stat().st_mode) == 0o600


def test_many_at_once(tmp_path):
    """Whoever is last has it; nobody fails, and it is never half there."""
    path = tmp_path / "one.bin"
    contents = [bytes([i]) * 50_000 for i in range(8)]
    threads = [threading.Thread(target=write, args=(path, each)) for each in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_the_rest_of_a_killed_run_is_in_nobodys_way(old):
    rest = old.with_name(f"old.bin.{os.getpid()}.part")
    rest.write_bytes(b"rest")
    write(old)
    assert old.read_bytes() == NEW
    assert rest.read_bytes() == b"rest"


@pytest.mark.parametrize("name", ["x" * 251 + ".bin", "\U0001f4f7" * 60 + ".bin"])
def test_the_longest_names(tmp_path, name):
    """Non-regression test for: the name aside was too long where the name was not."""
    check_target(tmp_path / name)
    write(tmp_path / name)
    assert (tmp_path / name).read_bytes() == NEW


def test_streams_are_written_to(old):
    """Non-regression test for: /dev/null, written to by root, became a file."""
    check_target(os.devnull)
    write(os.devnull)
    assert not stat.S_ISREG(os.stat(os.devnull).st_mode)
    pipe = old.with_name("pipe")
    os.mkfifo(pipe)
    check_target(pipe)
    heard = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join()
    assert heard == [NEW]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    out = old.with_name("out.bin")
    program = (
        "from skblur.files.aside import written_aside as w\n"
        "with w('/dev/stdout') as aside: aside.write_bytes(b'all')"
    )
    with open(out, "wb") as file:
        inode = out.stat().st_ino
        subprocess.run([sys.executable, "-c", program], stdout=file, check=True)
    assert out.read_bytes() == b"all"
    assert out.stat().st_ino == inode


def test_checked_before(old, monkeypatch):
    folder = old.parent
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    monkeypatch.chdir(folder)
    for name, reason in [
        ("", "must not be empty"),
        ("folder", "a folder, not a file"),
        ("new/", "the name of a folder"),
        ("missing/new.bin", "missing does not exist"),
        ("old.bin/new.bin", "old.bin is not a folder"),
        ("x" * 256, "name too long"),
        ("loop", "[Tt]oo many"),
    ]:
        with pytest.raises(OSError, match=reason) as caught:
            check_target(name)
        assert caught.value.filename == name
    check_target("new.bin")
    check_target("old.bin")
    assert sorted(p.name for p in folder.iterdir()) == ["folder", "loop", "old.bin"]
    assert old.read_bytes() == OLD


def test_a_folder_that_cannot_be_written_to(old, monkeypatch):
    """By trying: root, as whom these tests may run, is told that it may write anywhere."""

    def refuse(path, flags, *mode):
        if flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return really(path, flags, *mode)

    really = os.open
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError, match=r"folder .* cannot be written to") as caught:
        check_target(old)
    assert caught.value.filename == str(old)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_what_is_protected_stays(old):
    old.chmod(0o400)
    with pytest.raises(PermissionError):
        check_target(old)
    old.parent.chmod(0o500)
    with pytest.raises(PermissionError):
        check_target(old.with_name("new.bin"))
    old.parent.chmod(0o700)


def test_on_a_disk_that_is_full(old):
    """As far as a limit of the size of files is one."""
    program = (
        "import resource, signal, sys\n"
        "from skblur.files.aside import written_aside\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    with written_aside(sys.argv[1]) as aside: aside.write_bytes(bytes(5000))\n"
        "except OSError as error: print(error.filename)"
    )
    command = [sys.executable, "-c", program, str(old)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(old)
    assert old.read_bytes() == OLD
    assert list(old.parent.iterdir()) == [old]
