#!/usr/bin/env bash
# Installs the programs without which tests would be skipped, where that is this user's to do: root on Debian or one of
# its kin. Says nothing and never fails: what is still missing afterwards is skipped with its reason.
set -u
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0

# Which program, and the package it is in.
tools=(bwrap:bubblewrap setpriv:util-linux ip:iproute2 rg:ripgrep podman:podman runc:runc catatonit:catatonit)
packages=()
for tool in "${tools[@]}"; do
  command -v "${tool%%:*}" >/dev/null || packages+=("${tool##*:}")
done
[ ${#packages[@]} = 0 ] && exit 0

export DEBIAN_FRONTEND=noninteractive
install() { timeout 180 apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null; }
if ! install "${packages[@]}"; then
  timeout 60 apt-get update >/dev/null 2>&1 </dev/null || exit 0
  # One that is not to be had keeps none of the others out.
  install "${packages[@]}" || for package in "${packages[@]}"; do install "$package"; done
fi
exit 0
