import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { SCHEMAS } from '../../scripts/config/schemas.ts';

type Node = Readonly<Record<string, unknown>>;

/** Every schema inside a schema, with where it is. */
function nodes(value: unknown, path: string): readonly { readonly path: string; readonly node: Node }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    // What may not be is no field to describe.
    if (key === 'not') return [];
    const at = `${path}/${key}`;
    const isSchema = /\/(properties|\$defs)\/[^/]+$|\/(items|propertyNames|additionalProperties)$/.test(at) && !/\/properties\/(items|properties)$/.test(path);
    const self = isSchema && typeof child === 'object' && child !== null ? [{ path: at, node: child as Node }] : [];
    return [...self, ...nodes(child, at)];
  });
}

describe.each(Object.entries(SCHEMAS))('the schema of %s is its manual page', (name, schema) => {
  const all = [{ path: name, node: schema as Node }, ...nodes(schema, name)];

  test('it is a schema', () => {
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  });

  test('every field is described', () => {
    expect(all.length).toBeGreaterThan(5);
    expect(
      all.filter(({ node }) => typeof node['description'] !== 'string' && node['$ref'] === undefined && node['enum'] === undefined).map(({ path }) => path),
    ).toEqual([]);
    expect(all.filter(({ path, node }) => /\/properties\/[^/]+$/.test(path) && typeof node['description'] !== 'string').map(({ path }) => path)).toEqual([]);
  });

  test('every map says which keys it may have', () => {
    const maps = all.filter(({ node }) => node['type'] === 'object');
    expect(
      maps.filter(({ node }) => node['additionalProperties'] !== false && typeof node['additionalProperties'] !== 'object').map(({ path }) => path),
    ).toEqual([]);
  });
});
