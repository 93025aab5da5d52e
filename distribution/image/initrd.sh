#!/bin/bash
# initrd.sh INIT ROOT OUT: the initrd OUT of the program INIT and the drivers that reach EFI variables, the root file system and the network.
set -euo pipefail
init=$1 root=$2 out=$3
stage=$(mktemp -d); trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage"/{dev,proc,sys,run,root,modules}
install -m 755 "$init" "$stage/init"
modules=$(basename "$root"/usr/lib/modules/*)
n=10
for wanted in efivarfs virtio_blk dm_verity erofs virtio_net; do
  # "insmod PATH" lines, dependencies first; those built into the kernel say "builtin".
  chroot "$root" /usr/sbin/modprobe --set-version "$modules" --show-depends "$wanted" | sed -n 's/^insmod \([^ ]*\).*/\1/p' > "$stage/depends"
  while read -r file; do
    name=$(basename "$file")
    if ! ls "$stage"/modules/*-"$name" > /dev/null 2>&1; then cp "$root$file" "$stage/modules/$n-$name"; n=$((n + 1)); fi
  done < "$stage/depends"
done
rm "$stage/depends"
chmod 644 "$stage"/modules/*
find "$stage" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
(cd "$stage" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --create --format=newc --reproducible --owner=0:0 > "$out.cpio")
zstd --quiet -19 --single-thread --no-check --rm -f "$out.cpio" -o "$out"
