#!/bin/bash
# varstore.sh FIRMWARE_VENV TEMPLATES DBX OUT: OUT/OVMF_VARS.secureboot.fd and OUT/OVMF_VARS.plain.fd.
# Debian's template with Microsoft's keys has those of 2011 only and an empty dbx: add the certificates of 2023, under
# which newer shims are signed, and the hashes of every revoked x64 boot image.
set -euo pipefail
venv=$1 templates=$2 dbx=$3 out=$4
microsoft=77fa9abd-0359-4d32-bd60-28f4e78f784b   # EFI_SIGNATURE_OWNER of Microsoft's own updates
certificates=$("$venv/bin/python3" -c 'import os, virt.firmware as f; print(os.path.dirname(f.__file__))')/certs/microsoft.com
revoked=()
while read -r hash; do revoked+=(--add-dbx-hash "$microsoft" "$hash"); done < <(cut -f1 "$dbx" | grep -xE '[0-9a-f]{64}')
[ "${#revoked[@]}" -ge 3 ] || { echo "varstore.sh: $dbx names no revoked image" >&2; exit 1; }
# An entry of dbx gets the present time, which two builds do not have in common: it gets the image's.
cat > "$out/.vars.py" << 'PYTHON'
import datetime, os, sys
from virt.firmware import vars
from virt.firmware.efi import efivar
day = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
update = efivar.EfiVar.update_time
efivar.EfiVar.update_time = lambda self, ts=None: update(self, day if ts is None else ts)
sys.exit(vars.main())
PYTHON
"$venv/bin/python3" "$out/.vars.py" --input "$templates/OVMF_VARS_4M.ms.fd" --output "$out/OVMF_VARS.secureboot.fd" \
  --add-kek "$microsoft" "$certificates/ms-kek-2023.pem" \
  --add-db "$microsoft" "$certificates/windows-2023.pem" --add-db "$microsoft" "$certificates/ms-uefi-2023.pem" \
  "${revoked[@]}"
rm "$out/.vars.py"
cp "$templates/OVMF_VARS_4M.fd" "$out/OVMF_VARS.plain.fd"
