#!/usr/bin/env bash
# Makes an image of this machine's own programs, without any registry: $1 the engine, $2 the image's name.
set -euo pipefail
engine=$1 image=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH
mkdir -p "$root"/{proc,sys,dev,tmp,var/tmp,etc,run,usr/{bin,sbin,lib,lib64}}
for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$root/$dir"; done
echo 'root:x:0:0::/:/bin/sh' >"$root/etc/passwd"
programs=(bash cat chmod chroot cp date dirname env find git grep head hostname id ln ls mkdir mknod mount mv
  nohup nsenter od perl ps rm rmdir sed setsid sh sleep stat su tail touch tr umount unshare wc)
files=()
for name in "${programs[@]}"; do
  file=$(type -P "$name") && files+=("$file")
done
for file in "${files[@]}" "$HARNESS_TEST_NODE"; do
  ldd "$(readlink -f "$file")" 2>/dev/null | grep -o '/[^ ]*' || true
done | sort -u >"$root/usr/list"
printf '%s\n' "${files[@]}" >>"$root/usr/list"
tar -c -h -f - -T "$root/usr/list" 2>/dev/null | tar -x -C "$root" -f -
cp -L "$HARNESS_TEST_NODE" "$root/usr/bin/node"
tar -C "$root" -c . | "$engine" import - "$image" >/dev/null
