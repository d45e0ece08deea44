import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { bash, PROJECT, scratchDir, type Said } from './run-bash.ts';

/** A folder that stands for a machine's root, with the real scripts and made-up programs. */
export interface TlsMachine {
  readonly root: string;
  readonly nginx: string;
  readonly tls: string;
  /** aikovrr-tls with these arguments. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Said;
  /** What the made-up programs were asked for, one line each. */
  calls(): string;
  /** What a renewal leaves: another certificate in certbot's folder. */
  renew(): void;
}

/** Everything that aikovrr-tls touches, below one folder. */
export function tlsMachine(files: Certificates): TlsMachine {
  const root = scratchDir();
  const at = (path: string): string => join(root, path);
  for (const dir of [
    'bin',
    'run',
    'usr/lib/ingot/env',
    'etc/nginx/ingot',
    'etc/ingot',
    'etc/letsencrypt/live/aikovrr',
    'etc/letsencrypt/renewal',
    'var/lib/ingot',
  ]) {
    mkdirSync(at(dir), { recursive: true });
  }
  for (const script of ['certbot/files/usr/lib/ingot/aikovrr-tls.sh', 'certbot/files/usr/lib/ingot/tls-checks.sh', 'nginx/files/usr/lib/ingot/web.sh']) {
    copyFileSync(join(PROJECT, 'packer/components', script), at(`usr/lib/ingot/${script.slice(script.lastIndexOf('/') + 1)}`));
  }
  writeFileSync(at('usr/lib/ingot/env/nginx.env'), 'HSTS_SECONDS=31536000\n');
  writeFileSync(at('etc/nginx/nginx.conf'), 'events {}\n');
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(at(`bin/${name}`), `#!/usr/bin/env bash\necho "${name} $*" >>"$INGOT_ROOT/calls"\n${text}`);
    chmodSync(at(`bin/${name}`), 0o755);
  }
  const live = { LIVE: at('etc/letsencrypt/live/aikovrr'), LEAF: files.leaf, LEAF_KEY: files.leafKey };
  const env = { INGOT_ROOT: root, PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`, ...live };
  return {
    ...{ root, nginx: at('etc/nginx'), tls: at('etc/nginx/tls') },
    run: (argv, more = {}) =>
      bash(`exec bash "$INGOT_ROOT/usr/lib/ingot/aikovrr-tls.sh" ${argv.map((word) => `'${word}'`).join(' ')}`, { ...env, ...more }, root),
    calls: () => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8') : ''),
    renew: () => {
      copyFileSync(files.other, join(live.LIVE, 'fullchain.pem'));
      copyFileSync(files.otherKey, join(live.LIVE, 'privkey.pem'));
    },
  };
}

const PROGRAMS = {
  nginx: 'if [[ ${FAKE_NGINX:-} == refuses ]]; then echo "nginx: refused by ${*: -1}" >&2; exit 1; fi\n',
  systemctl: '',
  hostname: 'echo machine\n',
  certbot: `if [[ \${FAKE_CERTBOT:-} == refuses ]]; then
  printf '%s\\n' 'Saving debug log' '  Domain: app.example.test' '  Type:   dns' '  Detail: no such host' 'Ask for help'
  exit 1
fi
[[ $* != *--dry-run* ]] || exit 0
cp "$LEAF" "$LIVE/fullchain.pem" && cp "$LEAF_KEY" "$LIVE/privkey.pem"
`,
};
