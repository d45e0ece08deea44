#!/usr/bin/env bash
# Why: the only place that knows ufw from firewalld. Rules are written, never loaded: a chroot shares the host's kernel.
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
      set_line /etc/default/ufw '^DEFAULT_INPUT_POLICY=' 'DEFAULT_INPUT_POLICY="DROP"'
      set_line /etc/default/ufw '^DEFAULT_FORWARD_POLICY=' 'DEFAULT_FORWARD_POLICY="DROP"'
      ;;
    el)
      local service
      for service in cockpit dhcpv6-client ssh; do firewall-offline-cmd -q --zone=public --remove-service="$service" || true; done
      ;;
    *) no_such_family ;;
  esac
}

# firewall_allow PORT: TCP from everywhere.
firewall_allow() {
  case $INGOT_FAMILY in
    debian)
      ufw_rule "$UFW_RULES" "allow tcp $1 0.0.0.0/0 any 0.0.0.0/0 in" "-p tcp --dport $1 -j ACCEPT"
      ufw_rule "$UFW_RULES6" "allow tcp $1 ::/0 any ::/0 in" "-p tcp --dport $1 -j ACCEPT"
      ;;
    el) firewall-offline-cmd -q --zone=public --add-port="$1/tcp" ;;
    *) no_such_family ;;
  esac
}

# firewall_limit PORT: TCP from everywhere, but an address with six connections within 30 seconds has to wait.
firewall_limit() {
  local tail="-m conntrack --ctstate NEW -m recent"
  case $INGOT_FAMILY in
    debian)
      ufw_rule "$UFW_RULES" "limit tcp $1 0.0.0.0/0 any 0.0.0.0/0 in" "-p tcp --dport $1 $tail --set" \
        "-p tcp --dport $1 $tail --update --seconds 30 --hitcount 6 -j ufw-user-limit" "-p tcp --dport $1 -j ufw-user-limit-accept"
      ufw_rule "$UFW_RULES6" "limit tcp $1 ::/0 any ::/0 in" "-p tcp --dport $1 $tail --set" \
        "-p tcp --dport $1 $tail --update --seconds 30 --hitcount 6 -j ufw6-user-limit" "-p tcp --dport $1 -j ufw6-user-limit-accept"
      ;;
    el) firewall-offline-cmd -q --zone=public --add-rich-rule="rule port port=$1 protocol=tcp accept limit value=12/m" ;;
    *) no_such_family ;;
  esac
}

# firewall_allow_from RANGE PORT: TCP from one IPv4 range.
firewall_allow_from() {
  case $INGOT_FAMILY in
    debian) ufw_rule "$UFW_RULES" "allow tcp $2 0.0.0.0/0 any $1 in" "-p tcp --dport $2 -s $1 -j ACCEPT" ;;
    el) firewall-offline-cmd -q --zone=public --add-rich-rule="rule family=ipv4 source address=$1 port port=$2 protocol=tcp accept" ;;
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

# ufw_rule FILE TUPLE RULE...: as `ufw allow` writes it, at the end of the rules. The chain is ufw6-… in the IPv6 file.
ufw_rule() {
  local file=$1 tuple=$2 chain=ufw-user-input text rule
  [[ $file != "$UFW_RULES6" ]] || chain=ufw6-user-input
  shift 2
  text="### tuple ### $tuple"$'\n'
  for rule in "$@"; do text+="-A $chain $rule"$'\n'; done
  TEXT=$text awk '/^### END RULES ###/ { print ENVIRON["TEXT"] } { print }' "$file" | write_file 0640 "$file"
}
