"""Fetches what bench/lock.txt pins, and lays it out under build/bench-data:

    archives/           the files themselves, checked against their digests
    tools/NAME/         one checker, with its own environment if it is Python's
    corpora/NAME/       the Python files of one package
    env/                an empty virtual environment, shown to all the checkers,
                        so that what is installed on this machine plays no part

Done once; a stamp with the digests says when to do it again. Nothing of it is
committed. Uses pip and npm as they are set up.
"""

import base64
import collections
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tokenize
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT / "build" / "bench-data"
Pin = collections.namedtuple("Pin", "use name version file sha512")
SKIPPED = {"site-packages", "lib-dynload", "__pycache__"}


class Unavailable(Exception):
    """Why a checker or a corpus cannot be had on this machine."""


def say(text):
    print(f"bench: {text}", file=sys.stderr)


def pins():
    text = (ROOT / "bench" / "lock.txt").read_text("utf-8")
    return [Pin(*line.split()) for line in text.splitlines()
            if line and not line.startswith("#")]


def pins_for(use, name=None):
    return [p for p in pins() if p.use == use and name in (None, p.name)]


def digest(path):
    h = hashlib.sha512(path.read_bytes())
    return base64.b64encode(h.digest()).decode()


def run(argv, what, **kw):
    done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, **kw)
    if done.returncode:
        tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise Unavailable(f"{what}: " + " / ".join(tail))
    return done.stdout


def python_for(file):
    """The interpreter that a wheel asks for: its own version, if it is compiled."""
    tag = file[:-4].split("-")[-3]
    if not tag.startswith("cp3") or "-abi3-" in file:
        return sys.executable
    version = f"3.{tag[3:]}"
    if sys.version_info[:2] == (3, int(tag[3:])):
        return sys.executable
    found = shutil.which(f"python{version}")
    if not found:
        raise Unavailable(f"{file} needs Python {version}")
    return found


def pip_download(pin, folder):
    python, abi, platforms = pin.file[:-4].split("-")[-3:]
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
            "--only-binary", ":all:", "--dest", folder, "--abi", abi,
            "--implementation", "cp" if python.startswith("cp") else "py"]
    if python.startswith("cp3"):
        argv += ["--python-version", f"3.{python[3:]}"]
    for platform in platforms.split("."):
        argv += ["--platform", platform]
    run([*argv, f"{pin.name}=={pin.version}"], f"pip download {pin.name}")


def npm_download(pin, folder):
    if not shutil.which("npm"):
        raise Unavailable("npm is not installed")
    run(["npm", "pack", "--silent", "--ignore-scripts", f"{pin.name}@{pin.version}"],
        f"npm pack {pin.name}", cwd=folder)


def archive(pin):
    """The path of a pinned file, fetched if need be and always checked."""
    path = DATA / "archives" / pin.file
    if not path.exists():
        say(f"fetching {pin.name} {pin.version}")
        folder = DATA / f"tmp.{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            (npm_download if pin.file.endswith(".tgz") else pip_download)(pin, folder)
            got = folder / pin.file
            if not got.exists():
                raise Unavailable(f"{pin.name}: got {os.listdir(folder)}, not {pin.file}")
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(got, path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if (got := digest(path)) != pin.sha512:
        path.unlink()
        raise Unavailable(f"{pin.file} has digest {got}, not {pin.sha512}")
    return path


def once(folder, stamp, make):
    """Calls make(folder) unless the folder was made with the same stamp. The
    stamp goes in last, so that what was cut short is made again."""
    mark = folder / ".stamp"
    if not (mark.exists() and mark.read_text() == stamp):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        mark.write_text(stamp)
    return folder


def stamp_of(group):
    return "\n".join(p.sha512 for p in group)


def tool(name):
    """The folder of a checker: bin/NAME for a Python package, package/ for npm's."""
    group = pins_for(name)
    python = python_for(group[0].file) if group[0].file.endswith(".whl") else ""

    def make(folder):
        files = [archive(p) for p in group]
        if not python:
            with tarfile.open(files[0]) as tar:
                tar.extractall(folder)
            return
        run([python, "-m", "venv", folder], f"venv for {name}")
        run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps",
             "--no-index", *files], f"pip install {name}")

    return once(DATA / "tools" / name, stamp_of(group) + python, make)


def environment():
    """The empty virtual environment."""
    def make(folder):
        run([sys.executable, "-m", "venv", "--without-pip", folder], "venv")

    return once(DATA / "env", sys.executable, make)


def is_source(name):
    return name.endswith((".py", ".pyi"))


def unpack_wheel(path, folder):
    with zipfile.ZipFile(path) as wheel:
        for member in wheel.namelist():
            if is_source(member) and not member.split("/")[0].endswith((".data", ".dist-info")):
                wheel.extract(member, folder)


def is_text(path):
    """Whether a file can be decoded; the library's tests have some that cannot."""
    try:
        with tokenize.open(path) as f:
            f.read()
        return True
    except (SyntaxError, UnicodeDecodeError):
        return False


def copy_library(folder):
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    for where, dirs, files in os.walk(library):
        dirs[:] = [d for d in dirs if d not in SKIPPED and not d.startswith("config-")]
        for f in filter(is_source, files):
            source = pathlib.Path(where, f)
            if not is_text(source):
                continue
            target = folder / source.relative_to(library)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def corpus(name):
    """The folder of a corpus, which is a repository's root of its own: the folders
    above it have ignore files that name build/."""
    if name == "stdlib":
        stamp = f"decodable files of {sys.version}"
        make = copy_library
    else:
        group = pins_for("corpus", name)
        stamp = stamp_of(group)

        def make(folder):
            for pin in group:
                unpack_wheel(archive(pin), folder)

    def make_repository(folder):
        make(folder)
        (folder / ".git").mkdir()

    return once(DATA / "corpora" / name, stamp, make_repository)


def corpus_names():
    return [p.name for p in pins_for("corpus")] + ["stdlib"]


def corpus_version(name):
    if name == "stdlib":
        return "%d.%d.%d" % sys.version_info[:3]
    return pins_for("corpus", name)[0].version


def size_of(folder):
    """Reads a corpus, which also brings it into the file cache -> its size."""
    files = lines = size = 0
    for where, dirs, names in os.walk(folder):
        dirs[:] = [d for d in dirs if d != ".git"]
        for name in filter(is_source, names):
            data = pathlib.Path(where, name).read_bytes()
            files, lines, size = files + 1, lines + data.count(b"\n"), size + len(data)
    return {"files": files, "lines": lines, "bytes": size}
