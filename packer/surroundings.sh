#!/usr/bin/env bash
# Why: what runs in a root of its own sees the same little world, in a bake and in a rehearsal: told once, for both.
# Needs: sourced by a script of the host that is root in a mount namespace of its own.
set -euo pipefail

# surroundings ROOT: nothing of the host is visible but what a guest needs: six devices, its own processes, empty /run, /tmp and /var/tmp.
surroundings() {
  local root=$1 device
  mount -t tmpfs -o mode=0755,nosuid tmpfs "$root/dev"
  for device in null zero full random urandom tty; do
    cp -a "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs "$root/run"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/var/tmp"
  mkdir -p "$root/run/lock" "$root/run/ingot/payload"
  chmod 1777 "$root/run/lock"
}

# show_payload ROOT DIR: the scripts and files of one layer, where run-layer.sh looks for them; nothing in the root changes them.
show_payload() {
  mount --bind "$2" "$1/run/ingot/payload"
  mount -o remount,bind,ro "$1/run/ingot/payload"
}

# inside ROOT SCRIPT: the host's environment stays outside.
inside() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 chroot "$1" /bin/bash "$2" </dev/null
}
