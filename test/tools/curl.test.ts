import { describe, expect, test } from 'vitest';
import { curlArgv, curlConfig, readHeaders, transfer } from '../../scripts/tools/curl.ts';
import { fakeHost } from '../support/fake-host.ts';

const REQUEST = { url: 'https://v.example/a?signature=s3cret', outputPath: '/o' };

describe('curlArgv', () => {
  test('bounds the wait for an answer and for a stalled one, and shows nobody what is fetched', () => {
    const line = curlArgv({ ...REQUEST, bearer: 't0ken', form: { refresh_token: 'offl1ne' } }).join(' ');
    expect(line).toContain('--connect-timeout 10 --speed-limit 1024 --speed-time 60');
    expect(line).toContain('--fail --location --max-redirs 5');
    for (const secret of ['s3cret', 't0ken', 'offl1ne']) expect(line).not.toContain(secret);
  });

  test('resumes, keeps headers and limits the size only when asked', () => {
    expect(curlArgv(REQUEST).join(' ')).not.toMatch(/continue-at|dump-header|max-filesize/);
    const line = curlArgv({ ...REQUEST, resume: { etag: undefined }, headersPath: '/h', maxBytes: 5, stalledAfterSeconds: 3 }).join(' ');
    expect(line).toContain('--speed-time 3 --max-filesize 5 --continue-at - --dump-header /h');
  });
});

describe('curlConfig', () => {
  test('what came by https goes on by https', () => {
    expect(curlConfig(REQUEST)).toContain('proto-redir = "=https"\n');
    expect(curlConfig({ ...REQUEST, url: 'http://v.example/a' })).toContain('proto-redir = "=http,https"\n');
  });

  test('no value ends its own quotes', () => {
    const hostile = 'a"b\\c\nurl = "http://evil/"';
    expect(curlConfig({ ...REQUEST, bearer: hostile, form: { x: hostile } }).split('\n')).toHaveLength(6);
    expect(curlConfig({ ...REQUEST, bearer: 'a"b\\' })).toContain('header = "Authorization: Bearer a\\"b\\\\"\n');
  });

  test('a part is only continued if it is of the same file', () => {
    expect(curlConfig({ ...REQUEST, resume: { etag: '"v1"' } })).toContain('header = "If-Range: \\"v1\\""\n');
    expect(curlConfig({ ...REQUEST, resume: { etag: undefined } })).not.toContain('If-Range');
  });
});

describe('readHeaders', () => {
  test.each([
    ['a whole file', 'HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Length: 12\r\n\r\n', '"v1"', 12],
    ['a part', 'HTTP/2 206\r\netag: "v1"\r\ncontent-length: 2\r\ncontent-range: bytes 10-11/12\r\n\r\n', '"v1"', 12],
    ['after a redirect', 'HTTP/1.1 302 Found\r\nETag: "page"\r\nContent-Length: 3\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n', undefined, 12],
    ['a weak tag, which promises no bytes', 'HTTP/1.1 200 OK\r\nETag: W/"v1"\r\n\r\n', undefined, undefined],
    ['nothing', '', undefined, undefined],
  ])('%s', (_what, text, etag, totalBytes) => {
    expect(readHeaders(text)).toEqual({ etag, totalBytes });
  });
});

test.each([
  [0, '200', 'done', 200],
  [22, '404', 'refused', 404],
  [33, '200', 'restart', 200],
  [18, '200', 'torn', 200],
  [56, '206', 'torn', 206],
  [6, '000', 'failed', 0],
  [28, '', 'failed', 0],
] as const)('curl’s %d after %j is %s', async (exitCode, stdout, outcome, httpStatus) => {
  const host = fakeHost([{ command: 'curl', exitCode, stdout, stderr: 'curl: said so' }]);
  expect(await transfer(host, REQUEST)).toEqual({ outcome, httpStatus, said: ['curl: said so'] });
});
