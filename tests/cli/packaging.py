"""What packages hold: the wheel, the source archive, an installation.

    python3 tests/cli/packaging.py

A wheel of the program at hand is installed by pip where there is one, else
unpacked as pip would; `python -m taipan` must then be the program. The digests
of the wheel's record must be right. An installation under DESTDIR must run.
"""

import base64
import csv
import hashlib
import importlib.util
import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TAIPAN_BUILD_DIR") or ROOT / "build" / "debug")
TAIPAN = pathlib.Path(os.environ.get("TAIPAN") or BUILD / "taipan").resolve()

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "packaging"))
import build_backend  # noqa: E402


def version(*argv, **env):
    return subprocess.run([*map(str, argv), "version"], check=True, text=True,
                          capture_output=True, env={**os.environ, **env}).stdout


def check_record(wheel):
    """Every entry is in the record, with its size and digest."""
    with zipfile.ZipFile(wheel) as z:
        names = set(z.namelist())
        record = next(n for n in names if n.endswith(".dist-info/RECORD"))
        rows = list(csv.reader(io.StringIO(z.read(record).decode())))
        assert {r[0] for r in rows} == names, names ^ {r[0] for r in rows}
        for name, digest, size in rows:
            if name == record:
                continue
            data = z.read(name)
            got = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            assert digest == "sha256=" + got.decode(), name
            assert int(size) == len(data), name
        assert any("licenses/LICENSE-typeshed" in n for n in names), names


def install(wheel, target):
    if importlib.util.find_spec("pip"):
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index",
                        "--no-deps", "--no-compile", "--target", target, wheel], check=True)
        return
    with zipfile.ZipFile(wheel) as z:
        for entry in z.infolist():
            head, _, script = entry.filename.partition(".data/scripts/")
            path = target / "bin" / script if script else target / entry.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(z.read(entry))
            path.chmod(entry.external_attr >> 16)


def check_wheel(tmp, want):
    wheel = tmp / build_backend.pack_wheel(str(tmp), str(TAIPAN))
    check_record(wheel)
    install(wheel, tmp / "site")
    got = version(sys.executable, "-m", "taipan", PYTHONPATH=str(tmp / "site"))
    assert got == want, (got, want)


def check_sdist(tmp):
    if not (ROOT / ".git").exists():
        return
    with tarfile.open(tmp / build_backend.build_sdist(str(tmp))) as tar:
        names = {n.split("/", 1)[1] for n in tar.getnames()}
    for name in ("CMakeLists.txt", "PKG-INFO", "pyproject.toml", "src/driver/main.c",
                 "scripts/setup.sh", "stubs/lock.txt"):
        assert name in names, name
    assert not [n for n in names if n.startswith(("build/", "dist/"))]


def check_install(tmp, want):
    if not (BUILD / "cmake_install.cmake").exists():
        return
    subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True,
                   capture_output=True, env={**os.environ, "DESTDIR": str(tmp)})
    assert version(tmp / "usr" / "bin" / "taipan") == want
    licences = os.listdir(tmp / "usr" / "share" / "doc" / "taipan")
    assert {"copyright", "LICENSE.typeshed", "LICENSE.tree-sitter"} <= set(licences), licences


def main():
    with tempfile.TemporaryDirectory() as name:
        tmp, want = pathlib.Path(name), version(TAIPAN)
        check_wheel(tmp, want)
        check_sdist(tmp)
        check_install(tmp / "destdir", want)
    print("packaging: ok")


if __name__ == "__main__":
    main()
