"""A PEP 517 backend that ships the native program in a wheel.

It needs nothing but the standard library, so that a build never waits for a
package index. The program is built by the same two scripts as `make build`;
the wheel holds it as a script, and a small package for `python -m taipan`.
"""

import base64
import hashlib
import io
import os
import re
import subprocess
import sysconfig
import tarfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAME = "taipan"
SUMMARY = "A type checker for Python"
# A fixed time, so that the same sources give the same wheel.
EPOCH = (1980, 1, 1, 0, 0, 0)


def _version():
    with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as f:
        return re.search(r"project\(taipan VERSION ([0-9.]+)", f.read()).group(1)


def _platform():
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")


def _metadata():
    text = (f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {_version()}\n"
            f"Summary: {SUMMARY}\nLicense: MIT\nRequires-Python: >=3.8\n"
            "Classifier: Programming Language :: C\n"
            "Classifier: Programming Language :: Python :: 3\n"
            "Classifier: Typing :: Typed\n")
    readme = os.path.join(ROOT, "README.md")
    if os.path.exists(readme):
        with open(readme, encoding="utf-8") as f:
            text += "Description-Content-Type: text/markdown\n\n" + f.read()
    return text.encode()


def _wheel_file():
    return (f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: false\n"
            f"Tag: py3-none-{_platform()}\n").encode()


def _build():
    for script in (["scripts/setup.sh"], ["scripts/build.sh", "release", NAME]):
        subprocess.run(["bash", os.path.join(ROOT, script[0]), *script[1:]],
                       check=True, cwd=ROOT)
    return os.path.join(ROOT, "build", "release", NAME)


def _stripped(program):
    """The program without its debug information, when strip is there."""
    out = program + ".stripped"
    try:
        subprocess.run(["strip", "-o", out, program], check=True)
    except (OSError, subprocess.CalledProcessError):
        out = program
    with open(out, "rb") as f:
        return f.read()


def _licences():
    yield "LICENSE", os.path.join(ROOT, "LICENSE")
    deps = os.path.join(ROOT, "build", "deps")
    for name in sorted(os.listdir(deps)):
        path = os.path.join(deps, name, "LICENSE")
        if os.path.isfile(path):
            yield f"LICENSE-{name}", path


def _read(path):
    with open(path, "rb") as f:
        return f.read()


class _Wheel:
    """Writes entries and, at the end, their record."""

    def __init__(self, path, info):
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self.info = info
        self.record = []

    def add(self, name, data, mode=0o644):
        entry = zipfile.ZipInfo(name, EPOCH)
        entry.external_attr = (0o100000 | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        self.zip.writestr(entry, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        self.record.append(
            f"{name},sha256={digest.rstrip(b'=').decode()},{len(data)}")

    def close(self):
        name = f"{self.info}/RECORD"
        self.record.append(f"{name},,")
        self.add(name, ("\n".join(self.record) + "\n").encode())
        self.zip.close()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return pack_wheel(wheel_directory, _build())


def pack_wheel(wheel_directory, program):
    """Makes a wheel of a program that is built already."""
    version = _version()
    info = f"{NAME}-{version}.dist-info"
    filename = f"{NAME}-{version}-py3-none-{_platform()}.whl"
    wheel = _Wheel(os.path.join(wheel_directory, filename), info)
    package = os.path.join(ROOT, "packaging", "python", NAME)
    for name in sorted(os.listdir(package)):
        if name.endswith(".py") or name == "py.typed":
            wheel.add(f"{NAME}/{name}", _read(os.path.join(package, name)))
    wheel.add(f"{NAME}-{version}.data/scripts/{NAME}", _stripped(program), 0o755)
    for name, path in _licences():
        wheel.add(f"{info}/licenses/{name}", _read(path))
    wheel.add(f"{info}/METADATA", _metadata())
    wheel.add(f"{info}/WHEEL", _wheel_file())
    wheel.close()
    return filename


def build_sdist(sdist_directory, config_settings=None):
    base = f"{NAME}-{_version()}"
    files = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], check=True,
                           capture_output=True).stdout.decode().split("\0")
    filename = f"{base}.tar.gz"
    with tarfile.open(os.path.join(sdist_directory, filename), "w:gz",
                      format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(f for f in files if f):
            path = os.path.join(ROOT, name)
            if os.path.isfile(path):
                tar.add(path, f"{base}/{name}", recursive=False)
        data = _metadata()
        entry = tarfile.TarInfo(f"{base}/PKG-INFO")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return filename
