import { describe, expect, test } from 'vitest';
import { canonicalJson, digestOf, digestOfText } from '../../scripts/plan/digest.ts';

describe('canonicalJson', () => {
  test('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] })).toBe(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }));
  });

  test('keeps the order of lists, which means something', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  test('takes a field that is undefined for one that is not there', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe(canonicalJson({ b: 1 }));
  });

  test('orders keys by code unit, not by the locale or by size of number', () => {
    expect(canonicalJson({ ä: 1, Z: 1, a: 1 })).toBe('{"Z":1,"a":1,"ä":1}');
  });
});

describe('digests', () => {
  test('digestOfText is what sha256sum says', () => {
    expect(digestOfText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('digestOf changes with a value and not with the order of keys', () => {
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
    expect(digestOf({ a: 1, b: 2 })).not.toBe(digestOf({ a: 1, b: 3 }));
    expect(digestOf({ a: '1' })).not.toBe(digestOf({ a: 1 }));
  });
});
