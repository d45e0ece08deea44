import { describe, expect, test } from 'vitest';
import { bound, contained } from '../../scripts/host/containment.ts';

describe('contained', () => {
  test('as root gives namespaces of its own that die with us', () => {
    const argv = contained(['packer', 'build', '--', '$(id)'], true);
    expect(argv.join(' ')).toBe(
      'setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- packer build -- $(id)',
    );
    expect(argv.slice(-4)).toEqual(['packer', 'build', '--', '$(id)']);
  });

  test('without root asks for no namespace, only to die with us', () => {
    expect(contained(['packer', 'build'], false)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'packer', 'build']);
  });
});

describe('bound', () => {
  test('dies with us, in the namespaces that we have', () => {
    expect(bound(['qemu-system-x86_64', '-m', '16'])).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'qemu-system-x86_64', '-m', '16']);
  });
});
