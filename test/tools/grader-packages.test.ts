import { expect, test } from 'vitest';
import { aptArgv, graderSourcesList } from '../../scripts/tools/grader-packages.ts';

test('apt works below one folder: nothing of the host’s own is read or written', () => {
  const argv = aptArgv('/cache/work', ['update']);
  expect(argv.slice(0, 2)).toEqual(['apt-get', '-q']);
  expect(argv.at(-1)).toBe('update');
  for (const setting of [
    'Dir::State=/cache/work/state',
    'Dir::State::status=/dev/null',
    'Dir::Cache=/cache/work/cache',
    'Dir::Etc::sourcelist=/cache/work/sources.list',
    'Dir::Etc::sourceparts=-',
  ])
    expect(argv).toContain(setting);
});

test('its one source is signed', () => {
  expect(graderSourcesList({ url: 'http://mirror.example/os', suite: 'next', keyring: '/keys/os.gpg', packages: [] })).toBe(
    'deb [signed-by=/keys/os.gpg] http://mirror.example/os next main\n',
  );
});
