#!/usr/bin/env bash
# Why: the only place that knows ufw from firewalld. Rules are written; only firewall_load loads them: a chroot shares the host's kernel.
# Needs: INGOT_FAMILY; files.sh, services.sh, log.sh; ufw or firewalld installed.

UFW_RULES=/etc/ufw/user.rules
UFW_RULES6=/etc/ufw/user6.rules

# firewall_reset: no rule of ours or of an earlier run is left; everything that comes in is refused.
firewall_reset() {
  case $INGOT_FAMILY in
    debian)
      ufw_no_rules ufw | write_file 0640 "$UFW_RULES"
      ufw_no_rules ufw6 | write_file 0640 "$UFW_RULES6"
      set_line /etc/default/ufw '^IPV6=' 'IPV6=yes'
      set_line /etc/default/ufw '^IPT_SYSCTL=' 'IPT_SYSCTL=' # what the kernel does is said in /etc/sysctl.d alone
      set_line /etc/default/ufw '^DEFAULT_INPUT_POLICY=' 'DEFAULT_INPUT_POLICY="DROP"'
      set_line /etc/default/ufw '^DEFAULT_FORWARD_POLICY=' 'DEFAULT_FORWARD_POLICY="DROP"'
      ;;
    el)
      local service
      for service in cockpit ssh; do firewall-offline-cmd -q --zone=public --remove-service="$service" || true; done
      ;;
    *) no_such_family ;;
  esac
}

# firewall_forget PORT...: no rule that opens one of these ports is left; other rules (an administrator's, a ban) stay.
firewall_forget() {
  local port rule
  case $INGOT_FAMILY in
    debian)
      ufw_forget "$UFW_RULES" "$@"
      ufw_forget "$UFW_RULES6" "$@"
      ;;
    el)
      for port in "$@"; do
        firewalld_set "--remove-port=$port/tcp" 2>/dev/null || true
        while IFS= read -r rule; do
          [[ $rule != *" port port=\"$port\" protocol=\"tcp\" accept"* ]] || firewalld_set "--remove-rich-rule=$rule"
        done < <(firewalld_get --list-rich-rules)
      done
      ;;
    *) no_such_family ;;
  esac
}

# firewall_allow PORT [RANGE]: TCP from everywhere, or from one range in CIDR form, IPv4 or IPv6.
firewall_allow() {
  local port=$1 range=${2:-}
  case $INGOT_FAMILY in
    debian)
      if ufw_wants 4 "$range"; then ufw_rule "$UFW_RULES" "allow tcp $port 0.0.0.0/0 any ${range:-0.0.0.0/0} in" "-p tcp --dport $port${range:+ -s $range} -j ACCEPT"; fi
      if ufw_wants 6 "$range"; then ufw_rule "$UFW_RULES6" "allow tcp $port ::/0 any ${range:-::/0} in" "-p tcp --dport $port${range:+ -s $range} -j ACCEPT"; fi
      ;;
    el)
      if [[ -z $range ]]; then firewalld_set "--add-port=$port/tcp"; else firewalld_set "--add-rich-rule=$(firewalld_from "$range") port port=$port protocol=tcp accept"; fi
      ;;
    *) no_such_family ;;
  esac
}

# firewall_limit PORT [RANGE]: as firewall_allow, but an address with six connections within 30 seconds has to wait.
# firewalld counts all addresses together, 12 connections a minute: its rules know no other way.
firewall_limit() {
  local port=$1 range=${2:-} match tail="-m conntrack --ctstate NEW -m recent"
  match="-p tcp --dport $port${range:+ -s $range}"
  case $INGOT_FAMILY in
    debian)
      if ufw_wants 4 "$range"; then
        ufw_rule "$UFW_RULES" "limit tcp $port 0.0.0.0/0 any ${range:-0.0.0.0/0} in" "$match $tail --set" \
          "$match $tail --update --seconds 30 --hitcount 6 -j ufw-user-limit" "$match -j ufw-user-limit-accept"
      fi
      if ufw_wants 6 "$range"; then
        ufw_rule "$UFW_RULES6" "limit tcp $port ::/0 any ${range:-::/0} in" "$match $tail --set" \
          "$match $tail --update --seconds 30 --hitcount 6 -j ufw6-user-limit" "$match -j ufw6-user-limit-accept"
      fi
      ;;
    el) firewalld_set "--add-rich-rule=$(firewalld_from "$range") port port=$port protocol=tcp accept limit value=12/m" ;;
    *) no_such_family ;;
  esac
}

# firewall_load: what was written holds from now on, without a moment in which more is open or a session is cut.
firewall_load() {
  ! in_chroot || return 0
  case $INGOT_FAMILY in
    debian)
      # Not `ufw reload`: it takes everything down first. A chain that a restored file names is replaced with it, at once.
      iptables -n -L ufw-user-input >/dev/null 2>&1 || return 0
      iptables-restore -n <"$UFW_RULES"
      ip6tables-restore -n <"$UFW_RULES6"
      ;;
    el) ! firewalld_runs || firewall-cmd -q --reload ;;
    *) no_such_family ;;
  esac
}

# firewall_enable: active from the next boot on.
firewall_enable() {
  case $INGOT_FAMILY in
    debian)
      set_line /etc/ufw/ufw.conf '^ENABLED=' 'ENABLED=yes'
      service_enable ufw.service
      ;;
    el) service_enable firewalld.service ;;
    *) no_such_family ;;
  esac
}

# ufw_no_rules PREFIX: the file as ufw itself writes it (0.36), with its lowest level of logging and no rule of ours.
ufw_no_rules() {
  local chain
  echo '*filter'
  for chain in user-{input,output,forward} before-logging-{input,output,forward} user-logging-{input,output,forward} after-logging-{input,output,forward} \
    logging-{deny,allow} user-limit user-limit-accept; do
    echo ":$1-$chain - [0:0]"
  done
  cat <<RULES
### RULES ###

### END RULES ###

### LOGGING ###
-A $1-after-logging-input -j LOG --log-prefix "[UFW BLOCK] " -m limit --limit 3/min --limit-burst 10
-A $1-after-logging-forward -j LOG --log-prefix "[UFW BLOCK] " -m limit --limit 3/min --limit-burst 10
-I $1-logging-deny -m conntrack --ctstate INVALID -j RETURN -m limit --limit 3/min --limit-burst 10
-A $1-logging-deny -j LOG --log-prefix "[UFW BLOCK] " -m limit --limit 3/min --limit-burst 10
-A $1-logging-allow -j LOG --log-prefix "[UFW ALLOW] " -m limit --limit 3/min --limit-burst 10
### END LOGGING ###

### RATE LIMITING ###
-A $1-user-limit -m limit --limit 3/minute -j LOG --log-prefix "[UFW LIMIT BLOCK] "
-A $1-user-limit -j REJECT
-A $1-user-limit-accept -j ACCEPT
### END RATE LIMITING ###
COMMIT
RULES
}

# ufw_wants FAMILY RANGE: rules for this family of addresses are needed.
ufw_wants() {
  case $2 in
    '') true ;;
    *:*) [[ $1 == 6 ]] ;;
    *) [[ $1 == 4 ]] ;;
  esac
}

# ufw_forget FILE PORT...: a rule is its tuple and the lines below it, up to an empty one.
ufw_forget() {
  local file=$1
  shift
  PORTS=" $* " awk '
    /^### tuple ### (allow|limit) (tcp|any) / { gone = index(ENVIRON["PORTS"], " " $6 " ") }
    /^### END RULES ###/ { gone = 0 }
    !gone { print }
    /^$/ { gone = 0 }' "$file" | write_file 0640 "$file"
}

# ufw_rule FILE TUPLE RULE...: as `ufw allow` writes it, at the end of the rules. The chain is ufw6-… in the IPv6 file.
ufw_rule() {
  local file=$1 tuple=$2 chain=ufw-user-input text rule
  [[ $file != "$UFW_RULES6" ]] || chain=ufw6-user-input
  shift 2
  text="### tuple ### $tuple"$'\n'
  for rule in "$@"; do text+="-A $chain $rule"$'\n'; done
  TEXT=$text awk '/^### END RULES ###/ { print ENVIRON["TEXT"] } { print }' "$file" | write_file 0640 "$file"
}

# A running firewalld is asked to write its files, an absent one's are written.
firewalld_set() {
  if firewalld_runs; then firewall-cmd -q --permanent --zone=public "$@"; else firewall-offline-cmd -q --zone=public "$@"; fi
}

firewalld_get() {
  if firewalld_runs; then firewall-cmd --permanent --zone=public "$@"; else firewall-offline-cmd --zone=public "$@"; fi
}

firewalld_runs() {
  ! in_chroot && firewall-cmd -q --state 2>/dev/null
}

# firewalld_from RANGE: how a rich rule begins.
firewalld_from() {
  case $1 in
    '') echo rule ;;
    *:*) echo "rule family=ipv6 source address=$1" ;;
    *) echo "rule family=ipv4 source address=$1" ;;
  esac
}
