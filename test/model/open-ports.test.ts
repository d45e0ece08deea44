import { expect, test } from 'vitest';
import { allOpenPorts, union } from '../../scripts/model/open-ports.ts';

test('open is what is open in one way or another, each once', () => {
  expect(allOpenPorts({ ipv4: [22, 443], ipv6: [22, 80] })).toEqual([22, 80, 443]);
  expect(allOpenPorts({ ipv4: [22], ipv6: undefined })).toEqual([22]);
  expect(union([5, 1], [3, 1])).toEqual([1, 3, 5]);
});
