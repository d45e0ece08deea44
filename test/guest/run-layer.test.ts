import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bash, LIBRARY, PROJECT, scratchDir, type Said } from './run-bash.ts';

const RUN_LAYER = join(PROJECT, 'packer/run-layer.sh');

interface Payload {
  readonly layer: string;
  readonly env?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs a payload where the guest has it, in a mount namespace whose /run, /tmp, /etc and package folders are scratch: nothing of this machine is touched. */
function runLayer({ layer, env = '', files = {} }: Payload): Said {
  const dir = scratchDir();
  for (const [path, text] of Object.entries({ layer: `${layer}\n`, 'guest.env': `INGOT_FAMILY='debian'\n${env}`, ...files })) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const shell = `
    cp -r "$LIBRARY" "$DIR/lib"; cp "$RUN_LAYER" "$DIR/run-layer.sh"
    mkdir "$DIR/root"; mount -t tmpfs none "$DIR/root"; cp -a "$DIR"/{layer,guest.env,lib,run-layer.sh} "$DIR/root/"
    for name in steps steps.list files files.list; do [[ ! -e $DIR/$name ]] || cp -a "$DIR/$name" "$DIR/root/"; done
    payload=$(mktemp -d); mount --bind "$DIR/root" "$payload"
    mount -t tmpfs none /opt; mount -t tmpfs none /run; mkdir -p /run/ingot/payload; mount --move "$payload" /run/ingot/payload 2>/dev/null || mount --bind "$payload" /run/ingot/payload
    for path in /tmp /var/tmp /var/lib/apt /var/cache; do mount -t tmpfs none "$path"; done
    mkdir -p /var/lib/apt/lists /var/cache/apt/archives /var/cache/debconf
    echo index >/var/lib/apt/lists/x; echo left >/tmp/left
    bash /run/ingot/payload/run-layer.sh
    echo left: $(ls /var/lib/apt/lists /tmp | grep -v :); cat /opt/made 2>/dev/null || true`;
  const inside = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--', 'bash', '-euo', 'pipefail', '-c', '"$SHELL_TEXT"'].join(
    ' ',
  );
  return bash(inside, { SHELL_TEXT: shell, DIR: dir, LIBRARY, RUN_LAYER }, dir);
}

const steps = (...names: readonly string[]): string => names.map((name) => `${name}\tsteps/${name}/configure.sh\n`).join('');

describe('run-layer.sh', () => {
  test('runs the steps in order, with the values of guest.env, and leaves no residue', () => {
    const said = runLayer({
      layer: 'app',
      env: `WEB_TITLE='it'\\''s $HOME'\n`,
      files: {
        'steps.list': steps('b', 'a'),
        'steps/b/configure.sh': 'echo "b $WEB_TITLE $INGOT_COMPONENT" >>/opt/made; echo "$LC_ALL $(umask)" >>/opt/made\n',
        'steps/a/configure.sh': '. "$INGOT_LIB/load.sh"; say done; echo a >>/opt/made\n',
      },
    });
    expect(said.stderr).toBe('');
    expect(said.stdout).toBe("==> b/configure.sh\n==> a/configure.sh\n    done\nleft:\nb it's $HOME b\nC.UTF-8 0022\na\n");
  });

  test('a failing step names itself, and no step after it runs', () => {
    const said = runLayer({
      layer: 'configure',
      files: { 'steps.list': steps('bad', 'late'), 'steps/bad/configure.sh': 'false | true; exit 7\n', 'steps/late/configure.sh': 'echo late >&2\n' },
    });
    expect(said.stderr).toBe('ingot: step bad/configure.sh failed with 7\n');
    expect(said.status).toBe(7);
  });

  test('files are copied with their modes before any step', () => {
    const said = runLayer({
      layer: 'configure',
      files: {
        'files.list': '0640\troot\troot\t/opt/etc/a b.conf\n0755\troot\troot\t/opt/bin/run\n',
        'files/opt/etc/a b.conf': 'x\n',
        'files/opt/bin/run': '#!/bin/sh\n',
        'steps.list': steps('see'),
        'steps/see/configure.sh': `stat -c '%a %n' /opt/etc/* /opt/bin/* >/opt/made\n`,
      },
    });
    expect(said.stderr).toBe('');
    expect(said.stdout).toContain('640 /opt/etc/a b.conf\n755 /opt/bin/run\n');
  });

  test('an unknown layer is refused', () => {
    expect(runLayer({ layer: 'paint' }).stderr).toBe("ingot: no layer is called 'paint'\n");
  });

  test('outside a guest it refuses to touch anything', () => {
    const dir = scratchDir();
    const said = bash('cp -r "$LIBRARY" lib; cp "$RUN_LAYER" .; echo app >layer; : >guest.env; bash run-layer.sh', { LIBRARY, RUN_LAYER }, dir);
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('ingot: the payload must be at /run/ingot/payload of a guest');
  });

  test('the seal refuses to run by itself', () => {
    const said = bash('INGOT_FAMILY=debian bash "$SEAL"', { SEAL: join(PROJECT, 'packer/seal.sh') }, scratchDir());
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('ingot: seal.sh removes the identity of the machine');
  });
});
