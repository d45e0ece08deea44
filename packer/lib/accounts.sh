#!/usr/bin/env bash
# Why: the only place that knows how each family writes its policy for accounts, passwords and sessions.
# Needs: INGOT_FAMILY; files.sh, log.sh; for the el family authselect.

# login_definitions: ages, hashes and masks of accounts that are made from now on.
login_definitions() {
  local method=SHA512
  ! grep -q YESCRYPT /usr/sbin/chpasswd || method=YESCRYPT # tools that do not know the name would fall back to DES
  login_definition PASS_MAX_DAYS 365
  login_definition PASS_MIN_DAYS 1
  login_definition PASS_WARN_AGE 7
  login_definition UMASK 027
  login_definition HOME_MODE 0700
  login_definition ENCRYPT_METHOD "$method"
  login_definition SHA_CRYPT_MIN_ROUNDS 65536
  login_definition SHA_CRYPT_MAX_ROUNDS 65536
  login_definition LOG_OK_LOGINS yes
  [[ ! -e /etc/adduser.conf ]] || set_line /etc/adduser.conf '^#?DIR_MODE=' 'DIR_MODE=0700'
  set_line /etc/default/useradd '^#?[[:space:]]*INACTIVE=' 'INACTIVE=45'
}

login_definition() {
  set_line /etc/login.defs "^#?[[:space:]]*$1([[:space:]]|\$)" "$1 $2"
}

# password_policy: failures lock an account for a while, new passwords are strong and not old ones. A login without a password (an SSH key,
# sudo with NOPASSWD, a timer) is neither counted nor refused because a password that it never used has expired: no_pass_expiry.
password_policy() {
  case $INGOT_FAMILY in
    debian) pam_profiles ;;
    el) authselect_profile ;;
    *) no_such_family ;;
  esac
}

pam_profiles() {
  local dir=/usr/share/pam-configs
  write_file 0644 "$dir/ingot-preauth" <<'CONF'
Name: Refuse accounts with too many failures
Default: yes
Priority: 1024
Auth-Type: Primary
Auth:
	required	pam_faillock.so preauth
Account-Type: Primary
Account:
	required	pam_faillock.so
CONF
  write_file 0644 "$dir/ingot-authfail" <<'CONF'
Name: Count failures
Default: yes
Priority: 0
Auth-Type: Primary
Auth:
	[default=die]	pam_faillock.so authfail
	sufficient	pam_faillock.so authsucc
CONF
  write_file 0644 "$dir/ingot-history" <<'CONF'
Name: Remember old passwords
Default: yes
Priority: 1000
Password-Type: Primary
Password:
	requisite	pam_pwhistory.so remember=24 enforce_for_root try_first_pass use_authtok
CONF
  # pam-auth-update keeps what is added to or taken from a line of its own.
  sed -i -E '/pam_unix\.so/ s/[[:space:]]+nullok(_secure)?\b//' /etc/pam.d/common-auth
  grep -q 'pam_unix\.so.*no_pass_expiry' /etc/pam.d/common-account ||
    sed -i -E '/pam_unix\.so/ s/[[:space:]]*$/ no_pass_expiry/' /etc/pam.d/common-account
  pam-auth-update --package --enable unix pwquality ingot-preauth ingot-authfail ingot-history
}

# The distro's own profile cannot say no_pass_expiry: ours is a copy that does, and is made anew when the original changes.
authselect_profile() {
  local base=sssd name=ingot file
  [[ -d /usr/share/authselect/default/$base ]] || base=minimal
  rm -rf "/etc/authselect/custom/$name"
  authselect create-profile "$name" -b "$base" --symlink-meta --symlink-nsswitch >/dev/null
  for file in system-auth password-auth; do
    sed -i -E '/^account[[:space:]].*pam_unix\.so/ { /no_pass_expiry/! s/(pam_unix\.so)/\1 no_pass_expiry/ }' "/etc/authselect/custom/$name/$file"
  done
  authselect select "custom/$name" with-faillock with-pwhistory without-nullok --force >/dev/null ||
    authselect select "custom/$name" with-faillock without-nullok --force >/dev/null
}

# su_restrict GROUP: only members may become another user by su; root always may. The group begins empty: people have sudo.
su_restrict() {
  getent group "$1" >/dev/null || groupadd -r "$1"
  set_line /etc/pam.d/su '^#?[[:space:]]*auth[[:space:]]+(required|requisite)[[:space:]]+pam_wheel\.so' "auth required pam_wheel.so use_uid group=$1"
}

# session_limits SECONDS: idle shells end, and what people make is not readable for everybody. Only shells that people log in with read these files.
session_limits() {
  local file
  write_file 0644 /etc/profile.d/99-ingot-session.sh <<PROFILE
# Written by Ingot (component base-system).
umask 027
ulimit -c 0
if [ -n "\${BASH_VERSION:-}" ]; then
  declare -xr TMOUT=$1
fi 2>/dev/null
PROFILE
  for file in /etc/profile /etc/bash.bashrc /etc/bashrc; do [[ ! -f $file ]] || set_line "$file" '^umask[[:space:]]' 'umask 027'; done
}
