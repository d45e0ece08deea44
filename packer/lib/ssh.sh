#!/usr/bin/env bash
# Why: the hardened lines must be the ones that count, whatever else is written in sshd_config and whether or not sshd knows Include.
# Needs: FACT_SSH_DROP_INS; files.sh, log.sh.

# ssh_settings_apply DROP_IN: DROP_IN wins over sshd_config, and nothing in sshd_config contradicts it.
ssh_settings_apply() {
  local drop_in=$1 main=/etc/ssh/sshd_config
  ssh_contradictions_out "$drop_in" "$main"
  if [[ $FACT_SSH_DROP_INS == true ]]; then
    ssh_include_first "$main"
  else
    { grep -v '^#' "$drop_in" && cat "$main"; } | write_file 0600 "$main"
    rm -f "$drop_in"
  fi
  chmod 0600 "$main"
}

# sshd takes the first value of a keyword, but people and scanners read all of them.
ssh_contradictions_out() {
  local drop_in=$1 main=$2
  awk '
    FNR == NR { if ($0 !~ /^[[:space:]]*(#|$)/) ours[tolower($1)] = 1; next }
    $0 !~ /^[[:space:]]*(#|$)/ { split($0, word, /[[:space:]=]+/); if (tolower(word[word[1] == "" ? 2 : 1]) in ours) next }
    { print }' "$drop_in" "$main" >"$main.ingot-new"
  mv -f "$main.ingot-new" "$main"
}

ssh_include_first() {
  grep -Eqi '^[[:space:]]*include[[:space:]]+/etc/ssh/sshd_config\.d/\*\.conf' "$1" ||
    { echo 'Include /etc/ssh/sshd_config.d/*.conf' && cat "$1"; } | write_file 0600 "$1"
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
