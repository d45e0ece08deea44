import type { Host } from '../../scripts/host/host.ts';
import { fakeHost } from './fake-host.ts';

/** This very project, on a host that says nothing about mirrors and runs no program. */
export function realProject(): Host {
  const fake = fakeHost([], { projectDir: new URL('../..', import.meta.url).pathname.replace(/\/$/, '') });
  return {
    ...fake,
    files: {
      ...fake.files,
      list: (dir) => (dir.startsWith('/etc/apt') ? Promise.resolve([]) : fake.files.list(dir)),
      readText: (path) => (path.startsWith('/etc/apt') ? Promise.resolve('') : fake.files.readText(path)),
    },
  };
}
