#!/bin/bash
# base.sh OUT PACKAGES LOCK: Debian 13 as OUT/root.tar, the boot chain's packages unpacked in OUT/boot, and OUT/packages.lock.
# A version that LOCK names is preferred wherever the archive still has it.
set -euo pipefail
out=$1 packages=$2 lock=$3
mkdir -p "$out/boot" "$out/debs"
awk 'NF == 2 { printf "Package: %s\nPin: version %s\nPin-Priority: 1001\n\n", $1, $2 }' "$lock" > "$out/preferences"
cat > "$out/boot.sh" <<'H'
set -eu
root=$1 out=$2
export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG
cd "$out/debs"
kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
apt-get -q -o APT::Sandbox::User=root download "$kernel" shim-signed grub-efi-amd64-signed
for deb in *.deb; do
  dpkg-deb -x "$deb" "$out/boot"
  dpkg-deb -W --showformat='${Package} ${Version}\n' "$deb" >> "$out/packages.unsorted"
done
dpkg-query --root="$root" -W -f '${Package} ${Version}\n' >> "$out/packages.unsorted"
H
: > "$out/packages.unsorted"
mmdebstrap --quiet --variant=essential --format=directory \
  --aptopt='APT::Install-Recommends "false"' --aptopt="Dir::Etc::Preferences \"$out/preferences\"" \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --include="$(grep -v '^#' "$packages" | paste -sd,)" \
  --customize-hook="sh '$out/boot.sh' \"\$1\" '$out'" trixie "$out/root"
LC_ALL=C sort -u "$out/packages.unsorted" > "$out/packages.lock"
rm -rf "$out/debs" "$out/boot.sh" "$out/preferences" "$out/packages.unsorted"
