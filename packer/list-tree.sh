#!/usr/bin/env bash
# Why: lists every file of a disk with all that it is but its times, so that two disks can be compared file by file.
# Needs: ROOT, the disk's root file system, mounted read-only; find, sha256sum, xargs. Prints fields between tabs; a line break in a name becomes \x01.
set -euo pipefail

cd "$ROOT"
# The size of a folder is the file system's own affair.
find . -mindepth 1 \( -type d -printf 'entry\td\t%m\t%U:%G\t\t%P\t\0' , ! -type d -printf 'entry\t%y\t%m\t%U:%G\t%s\t%P\t%l\0' \) | tr '\n\0' '\1\n'
find . -type f -printf '%P\0' | xargs -0 -r sha256sum -z -- | tr '\n\0' '\1\n' | sed -E 's/^([0-9a-f]{64}) .(.*)$/content\t\1\t\2/'
