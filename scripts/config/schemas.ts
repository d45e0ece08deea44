import { Ajv2020, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import checklist from '../../config/schemas/checklist.schema.json' with { type: 'json' };
import component from '../../config/schemas/component.schema.json' with { type: 'json' };
import distro from '../../config/schemas/distro.schema.json' with { type: 'json' };
import grades from '../../config/schemas/grades.schema.json' with { type: 'json' };
import image from '../../config/schemas/image.schema.json' with { type: 'json' };
import instance from '../../cloud-init/files/usr/share/ingot/instance.schema.json' with { type: 'json' };
import lock from '../../config/schemas/lock.schema.json' with { type: 'json' };
import mirrors from '../../config/schemas/mirrors.schema.json' with { type: 'json' };
import rebuild from '../../config/schemas/rebuild.schema.json' with { type: 'json' };
import rehearsal from '../../config/schemas/rehearsal.schema.json' with { type: 'json' };
import profile from '../../config/schemas/profile.schema.json' with { type: 'json' };
import topology from '../../config/schemas/topology.schema.json' with { type: 'json' };

/** The kinds of YAML files, each with the schema that is also its manual page. */
export const SCHEMAS = {
  checklist,
  component,
  distro,
  grades,
  image,
  instance,
  lock,
  mirrors,
  profile,
  rebuild,
  rehearsal,
  topology,
} as const satisfies Record<string, AnySchemaObject>;

export type SchemaName = keyof typeof SCHEMAS;

/** Every command waits for these: no meta-schemas and no optimising, which halves the time (a test checks the schemas themselves). */
const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strict: true,
  allowUnionTypes: true,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
});
const compiled = new Map<SchemaName, ValidateFunction>();

/** Checks a value against a schema and fills in the schema's defaults; compiles a schema the first time that it is used. */
export function schemaErrors(name: SchemaName, value: unknown): readonly ErrorObject[] {
  const validate = compiled.get(name) ?? ajv.compile(SCHEMAS[name]);
  compiled.set(name, validate);
  return validate(value) ? [] : (validate.errors ?? []);
}
