#!/bin/bash
# firmware-tools.sh VENV: virt-firmware, which edits varstores, in a Python environment of its own.
set -euo pipefail
venv=$1
if [ ! -x "$venv/bin/virt-fw-vars" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check virt-firmware==26.10 || { rm -rf "$venv"; exit 1; }
fi
