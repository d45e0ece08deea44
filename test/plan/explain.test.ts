import { describe, expect, test } from 'vitest';
import { explainKey } from '../../scripts/plan/explain.ts';

const FILE = 'file packer/components/nginx/files/etc/nginx/nginx.conf';

describe('explainKey', () => {
  test('is silent when nothing differs, in whatever order the fields are', () => {
    expect(explainKey({ a: '1', b: '2' }, { b: '2', a: '1' })).toEqual([]);
  });

  test('names a file whose content changed, without its digests', () => {
    expect(explainKey({ [FILE]: 'a'.repeat(64) }, { [FILE]: 'b'.repeat(64) })).toEqual([`${FILE} changed`]);
    expect(explainKey({ 'env A': `sha256:${'a'.repeat(64)}` }, { 'env A': `sha256:${'b'.repeat(64)}` })).toEqual(['env A changed']);
  });

  test('shows values that say something', () => {
    expect(explainKey({ 'env NGINX_WORKERS': '8' }, { 'env NGINX_WORKERS': '4' })).toEqual(['env NGINX_WORKERS changed from "4" to "8"']);
    expect(explainKey({ 'env A': 'two\nlines' }, { 'env A': '' })).toEqual([String.raw`env A changed from "" to "two\nlines"`]);
  });

  test('tells new from gone', () => {
    expect(explainKey({ 'package nginx': '1' }, { 'package apache2': '1' })).toEqual(['package apache2 is gone', 'package nginx is new']);
  });

  test('names the parent last: it is the least of the reasons', () => {
    expect(explainKey({ parent: 'a'.repeat(64), zeta: '1' }, { parent: 'b'.repeat(64) })).toEqual(['zeta is new', 'parent changed']);
  });

  test('says that there is nothing to compare with', () => {
    expect(explainKey({ a: '1' }, undefined)).toEqual(['nothing like it is in the cache yet']);
  });
});
