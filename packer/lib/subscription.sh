#!/usr/bin/env bash
# Why: the only place that knows how a machine is registered with its vendor while it is baked, and unregistered again whatever happens.
# Needs: log.sh; where FACT_SUBSCRIPTION_REPOSITORIES names repositories, INGOT_PAYLOAD/bake/subscription: a line with the organisation, a line with its activation key.

# subscription_open: from here on the machine may fetch the vendor's packages; however the script ends, it gives the registration back.
subscription_open() {
  local credentials=$INGOT_PAYLOAD/bake/subscription name enabled=()
  [[ -n ${FACT_SUBSCRIPTION_REPOSITORIES:-} ]] || return 0
  [[ -r $credentials ]] || fail 'the packages of this distro need a subscription, and this bake brings none'
  trap 'subscription_abandon' EXIT
  subscription_register "$credentials"
  subscription-manager config --rhsm.manage_repos=1
  for name in $FACT_SUBSCRIPTION_REPOSITORIES; do enabled+=("--enable=$name"); done
  subscription-manager repos "${enabled[@]}"
}

# The program takes its key as an argument only, and arguments are for all to see: its own interpreter gets it in memory instead.
subscription_register() {
  local program interpreter said status=0 key
  program=$(command -v subscription-manager) || fail 'subscription-manager is not in the base'
  read -ra interpreter < <(sed -n '1s/^#! *//p' "$program")
  key=$(sed -n 2p "$1")
  said=$("${interpreter[@]}" -c '
import runpy, sys
program = sys.argv[1]
organisation, key = sys.stdin.read().split("\n")[:2]
sys.argv = [program, "register", "--org", organisation, "--activationkey", key]
runpy.run_path(program, run_name="__main__")
' "$program" <"$1" 2>&1) || status=$?
  say "${said//"$key"/(the activation key)}"
  ((status == 0)) || fail "subscription-manager register ended with $status"
}

# subscription_close: the vendor forgets the machine, and the machine the vendor. A registration that stays would be one of every VM.
subscription_close() {
  [[ -n ${FACT_SUBSCRIPTION_REPOSITORIES:-} ]] || return 0
  trap - EXIT
  ! command -v insights-client >/dev/null || insights-client --unregister >/dev/null 2>&1 || true
  subscription-manager unregister || subscription-manager unregister || {
    subscription-manager clean || true
    fail 'the vendor still counts this machine: remove it in the portal of the vendor'
  }
  subscription-manager clean
  ! subscription-manager identity >/dev/null 2>&1 || fail 'the machine is still registered after it was unregistered'
}

# A step failed: its status is what counts, and it is the last that is said.
subscription_abandon() {
  local status=$?
  (subscription_close) || true
  trap - EXIT
  exit "$status"
}
