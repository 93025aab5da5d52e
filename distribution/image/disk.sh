#!/bin/bash
# disk.sh ROOT BOOT INITRD OUT: OUT/disk.raw (ESP, EROFS root, dm-verity hashes) and beside it the files that boot measures:
# shimx64.efi, grubx64.efi, vmlinuz, initrd.img, grub.cfg, and verity.txt.
# Every identity is fixed: what two builds of the same files could differ by is nothing.
set -euo pipefail
root=$1 boot=$2 initrd=$3 out=$4
uuid() { printf '51611110-0000-4000-8000-00000000000%d' "$1"; }   # 51611110: "SIGILLIO"
salt=$(printf 'sigillo node root' | sha256sum | cut -d' ' -f1)
mib() { echo $((($(stat -c %s "$1") + 1048575) / 1048576)); }
padded() { truncate -s "$(mib "$1")M" "$1"; }

find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkfs.erofs -T"$SOURCE_DATE_EPOCH" -U"$(uuid 5)" -zlz4hc,9 -C65536 -x-1 "$out/root.erofs" "$root" > /dev/null
truncate -s %4096 "$out/root.erofs"
veritysetup format --uuid="$(uuid 6)" --salt="$salt" --hash=sha256 --data-block-size=4096 --hash-block-size=4096 \
  "$out/root.erofs" "$out/root.hashes" | grep -v '^VERITY header' > "$out/verity.txt" # that line names a folder of this build
rootHash=$(awk '/^Root hash:/ {print $3}' "$out/verity.txt")
blocks=$(($(stat -c %s "$out/root.erofs") / 4096))

cp "$boot/usr/lib/shim/shimx64.efi.signed" "$out/shimx64.efi"
cp "$boot/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$out/grubx64.efi"
cp "$boot"/boot/vmlinuz-* "$out/vmlinuz"
cp "$initrd" "$out/initrd.img"
# No menu and no time out: GRUB runs the file's commands and boots. One command line serves both states of Secure Boot.
cat > "$out/grub.cfg" <<G
linux /vmlinuz ro console=ttyS0 quiet oops=panic lockdown=integrity module.sig_enforce=1 rcupdate.rcu_expedited=1 no_timer_check sigillo.roothash=$rootHash sigillo.verity=$blocks:$salt
initrd /initrd.img
boot
G

truncate -s 48M "$out/esp.img"
mkfs.vfat --invariant -F 16 -n SIGILLO -i 51611110 "$out/esp.img" > /dev/null
touch --date="@$SOURCE_DATE_EPOCH" "$out"/{shimx64.efi,grubx64.efi,vmlinuz,initrd.img,grub.cfg}
export MTOOLS_SKIP_CHECK=1 TZ=UTC
mmd -i "$out/esp.img" ::/EFI ::/EFI/BOOT ::/EFI/debian
put() { mcopy -m -i "$out/esp.img" "$out/$1" "::$2"; }
put shimx64.efi /EFI/BOOT/BOOTX64.EFI
put grubx64.efi /EFI/BOOT/grubx64.efi
put grub.cfg /EFI/debian/grub.cfg
put vmlinuz /vmlinuz
put initrd.img /initrd.img

padded "$out/root.erofs"; padded "$out/root.hashes"
truncate -s $((50 + $(mib "$out/root.erofs") + $(mib "$out/root.hashes")))M "$out/disk.raw"
sgdisk --disk-guid="$(uuid 0)" --set-alignment=2048 \
  --new=1:0:+48M --typecode=1:ef00 --partition-guid=1:"$(uuid 1)" --change-name=1:esp \
  --new=2:0:+"$(mib "$out/root.erofs")"M --typecode=2:8304 --partition-guid=2:"$(uuid 2)" --change-name=2:root \
  --new=3:0:+"$(mib "$out/root.hashes")"M --typecode=3:8300 --partition-guid=3:"$(uuid 3)" --change-name=3:root-hashes \
  "$out/disk.raw" > /dev/null
at=1
for part in esp.img root.erofs root.hashes; do
  dd if="$out/$part" of="$out/disk.raw" bs=1M seek=$at conv=notrunc,sparse status=none
  at=$((at + $(mib "$out/$part")))
done
rm "$out/esp.img" "$out/root.erofs" "$out/root.hashes"
