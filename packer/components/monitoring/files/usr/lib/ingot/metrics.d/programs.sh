#!/usr/bin/env bash
# Why: a program that supervisor cannot keep running fails no unit: systemd sees supervisor alone, and that runs.
# Needs: root; supervisorctl where there is supervisor. One that does not answer is a unit that does not run, which is told elsewhere: nothing is known here.
set -euo pipefail

main() {
  local said='' states='STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN'
  if command -v supervisorctl >/dev/null; then
    # The exit status is 3 when one of them does not run, and 4 when supervisor does not answer.
    said=$(supervisorctl status 2>/dev/null) || (($? == 3)) || return 0
  fi
  awk -v states="^($states)\$" '
    $2 ~ states { gsub(/["\\]/, "", $1); running[$1] = ($2 == "RUNNING"); down += ($2 != "RUNNING") }
    END {
      print "# HELP ingot_programs_down Programs of supervisor that do not run."
      print "# TYPE ingot_programs_down gauge"
      printf "ingot_programs_down %d\n", down
      print "# HELP ingot_program_running Whether a program of supervisor runs."
      print "# TYPE ingot_program_running gauge"
      for (name in running) printf "ingot_program_running{program=\"%s\"} %d\n", name, running[name]
    }' <<<"$said"
}

main
