#!/usr/bin/env bash
# Why: the only place that talks to the S3-compatible storage.
# Needs: library.sh and its settings; s3cmd; the environment's INSTANCE_BACKUP_*. Keys go through a file that root alone reads, never through arguments.
set -euo pipefail

# off_site_open: prints the path of s3cmd's configuration, in a directory that the caller removes.
off_site_open() {
  local file=${INSTANCE_BACKUP_CREDENTIALS_FILE:-} endpoint=${INSTANCE_BACKUP_ENDPOINT:-} region=${INSTANCE_BACKUP_REGION:-us-east-1} host bucket https=True
  local key secret
  [[ -n $file && -r $file ]] || backup_fail "off-site storage $BACKUP_TARGET: the credentials ${file:-(backup.access_key_id and secret_access_key, or credentials_file)} are not there; set them in instance.yaml"
  key=$(credential aws_access_key_id "$file") secret=$(credential aws_secret_access_key "$file")
  [[ -n $key && -n $secret ]] || backup_fail "off-site storage $BACKUP_TARGET: $file holds no aws_access_key_id and aws_secret_access_key below [default]"
  host=s3.$region.amazonaws.com bucket="%(bucket)s.$host"
  if [[ -n $endpoint ]]; then
    [[ $endpoint != http://* ]] || https=False
    host=${endpoint#*://} host=${host%/} bucket=$host
    [[ $host != */* ]] || backup_fail "off-site storage $BACKUP_TARGET: backup.endpoint $endpoint has a path after the host, which s3cmd cannot use; give one without"
  fi
  (
    umask 0077
    printf '%s = %s\n' access_key "$key" secret_key "$secret" access_token "$(credential aws_session_token "$file")" bucket_location "$region" \
      host_base "$host" host_bucket "$bucket" use_https "$https" check_ssl_certificate True signature_v2 False encoding UTF-8 \
      progress_meter False guess_mime_type False multipart_chunk_size_mb 64 socket_timeout 60 >"$1/s3cmd.conf"
  )
}

# credential NAME FILE: out of an AWS credentials file, section default or before any section.
credential() {
  awk -v name="$1" '
    /^[[:space:]]*\[/ { section = $0; gsub(/[][[:space:]]/, "", section); next }
    section == "" || section == "default" {
      at = index($0, "="); key = substr($0, 1, at - 1); value = substr($0, at + 1)
      gsub(/^[[:space:]]+|[[:space:]]+$/, "", key); gsub(/^[[:space:]]+|[[:space:]]+$/, "", value)
      if (at && key == name) { print value; exit }
    }' "$2"
}

# off_site DIR ARGUMENT...: s3cmd with the configuration in DIR. LC_ALL, because names of files are UTF-8.
off_site() {
  local dir=$1
  shift
  LC_ALL=C.UTF-8 HOME=$dir s3cmd --config="$dir/s3cmd.conf" "$@"
}
