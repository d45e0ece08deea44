import type { ErrorObject } from 'ajv/dist/2020.js';
import { nearest } from '../errors/nearest.ts';
import type { YamlFile } from './parse-yaml.ts';
import { quoted, type KeyPath, type Problem } from './problem.ts';
import { schemaErrors, type SchemaName } from './schemas.ts';

/** What a file has against its schema, said so that the reader can mend it; fills in the schema's defaults on the way. Never repeats the value of a secretive file. */
export function schemaProblems(name: SchemaName, yaml: YamlFile): readonly Problem[] {
  const errors = schemaErrors(name, yaml.value).filter(({ keyword }) => keyword !== 'propertyNames');
  const show = yaml.secretive === true ? hidden : shown;
  const sentences = errors.map((error) => ({ error, ...sentenceOf(error, { path: pathOf(yaml.value, error.instancePath), show }) }));
  const meant = new Set(sentences.flatMap(({ path, suggestion }) => (suggestion === undefined ? [] : [JSON.stringify([...path.slice(0, -1), suggestion])])));
  return sentences
    .filter(({ error, path }) => error.keyword !== 'required' || !meant.has(JSON.stringify(path)))
    .map(({ path, what, fix }) => ({ file: yaml.file, line: yaml.lineOf(path), path, what, fix }));
}

interface Sentence {
  readonly path: KeyPath;
  readonly what: string;
  readonly fix: string;
  /** The key that an unknown key most likely means. */
  readonly suggestion?: string;
}

/** How a sentence speaks of a value: by itself, and by its kind. */
interface Show {
  readonly value: (value: unknown) => string;
  readonly kind: (value: unknown) => string;
}

const shown: Show = { value: quoted, kind: typeText };
const hidden: Show = { value: () => 'the value', kind: (value) => (typeof value === 'object' || value === undefined ? typeText(value) : `a ${kindOf(value)}`) };

function sentenceOf(error: ErrorObject, { path, show }: { readonly path: KeyPath; readonly show: Show }): Sentence {
  const manual = descriptionOf(error.parentSchema);
  const found = error.propertyName === undefined ? show.value(error.data) : `the key ${quoted(error.propertyName)}`;
  const at = error.propertyName === undefined ? path : [...path, error.propertyName];
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, path);
    case 'required':
      return missingKey(error, path);
    case 'dependencies':
      return neededKey(error, path);
    case 'not':
      return { path, what: 'what is written here does not go together', fix: descriptionOf(error.schema, manual) };
    case 'type':
      return { path, what: `expected ${expectedType(error.schema)}, found ${show.kind(error.data)}`, fix: typeFix(error, manual) };
    case 'enum':
      return { path, what: `${found} is not allowed here`, fix: enumFix(error) };
    case 'const':
      return { path, what: `expected ${quoted(error.schema)}, found ${found}`, fix: manual };
    case 'pattern':
      return { path: at, what: `${found} does not have the right form`, fix: manual };
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return { path, what: `${found} is ${error.schema === 1 ? 'empty' : 'too short'}`, fix: manual };
    case 'minimum':
      return { path, what: `${found} is less than ${quoted(error.schema)}`, fix: manual };
    case 'maximum':
      return { path, what: `${found} is more than ${quoted(error.schema)}`, fix: manual };
    default:
      return { path: at, what: `${found} ${error.message ?? 'is not valid'}`, fix: manual };
  }
}

function unknownKey(error: ErrorObject, path: KeyPath): Sentence {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys(propertiesOf(error.parentSchema));
  const suggestion = nearest(key, known);
  const fix = suggestion === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${quoted(suggestion)}?`;
  return { path: [...path, key], what: `unknown key ${quoted(key)}`, fix, ...(suggestion === undefined ? {} : { suggestion }) };
}

function missingKey(error: ErrorObject, path: KeyPath): Sentence {
  const key = String(error.params['missingProperty']);
  const manual = descriptionOf(propertiesOf(error.parentSchema)[key]);
  return { path: [...path, key], what: `the key ${quoted(key)} is missing`, fix: `add it: ${manual}` };
}

function neededKey(error: ErrorObject, path: KeyPath): Sentence {
  const key = String(error.params['missingProperty']);
  const manual = descriptionOf(propertiesOf(error.parentSchema)[key]);
  return { path: [...path, key], what: `the key ${quoted(key)} is missing, and ${quoted(error.params['property'])} needs it`, fix: `add it: ${manual}` };
}

function expectedType(type: unknown): string {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.map((name) => TYPE_NAMES[String(name)] ?? String(name)).join(' or ');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'nothing',
};

function typeText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map of keys';
  return `the ${kindOf(value)} ${quoted(value)}`;
}

function kindOf(value: unknown): string {
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'value';
}

/** A number or a boolean where a text belongs is nearly always a text without its quotes. */
function typeFix(error: ErrorObject, manual: string): string {
  const wantsText = error.schema === 'string' && (typeof error.data === 'number' || typeof error.data === 'boolean');
  return wantsText ? `put it in quotes (${manual})` : manual;
}

function enumFix(error: ErrorObject): string {
  const allowed: readonly unknown[] = Array.isArray(error.schema) ? error.schema : [];
  const suggestion = nearest(String(error.data), allowed.map(String));
  const list = `allowed: ${allowed.map(String).join(', ')}`;
  return suggestion === undefined ? list : `did you mean ${quoted(suggestion)}? (${list})`;
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  return isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {};
}

function descriptionOf(schema: unknown, otherwise = 'see config/schemas/'): string {
  return isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : otherwise;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON pointer as a path; a number is a list position only where the value is a list. */
function pathOf(value: unknown, pointer: string): KeyPath {
  const path: (string | number)[] = [];
  let node = value;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(node) ? Number(key) : key);
    node = Array.isArray(node) ? node[Number(key)] : isRecord(node) ? node[key] : undefined;
  }
  return path;
}
