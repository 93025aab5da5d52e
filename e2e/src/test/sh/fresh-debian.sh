#!/bin/bash
# A fresh Debian in a folder, with nothing but its minimal packages, for the test of the package: fresh-debian.sh ROOT DEB
# Installs the package there by apt, starts its server in a network of its own, makes a cluster with one trusted node,
# removes the package, and says each step. Mounts and processes end with this script's namespaces.
set -euo pipefail
ROOT=$1 DEB=$2 PHASE=${3:-outside}

inside() { chroot "$ROOT" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

case $PHASE in
  outside)
    mmdebstrap --quiet --variant=minbase --include=ca-certificates trixie "$ROOT"
    cp "$DEB" "$ROOT/tmp/sigillo.deb"
    exec unshare --mount --pid --fork --kill-child "$0" "$ROOT" "$DEB" install
    ;;
  install)
    mount --make-rprivate /
    mount --bind "$ROOT" "$ROOT" # its / is to be a mount, as on any machine: namespaces are made from it
    mount -t proc proc "$ROOT/proc"
    mount --rbind /dev "$ROOT/dev"
    mount -t tmpfs tmpfs "$ROOT/run"
    cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
    inside apt-get update -q
    inside apt-get install -y -q --no-install-recommends /tmp/sigillo.deb
    inside sigillo --version
    unshare --net --mount "$0" "$ROOT" "$DEB" work
    ;;
  work)
    ip link set lo up
    mount -t sysfs sysfs "$ROOT/sys"
    mount --rbind /sys/fs/cgroup "$ROOT/sys/fs/cgroup"
    trap 'if [ $? != 0 ]; then tail -n 60 "$ROOT/var/lib/sigillo/log/server.log" || true; fi; inside sigillo down || true' EXIT
    inside sigillo up
    inside sigillo status
    inside sigillo group create demo
    inside sigillo cluster create demo --resource-group demo --node-count 1 --enable-secure-boot --enable-vtpm
    inside sigillo nodes --resource-group demo --cluster demo --output table
    node=$(inside sigillo nodes --resource-group demo --cluster demo --output names)
    inside sigillo attest show "$node" --resource-group demo --cluster demo --output table --require-passing
    inside apt-get remove -y -q sigillo
    echo "processes left: $(inside ps -eo comm= | grep -c 'qemu\|swtpm\|control-plane\|java' || true)"
    echo "state kept: $(ls "$ROOT/var/lib/sigillo/sigillo.db")"
    inside dpkg --purge sigillo
    if [ ! -e "$ROOT/var/lib/sigillo" ]; then echo 'state purged'; fi
    ;;
esac
