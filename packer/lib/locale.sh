#!/usr/bin/env bash
# Why: each family generates and names its locale in its own way.
# Needs: INGOT_FAMILY; files.sh, log.sh.

# locale_prepare NAME: before packages are installed. A locales package that is already there would not generate it by itself.
locale_prepare() {
  case $INGOT_FAMILY in
    debian)
      [[ -e /etc/locale.gen ]] || : >/etc/locale.gen
      set_line /etc/locale.gen "^#?[[:space:]]*${1//./\\.}[[:space:]]" "$1 ${1#*.}"
      locale_select "$1"
      [[ ! -x /usr/sbin/locale-gen ]] || locale-gen
      ;;
    el) ;;
    *) no_such_family ;;
  esac
}

# locale_select NAME: what programs start with.
locale_select() {
  case $INGOT_FAMILY in
    debian) write_file 0644 /etc/default/locale <<<"LANG=$1" ;;
    el) write_file 0644 /etc/locale.conf <<<"LANG=$1" ;;
    *) no_such_family ;;
  esac
}
