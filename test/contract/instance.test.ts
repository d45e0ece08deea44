import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { EMPTY_ENV_PATH, python, runInstances, SCHEMA_PATH } from '../support/instance-runs.ts';

const PROJECT = join(import.meta.dirname, '../..');
const MANUAL = readFileSync(join(PROJECT, 'docs/instance.md'), 'utf8');

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean;
  readonly writeOnly?: boolean;
}
const schema = JSON.parse(readFileSync(SCHEMA_PATH, 'utf8')) as Schema;

const keysOf = ({ properties = {} }: Schema, prefix = ''): readonly string[] =>
  Object.entries(properties).flatMap(([key, inner]) => [`${prefix}${key}`, ...keysOf(inner, `${prefix}${key}.`)]);
const namesIn = (text: string): readonly string[] => [...text.matchAll(/\bINSTANCE_[A-Z]+(?:_[A-Z]+)*(?![A-Z_])/g)].map(([name]) => name);
const variables = namesIn(readFileSync(EMPTY_ENV_PATH, 'utf8'));
const firstCells = (pattern: RegExp): readonly string[] => [...MANUAL.matchAll(pattern)].flatMap(([, cell]) => cell ?? []);

describe('the schema', () => {
  test('compiles as draft-07 and as 2020-12, in strict mode', () => {
    for (const Validator of [Ajv, Ajv2020]) {
      const validate = new Validator({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
      expect([validate({}), validate({ domain: 'app.example.com' }), validate({ domian: 'x' })]).toEqual([true, true, false]);
    }
  });

  test('is valid Draft 4, with patterns that Python understands', () => {
    const program =
      'import json, jsonschema, re, sys; s = open(sys.argv[1]).read(); jsonschema.Draft4Validator.check_schema(json.loads(s)); [re.compile(json.loads(p)) for p in re.findall(r\'"pattern": ("(?:[^"\\\\]|\\\\.)*")\', s)]; print("fine")';
    expect(python(program, [SCHEMA_PATH])).toBe('fine\n');
  });

  test('has no word that only newer drafts know', () => {
    expect(readFileSync(SCHEMA_PATH, 'utf8')).not.toMatch(
      /"(\$schema|\$defs|\$ref|const|if|then|else|contains|propertyNames|dependentRequired|exclusiveM\w+|format|default)":/,
    );
  });

  test('describes every key and refuses all others', () => {
    const check = (inner: Schema, path: string): void => {
      expect(inner.description ?? '', path).not.toBe('');
      if (inner.properties !== undefined) expect(inner.additionalProperties, path).toBe(false);
      if (inner.items !== undefined) check(inner.items, `${path}[]`);
      for (const [key, value] of Object.entries(inner.properties ?? {})) check(value, `${path}.${key}`);
    };
    check(schema, '');
  });
});

describe('names', () => {
  test('the manual has every key of the schema, in its order', () => {
    expect(firstCells(/^\| `([a-z_.]+)` \| (?:text|list|map|path|whole|`)/gm)).toEqual(keysOf(schema));
  });

  test('the manual has every variable, and instance.py writes exactly these', () => {
    expect(firstCells(/^\| `(INSTANCE_[A-Z_]+)` \|/gm)).toEqual(variables);
    const [empty] = runInstances(['']);
    expect(empty?.written['instance.env']?.text).toBe(readFileSync(EMPTY_ENV_PATH, 'utf8'));
  });

  test('the guest uses no variable that nobody writes', () => {
    const files = ['packer', 'cloud-init'].flatMap((dir) =>
      readdirSync(join(PROJECT, dir), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    const unknown = files.flatMap((path) =>
      namesIn(readFileSync(path, 'utf8'))
        .filter((name) => !variables.includes(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(files.length).toBeGreaterThan(80);
    expect(unknown).toEqual([]);
  });
});
