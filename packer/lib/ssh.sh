#!/usr/bin/env bash
# Why: what sshd_config says must be what counts, whatever drop-ins say, whatever version of sshd reads it, and whoever else sets its options.
# Needs: files.sh, log.sh.

# ssh_contradictions_out CONFIG: no drop-in says another thing about a keyword of CONFIG. It would not count, but people and scanners read all files.
ssh_contradictions_out() {
  local config=$1 drop_in
  for drop_in in "$config".d/*.conf; do
    [[ -f $drop_in ]] || continue
    ssh_keywords_out "$config" "$drop_in"
    grep -Evq '^[[:space:]]*(#|$)' "$drop_in" || rm -f "$drop_in"
  done
  # EL 8 starts sshd with the system's policy as command-line options, which beat every file.
  [[ ! -f /etc/sysconfig/sshd ]] || set_line /etc/sysconfig/sshd '^#?[[:space:]]*CRYPTO_POLICY=' 'CRYPTO_POLICY='
}

# ssh_keywords_out CONFIG OTHER: lines of OTHER go whose keyword CONFIG has.
ssh_keywords_out() {
  local config=$1 other=$2
  awk '
    FNR == NR { if ($0 !~ /^[[:space:]]*(#|$)/) ours[tolower($1)] = 1; next }
    $0 !~ /^[[:space:]]*(#|$)/ { split($0, word, /[[:space:]=]+/); keyword = tolower(word[word[1] == "" ? 2 : 1]); if (keyword in ours && keyword != "include") next }
    { print }' "$config" "$other" >"$other.ingot-new"
  chmod --reference="$other" "$other.ingot-new"
  mv -f "$other.ingot-new" "$other"
}

# ssh_known_algorithms CONFIG: sshd before 8.2 does not start over the names of hardware keys.
ssh_known_algorithms() {
  ssh -Q key | grep -q '^sk-' || sed -i -E 's/(^|[ ,])sk-[^, ]*,/\1/g' "$1"
}

# ssh_strong_moduli: the groups for Diffie-Hellman key exchange that are shorter than 3072 bits go.
ssh_strong_moduli() {
  [[ -s /etc/ssh/moduli ]] || return 0
  awk '/^#/ || $5 >= 3071' /etc/ssh/moduli | write_file 0644 /etc/ssh/moduli
}

# ssh_settings_test: sshd itself reads the settings. It wants a host key, which an image must not have: one is made for the moment.
ssh_settings_test() {
  local dir said status=0
  dir=$(mktemp -d)
  ssh-keygen -q -N '' -t ed25519 -f "$dir/key"
  [[ -d /run/sshd ]] || install -d -m 0755 /run/sshd
  said=$(/usr/sbin/sshd -t -h "$dir/key" 2>&1) || status=$?
  rm -rf "$dir"
  ((status == 0)) || fail "sshd does not accept its settings: $(grep -v '^Unable to load host key' <<<"$said")"
}
