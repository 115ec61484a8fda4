"""Rebuild the pose landmarker bundles of this folder from public packages.

    python models/build_models.py [OUTPUT_DIR]

A bundle is an uncompressed zip of two TFLite networks, the person detector and
the landmark network, each carrying the input normalisation that the MediaPipe
Tasks API reads from its metadata.  The networks come from two public packages:

* ``mediapipe 0.10.21`` on PyPI: ``pose_detection.tflite`` and
  ``pose_landmark_full.tflite`` (files of the package's ``modules`` folder);
* ``@mediapipe/pose 0.5.1675469404`` on npm: ``pose_landmark_lite.tflite``.

The metadata is written by 0.10.21's own ``MetadataWriter`` in a throw-away
virtual environment: the writer of the 1.x releases cannot write it.  Names and
dates inside the zip are fixed, so the result is the same file every time; the
script says whether it is the file that ``models.toml`` describes.

Needs Python 3.9-3.12 (the wheels of 0.10.21), ``npm`` and the package registries.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYPI_PACKAGE = "mediapipe==0.10.21"
NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)

# Runs inside the throw-away environment: argv = source.tflite target.tflite mean std
ADD_METADATA = """
import sys
from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

source, target, mean, std = sys.argv[1:]
writer = metadata_writer.MetadataWriter.create(open(source, "rb").read())
writer.add_image_input([float(mean)], [float(std)])
model, _ = writer.populate()
open(target, "wb").write(model)
"""


def with_metadata(python: Path, source: Path, target: Path, *, mean: float, std: float) -> Path:
    """Write ``source`` with its input normalisation ``(x - mean) / std`` to ``target``."""
    command = [str(python), "-c", ADD_METADATA, str(source), str(target), str(mean), str(std)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return target


def bundle(target: Path, *, detector: Path, landmarks: Path) -> None:
    """Zip the two networks, uncompressed, under the names the Tasks API expects."""
    members = {"pose_detector.tflite": detector, "pose_landmarks_detector.tflite": landmarks}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, path in members.items():
            info = zipfile.ZipInfo(name, FIXED_DATE)
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())


def main(output: Path) -> int:
    """Build both bundles into ``output``; return 0 when they match ``models.toml``."""
    described = tomllib.loads((HERE / "models.toml").read_text())
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        venv.create(work / "env", with_pip=True)
        python = next(p for p in (work / "env/bin/python", work / "env/Scripts/python.exe") if p.exists())
        subprocess.run([str(python), "-m", "pip", "install", "-q", PYPI_PACKAGE], check=True)
        npm = ["npm", "pack", "--silent", NPM_PACKAGE]
        archive = subprocess.run(npm, cwd=work, check=True, capture_output=True, text=True).stdout.split()[-1]
        with tarfile.open(work / archive) as tar:
            tar.extract("package/pose_landmark_lite.tflite", work, filter="data")
        modules = next((work / "env").rglob("mediapipe/modules"))
        detector = with_metadata(
            python, modules / "pose_detection/pose_detection.tflite", work / "detector", mean=127.5, std=127.5
        )
        networks = {
            "full": modules / "pose_landmark/pose_landmark_full.tflite",
            "lite": work / "package/pose_landmark_lite.tflite",
        }
        same = True
        for name, network in networks.items():
            landmarks = with_metadata(python, network, work / name, mean=0.0, std=255.0)
            target = output / described[name]["file"]
            bundle(target, detector=detector, landmarks=landmarks)
            digest = hashlib.sha256(target.read_bytes()).hexdigest()
            agrees = digest == described[name]["sha256"]
            same &= agrees
            print(f"{target} {target.stat().st_size:,} bytes sha256 {digest}", "as described" if agrees else "DIFFERS")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
