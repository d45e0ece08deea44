const CANARY_PATTERN = 'ingot-canary-[0-9a-f]{16}';

/** The canary of one layer: no secret, and found nowhere by chance. */
export function canaryOf(layerKey: string): string {
  return `ingot-canary-${layerKey
    .replaceAll(/[^0-9a-f]/g, '')
    .padEnd(16, '0')
    .slice(0, 16)}`;
}

const PATTERNS = [
  // A key as a file of its own, and one inside a JSON or shell string.
  String.raw`^-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`,
  String.raw`PRIVATE KEY-----\\n[A-Za-z0-9+/]{16}`,
  '^(PuTTY-User-Key-File-[0-9]|AGE-SECRET-KEY-1[0-9A-Z]+)',
  '[$](1|2[aby]|5|6|7|y|gy)[$][./A-Za-z0-9$=,]{20,}',
  String.raw`\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20}|npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{40})`,
  ':_authToken=[^$]',
  CANARY_PATTERN,
] as const;

/** Lines of awk that tell the kind of a find by its text, the second field. */
export const SECRET_KINDS = `
    { kind = "build-word" }
    $2 ~ /PRIVATE KEY|PuTTY-User-Key-File|AGE-SECRET-KEY/ { kind = "private-key" }
    $2 ~ /^[$]/ { kind = "password-hash" }
    $2 ~ /^(AKIA|gh[pousr]_|glpat-|npm_|pypi-AgE|:_authToken=)/ { kind = "token" }
    $2 ~ /^ingot-canary-/ { kind = "canary" }`;

/**
 * Shell functions for sealed probes. `secret_found` searches every file of the disk once for all checks that ask, packed files too, and prints the paths that hold
 * something of a kind, as `find .` prints them in $ROOT; then a last word, which only a search that read everything has: one that broke off found nothing either.
 */
export function secretScanFunctions(): string {
  return `
secret_found() { # KIND [REGULAR EXPRESSION OF PATHS THAT MAY]
  local found
  found=$(once ingot_secret_scan) && [[ \${found##*$'\\n'} == $'end\\t.' ]] || { echo 'the search broke off'; return 1; }
  sed -n "s/^$1\\t//p" <<<"$found" | { grep -vE -- "\${2:-^$}"; true; }
  echo searched
}
ingot_secret_patterns() {
  printf '%s\\n' ${PATTERNS.map((pattern) => `'${pattern}'`).join(' ')}
  sed 's/[][\\\\.*^$+?(){}|]/\\\\&/g; /^$/d; s/.*/(^|[^A-Za-z0-9_.~-])&($|[^A-Za-z0-9_.-])/' <<<"\${INGOT_BUILD_WORDS:-}"
}
ingot_secret_scan() {
  cd "$ROOT" || return
  ingot_secret_patterns >"$INGOT_SCRATCH/patterns"
  sed 's/^\\^//' "$INGOT_SCRATCH/patterns" >"$INGOT_SCRATCH/patterns.loose"
  {
    find . -type f -size +0 -print0 | xargs -0 -r -P "$(nproc)" -n 2000 bash -c 'ingot_plain_scan "$@"' bash | tr '\\0' '\\t' &&
      find . -type f -size +0 '(' -name '*.gz' -o -name '*.tgz' ')' -print0 | xargs -0 -r -P "$(nproc)" -n 100 bash -c 'ingot_packed_scan "$@"' bash &&
      printf 'end\\tend\\n'
  } | awk -F '\\t' '
    $0 == "end\\tend" { ended = 1; next }
    { ended = 0 }${SECRET_KINDS}
    { print kind "\\t" $1 | "sort -u" }
    END { close("sort -u"); if (ended) print "end\\t." }'
}
# grep says 1 where it finds nothing, and more where it could not read.
ingot_plain_scan() { grep -aoHZE --line-buffered -f "$INGOT_SCRATCH/patterns" -- "$@" || (($? == 1)); }
# Packed files are read as one stream, in which a file need not begin on a line of its own; only when that holds something is each of them opened by itself.
# In an archive a file begins behind the zeros of its header.
ingot_packed_scan() {
  local file many
  many=$(zcat -qf -- "$@" 2>/dev/null | grep -acE -f "$INGOT_SCRATCH/patterns.loose"; ingot_read "\${PIPESTATUS[@]}") || return
  [[ $many != 0 ]] || return 0
  for file; do
    zcat -qf -- "$file" 2>/dev/null | tr '\\0' '\\n' | grep -aoE -f "$INGOT_SCRATCH/patterns" | sed "s|^|$file\\t|"
    ingot_read "\${PIPESTATUS[0]}" "\${PIPESTATUS[2]}" || return
  done
}
# A file that only looks like a packed one is no fault of the search; that there is no zcat, or that grep could not read, is one.
ingot_read() { (($1 < 126 && $2 < 2)); }
export -f secret_found ingot_secret_patterns ingot_secret_scan ingot_plain_scan ingot_packed_scan ingot_read
`;
}
