#!/usr/bin/python3
"""Makes a wheel of a build, for pip: the Python package, the program, its scenarios, manual page and completions.

    tools/make_wheel.py [--build build/release] [--to build]    prints the wheel's name

Uses Python's standard library only. A wheel suits the Python version, the processor and the C++ libraries of the system it
is made on: it links those of the system, as the .deb does.
"""

import argparse
import base64
import hashlib
import re
import shutil
import subprocess
import sysconfig
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDS = ["numpy", "pandas", "xarray"]
NEEDS_FOR_FILES = ["h5netcdf"]  # hearth.open


def version():
    return re.search(r"^project\(hearth VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.M)[1]


def tag(extension):
    """Of the interpreter and the platform: cp311-cp311-linux_x86_64."""
    interpreter = "cp" + re.search(r"\.cpython-(\d+)-", extension.name)[1]
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    return f"{interpreter}-{interpreter}-{platform}"


def install(build, to):
    for component in ("program", "python"):
        command = ["cmake", "--install", str(build), "--prefix", str(to), "--component", component, "--strip"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def make(build, to):
    """The path of a wheel of the build, in the folder `to`."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder)
        install(build, prefix)
        (package,) = [path.parent for path in prefix.rglob("hearth/__init__.py")]
        (extension,) = package.glob("_hearth.*.so")
        name = f"hearth-{version()}"
        files = {f"hearth/{path.name}": path for path in package.iterdir() if path.is_file()}
        # Below the environment's own folder, where the program and the package look for scenarios.
        files |= {f"{name}.data/scripts/hearth": prefix / "bin/hearth"}
        for path in (prefix / "share").rglob("*"):
            if path.is_file():
                files[f"{name}.data/data/share/{path.relative_to(prefix / 'share')}"] = path
        return write(to / f"{name}-{tag(extension)}.whl", name, tag(extension), files)


def write(wheel, name, tags, files):
    needs = "".join(f"Requires-Dist: {package}\n" for package in NEEDS) + "Provides-Extra: files\n"
    needs += "".join(f'Requires-Dist: {package}; extra == "files"\n' for package in NEEDS_FOR_FILES)
    about = {
        f"{name}.dist-info/METADATA": "Metadata-Version: 2.1\nName: hearth\n"
        f"Version: {version()}\nSummary: Children's social care in England, simulated under alternative service models\n"
        f"License: Apache-2.0\nRequires-Python: >=3.9\n{needs}",
        f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: make_wheel\nRoot-Is-Purelib: false\n"
        f"Tag: {tags}\n",
    }
    wheel.parent.mkdir(parents=True, exist_ok=True)
    written = wheel.with_suffix(".part")
    record = []
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, path in sorted(files.items()):
            data = path.read_bytes()
            entry = zipfile.ZipInfo(inside, (2020, 1, 1, 0, 0, 0))  # the same files make the same wheel
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
            record.append(f"{inside},{digest(data)},{len(data)}\n")
        for inside, text in about.items():
            archive.writestr(zipfile.ZipInfo(inside, (2020, 1, 1, 0, 0, 0)), text)
            record.append(f"{inside},{digest(text.encode())},{len(text.encode())}\n")
        inside = f"{name}.dist-info/RECORD"
        archive.writestr(zipfile.ZipInfo(inside, (2020, 1, 1, 0, 0, 0)), "".join(record) + f"{inside},,\n")
    shutil.move(written, wheel)
    return wheel


def main():
    parser = argparse.ArgumentParser(description="Makes a wheel of a build.")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="default: build/release")
    parser.add_argument("--to", type=Path, default=ROOT / "build", help="the folder of the wheel (default: build)")
    options = parser.parse_args()
    print(make(options.build, options.to))


if __name__ == "__main__":
    main()
