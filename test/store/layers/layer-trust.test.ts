import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layerTrust } from '../../../scripts/store/layers/layer-trust.ts';
import { fakeHost, type FakeHost } from '../../support/fake-host.ts';
import { deskOf } from '../../support/recording-desk.ts';

const PUBLIC = 'ssh-ed25519 AAAAC3Nz';

/** A host with a key file and a list of signers in its folder; its environment names what a test says. */
function setUp(names: (dir: string) => Readonly<Record<string, string>>): FakeHost {
  const { dir } = fakeHost();
  writeFileSync(join(dir, 'key'), 'private');
  writeFileSync(join(dir, 'key.pub'), `${PUBLIC} me\n`);
  writeFileSync(join(dir, 'signers'), 'ops ssh-ed25519 BBBB\n');
  return fakeHost([], { env: names(dir), homeDir: dir });
}

async function trusted(host: FakeHost, write: boolean): Promise<readonly [Awaited<ReturnType<typeof layerTrust>>, readonly string[]]> {
  const desk = deskOf(host);
  const trust = await layerTrust(host, { write, say: desk.say });
  return [trust, desk.events.map((event) => (event.type === 'note' ? event.message : ''))];
}

test('the signers that INGOT_TRUST names count, and no others', async () => {
  const host = setUp((dir) => ({ INGOT_TRUST: join(dir, 'signers'), INGOT_SIGNING_KEY: join(dir, 'key') }));
  expect(await trusted(host, false)).toEqual([{ signers: 'ops ssh-ed25519 BBBB\n' }, []]);
});

test('without them, the key that INGOT_SIGNING_KEY names, for layers among other things', async () => {
  const [trust, notes] = await trusted(
    setUp((dir) => ({ INGOT_SIGNING_KEY: join(dir, 'key') })),
    false,
  );
  expect(trust).toEqual({ signers: expect.stringMatching(/namespaces="[^"]*ingot-layer[^"]*" ssh-ed25519 AAAAC3Nz/) });
  expect(notes).toEqual([]);
});

test.each([{}, { INGOT_SIGNING_KEY: 'none' }, { INGOT_SIGNING_KEY: '', INGOT_TRUST: '' }])(
  'with %j nobody is trusted, and that is said: no place is asked whom to trust',
  async (env) => {
    const host = setUp(() => env);
    expect(await trusted(host, true)).toEqual([undefined, [expect.stringContaining('INGOT_TRUST=FILE')]]);
    expect(host.commands).toEqual([]);
  },
);

test('a run that may write signs with the key that is named', async () => {
  const host = setUp((dir) => ({ INGOT_TRUST: join(dir, 'signers'), INGOT_SIGNING_KEY: join(dir, 'key') }));
  expect(await trusted(host, true)).toEqual([{ signers: 'ops ssh-ed25519 BBBB\n', keyPath: host.facts.env['INGOT_SIGNING_KEY'] }, []]);
});

test('a run that may write and names no key only reads, and says so: a key made on the way is nobody’s that others know', async () => {
  const host = setUp((dir) => ({ INGOT_TRUST: join(dir, 'signers') }));
  const [trust, notes] = await trusted(host, true);
  expect(trust).toEqual({ signers: 'ops ssh-ed25519 BBBB\n' });
  expect(notes).toEqual([expect.stringContaining('INGOT_LAYER_CACHE_WRITE=1 needs a key')]);
});

test('signers or a key that are named and not there are an error: a wrong name must not mean less trust', async () => {
  await expect(
    trusted(
      setUp(() => ({ INGOT_TRUST: '/nowhere' })),
      false,
    ),
  ).rejects.toMatchObject({ code: 'USAGE' });
  await expect(
    trusted(
      setUp(() => ({ INGOT_SIGNING_KEY: '/nowhere' })),
      false,
    ),
  ).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
});
