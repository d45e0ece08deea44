#!/usr/bin/env bash
# Why: guest scripts speak and fail in one form, which the host recognises in a bake's log.
# Needs: nothing.

say() {
  printf '    %s\n' "$*"
}

fail() {
  printf 'ingot: %s\n' "$*" >&2
  exit 1
}

# For a function that has no way of doing its work on this family of distros.
no_such_family() {
  fail "${FUNCNAME[1]}: family '$INGOT_FAMILY' is not known (debian, el)"
}
