#!/bin/bash
# root.sh ROOT BOOT NODE PROGRAMS AGENT JAVA_HOME: makes a node's root out of Debian's.
#   ROOT      Debian's files, changed in place          BOOT      the unpacked boot packages: kernel modules
#   NODE      our own files, laid over the root          PROGRAMS  kubelet, kube-proxy, kubectl
#   AGENT     the agent's jars, may be empty             JAVA_HOME the JDK whose runtime the agent gets
set -euo pipefail
root=$1 boot=$2 node=$3 programs=$4 agent=$5 java=$6
here=$(cd "$(dirname "$0")" && pwd)

# What a running node has no use for: package tools, interpreters, tables of the C library, other CNI plugins.
rm -rf "$root"/var "$root"/boot "$root"/srv "$root"/media "$root"/mnt "$root"/home "$root"/opt \
  "$root"/usr/share/{perl5,debconf,bash-completion,zsh,vim,lintian,bug,info,pixmaps,initramfs-tools,menu,polkit-1,systemd/kbd-model-map} \
  "$root"/usr/lib/x86_64-linux-gnu/{perl-base,gconv} "$root"/usr/bin/{perl*,dpkg*,containerd-stress,debconf*,deb-systemd*} \
  "$root"/usr/lib/{apt,dpkg,init} "$root"/etc/{apt,dpkg,cron.d,cron.daily,logrotate.d,init.d,ssh,debconf.conf,kernel,update-motd.d} "$root"/etc/rc?.d \
  "$root"/etc/{passwd-,group-,shadow-,gshadow-,subuid-,subgid-} "$root"/etc/{modules,modules-load.d,nftables.conf} "$root"/tmp "$root"/run
find "$root/usr/lib/cni" -type f ! -name bridge ! -name host-local ! -name portmap ! -name loopback -delete

# systemd starts what is listed here and nothing else: under emulation every unit costs a noticeable part of a second,
# and its TPM units would extend PCRs that must stay as the firmware left them.
rm -rf "$root"/usr/lib/systemd/system/*.wants "$root"/etc/systemd/system/*.wants "$root"/usr/lib/systemd/system-generators/* \
  "$root"/usr/lib/tmpfiles.d/* "$root"/usr/lib/systemd/user "$root"/etc/systemd/user "$root"/usr/lib/systemd/user-generators \
  "$root"/usr/lib/udev/hwdb.d "$root"/usr/lib/systemd/catalog
wants() { local target=$1 unit; shift; mkdir -p "$root/etc/systemd/system/$target.wants"
  for unit; do ln -s "/usr/lib/systemd/system/$unit" "$root/etc/systemd/system/$target.wants/$unit"; done; }
wants sysinit.target systemd-journald.service systemd-modules-load.service systemd-sysctl.service systemd-tmpfiles-setup.service
wants local-fs.target tmp.mount
wants sockets.target dbus.socket systemd-journald.socket systemd-journald-dev-log.socket

mkdir -p "$root"/{var,boot,tmp,run,opt,srv,mnt,home} "$root/usr/libexec/kubernetes/kubelet-plugins/volume/exec"
chmod 1777 "$root/tmp"
cp -r --no-preserve=mode,ownership "$node"/. "$root"/
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
for unit in sigillo-agent containerd sigillo-pause sigillo-archives; do
  ln -s "/etc/systemd/system/$unit.service" "$root/etc/systemd/system/multi-user.target.wants/$unit.service"
done
ln -sf /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
for unit in emergency.service rescue.service getty.target console-getty.service systemd-logind.service ctrl-alt-del.target; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf /run/sigillo/resolv.conf "$root/etc/resolv.conf"
ln -sf /proc/self/mounts "$root/etc/mtab"

# Of ours, kubelet and kube-proxy are one program, and the second a link to it. kubectl is what az aks command invoke runs, in a pod that sees /usr.
cp --no-dereference --preserve=mode "$programs"/{kubelet,kube-proxy,kubectl} "$root/usr/bin/"

# Modules are stored as they were signed, so that IMA's digest of a driver is the digest of this file.
modules=$(basename "$boot"/usr/lib/modules/*)
mkdir -p "$root/usr/lib/modules"
cp -r "$boot/usr/lib/modules/$modules" "$root/usr/lib/modules/"
find "$root/usr/lib/modules" -name '*.ko.xz' -print0 | xargs -0 xz --decompress --threads=1
chroot "$root" /usr/sbin/depmod "$modules"

"$here/agent.sh" "$root" "$agent" "$java"
