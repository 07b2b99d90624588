#!/usr/bin/env bash
# Runs a command as root in a throw-away copy of this machine: what it installs, changes and removes is gone afterwards. As root, on Linux.
#   throw-away-root.sh FOLDER COMMAND…   FOLDER stays as it is, at the same place
set -euo pipefail
[ "${1:-}" = --inside ] || exec unshare --mount --pid --fork --kill-child --propagation private "$0" --inside "$@"
shift
kept=$1
shift

base=$(mktemp -d)
mount -t tmpfs -o mode=755 none "$base"
root=$base/root
mkdir "$root" "$base/up" "$base/work"
mount -t tmpfs -o mode=755 none "$root"
for name in bin sbin lib lib32 lib64 libx32; do [ -L "/$name" ] && cp -P "/$name" "$root/"; done
for name in usr etc var; do
  mkdir "$base/up/$name" "$base/work/$name" "$root/$name"
  mount -t overlay overlay -o "lowerdir=/$name,upperdir=$base/up/$name,workdir=$base/work/$name" "$root/$name"
done
mkdir "$root"/{opt,home,root,run,machine,proc,dev,sys}
mkdir -m 1777 "$root/tmp"
# A folder of the machine: dpkg removes one that it emptied.
touch "$root/opt/kept"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t proc none "$root/proc"
mkdir -p "$root$kept"
mount --rbind "$kept" "$root$kept"
cd "$root"
pivot_root . machine
umount -l /machine
rmdir /machine
cd /
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
