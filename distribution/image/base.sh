#!/bin/bash
# base.sh OUT PACKAGES LOCK DEBS: Debian 13 as the folder OUT/root, the boot chain's packages unpacked in OUT/boot, and OUT/packages.lock.
# LOCK has a line "NAME VERSION SHA256" for each package. Where DEBS or the archive has every one of them, exactly these are used and
# nothing else is asked of anybody. Otherwise the archive's present ones stand in, and OUT/moved names those that were not to be had.
# DEBS keeps what was downloaded, by digest: once a lock was built it can be built again without the archive.
set -euo pipefail
out=$1 packages=$2 lock=$3 debs=$4
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# mirror LABEL: where the host's own apt has Debian's archive of that label from.
mirror() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" | sort -u | head -n 1)
  if [ -z "$uri" ]; then
    apt-get -q update >&2 # labels are in what it downloads
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" | sort -u | head -n 1)
  fi
  [ -n "$uri" ] || { echo "the host's apt has no archive labelled $1: add Debian's archives to its sources" >&2; return 1; }
  echo "${uri%/}"
}
debian=$(mirror Debian)
security=$(mirror Debian-Security)
archive=("deb [signed-by=$keyring] $debian trixie main" "deb [signed-by=$keyring] $debian trixie-updates main"
  "deb [signed-by=$keyring] $security trixie-security main")
boots='^(linux-image-[0-9].*|shim-signed|grub-efi-amd64-signed)$'   # unpacked, not installed
mkdir -p "$out"/{boot,repository,download,apt/state/lists/partial,apt/cache/archives/partial} "$debs"
awk '!/^#/ && NF == 3' "$lock" > "$out/wanted"

# missing FILE: the lines of "wanted" whose package DEBS does not hold as it should be.
missing() {
  while read -r name version sha; do
    if ! { [ -f "$debs/$sha.deb" ] && echo "$sha  $debs/$sha.deb" | sha256sum --check --status; }; then echo "$name $version $sha"; fi
  done < "$out/wanted"
}
# keep FILE...: moves packages into DEBS and prints "NAME VERSION SHA256" of each.
keep() {
  local deb sha
  for deb; do
    sha=$(sha256sum "$deb" | cut -d' ' -f1)
    dpkg-deb -W --showformat="\${Package} \${Version} $sha\n" "$deb"
    mv -f "$deb" "$debs/$sha.deb"
  done
}
# An apt of its own: the host's proxies and certificates, but none of its sources, pins or packages.
own_apt() {
  printf '%s\n' "${archive[@]}" > "$out/apt/sources.list"
  : > "$out/apt/status"
  cat > "$out/apt/apt.conf" <<A
Dir::State "$out/apt/state"; Dir::State::status "$out/apt/status"; Dir::Cache "$out/apt/cache";
Dir::Etc::sourcelist "$out/apt/sources.list"; Dir::Etc::sourceparts "-"; Dir::Etc::preferences "-"; Dir::Etc::preferencesparts "-";
APT::Architecture "amd64"; APT::Architectures { "amd64"; }; APT::Sandbox::User "root"; Acquire::Languages "none";
A
  export APT_CONFIG=$out/apt/apt.conf
  apt-get -q update
}
fetch() {
  own_apt
  apt-cache dumpavail | awk '/^Package: / { name = $2 } /^Version: / { print name, $2 }' | sort -u > "$out/available"
  cut -d' ' -f1,2 "$out/missing" | sort > "$out/asked"
  comm -12 "$out/asked" "$out/available" | tr ' ' = > "$out/fetch"
  if [ -s "$out/fetch" ]; then (cd "$out/download" && xargs apt-get -q download < "$out/fetch"); fi
  find "$out/download" -name '*.deb' -print0 | while IFS= read -r -d '' deb; do keep "$deb"; done
  unset APT_CONFIG
}
# A repository of those of the locked packages that are here.
repository() {
  : > "$out/repository/Packages"
  while read -r name version sha; do
    if [ -f "$debs/$sha.deb" ] && ! grep -qE "$boots" <<< "$name"; then
      ln -f -s "$debs/$sha.deb" "$out/repository/$sha.deb"
      { dpkg-deb -f "$debs/$sha.deb"; echo "Filename: ./$sha.deb"; echo "Size: $(stat -c %s "$debs/$sha.deb")"; echo "SHA256: $sha"; echo; } >> "$out/repository/Packages"
    fi
  done < "$out/wanted"
  # mmdebstrap takes the essential packages from the suite of that name.
  printf 'Codename: trixie\nSHA256:\n %s %s Packages\n' "$(sha256sum < "$out/repository/Packages" | cut -d' ' -f1)" \
    "$(stat -c %s "$out/repository/Packages")" > "$out/repository/Release"
}
bootstrap() {
  mmdebstrap --quiet --variant=essential --format=directory --aptopt='APT::Sandbox::User "root"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --include="$(grep -v '^#' "$packages" | paste -sd,)" "$@"
}

missing > "$out/missing"
if [ -s "$out/missing" ]; then fetch; missing > "$out/missing"; fi
cut -d' ' -f1,2 "$out/missing" > "$out/moved"
repository
locked="deb [trusted=yes] copy:$out/repository ./"
if ! [ -s "$out/missing" ] && [ -s "$out/wanted" ]; then
  bootstrap trixie "$out/root" "$locked"
  while read -r name version sha; do
    if grep -qE "$boots" <<< "$name"; then dpkg-deb -x "$debs/$sha.deb" "$out/boot"; echo "$name $version"; fi
  done < "$out/wanted" > "$out/used"
  dpkg-query --root="$out/root" -W -f '${Package} ${Version}\n' >> "$out/used"
  awk 'NR == FNR { sha[$1 " " $2] = $3; next } { print $1, $2, sha[$1 " " $2] }' "$out/wanted" "$out/used" > "$out/lines"
else
  awk '{ printf "Package: %s\nPin: version %s\nPin-Priority: 1001\n\n", $1, $2 }' "$out/wanted" > "$out/preferences"
  cat > "$out/all.sh" <<'H'
set -eu
root=$1 out=$2
export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG
cd "$out/download"
kernel=$(sed -n 's/^\(linux-image-[0-9][^ ]*\) .*/\1/p' "$out/wanted")
if [ -z "$kernel" ] || ! apt-cache show "$kernel" > /dev/null 2>&1; then
  kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
fi
apt-get -q download "$kernel" shim-signed grub-efi-amd64-signed
for deb in *.deb; do dpkg-deb -x "$deb" "$out/boot"; done
dpkg-query --root="$root" -W -f '${Package}=${Version}\n' | xargs apt-get -q download
H
  bootstrap --aptopt="Dir::Etc::Preferences \"$out/preferences\"" --customize-hook="sh '$out/all.sh' \"\$1\" '$out'" \
    trixie "$out/root" "${archive[@]}" "$locked"
  find "$out/download" -name '*.deb' -print0 | while IFS= read -r -d '' deb; do keep "$deb"; done > "$out/lines"
fi
{ head -n 1 "$lock"; LC_ALL=C sort -u "$out/lines"; } > "$out/packages.lock"
rm -rf "$out"/{repository,download,apt,wanted,missing,available,asked,fetch,used,lines,preferences,all.sh}
