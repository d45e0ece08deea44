import { expect, test } from 'vitest';
import type { StandInPlace } from '../../scripts/model/rehearsal.ts';
import { stoodIn } from '../../scripts/plan/stood-in.ts';

const place = (...packages: StandInPlace['packages']): StandInPlace => ({ mirror: 'm', suite: 's', components: [], streams: [], packages });

const PLACES = [
  place(
    { name: 'python3', version: '3.11.2', real: { '/usr/bin/python3': '/usr/bin/python3.11' } },
    { name: 'python3.9', version: '3.9.25', real: { '/usr/bin/python3.9': '/usr/bin/python3.11' } },
    { name: 'other', version: '1', real: { '/usr/bin/other': '/usr/bin/else' } },
  ),
  place(
    { name: 'db', version: '14.1', real: { '/db/15': '/db/15' }, links: { '/db/initdb': '/db/15/initdb' } },
    {
      name: 'tools',
      version: '1',
      executable: ['/sbin/judge', '/bin/empty', '/bin/real'],
      files: { '/sbin/judge': '#!/bin/sh\n[ -n "$1" ]\n', '/bin/empty': '#!/bin/sh\n' },
    },
  ),
];

test('of what an image asks for, each program that another one, a script or nothing takes the place of', () => {
  expect(stoodIn(PLACES, ['python3', 'python3.9', 'db', 'tools'])).toEqual([
    'the payload of packages: files, units and accounts that scripts ask for',
    'the kernel and its services: nothing is booted',
    '/usr/bin/python3.9 is /usr/bin/python3.11',
    '/db/initdb is /db/15/initdb',
    '/sbin/judge only judges its arguments',
    '/bin/empty is empty',
  ]);
});
