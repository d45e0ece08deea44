import type { ParameterValue } from '../../model/image-spec.ts';
import { nearest } from '../../errors/nearest.ts';
import { quoted } from '../problem.ts';
import type { WrittenParameter } from '../written.ts';
import { regexFault } from './regex-fault.ts';

/** What a value has against the declaration of its parameter; undefined when it is allowed. */
export function valueFault(declaration: WrittenParameter, value: ParameterValue): { readonly what: string; readonly fix: string } | undefined {
  const { type, pattern, minimum, maximum, description } = declaration;
  if (typeOf(value) !== type)
    return { what: `expected a value of type ${type}, found ${quoted(value)}`, fix: type === 'string' ? 'put it in quotes' : description };
  if (declaration.enum !== undefined && !declaration.enum.includes(value))
    return { what: `${quoted(value)} is not allowed here`, fix: enumFix(declaration.enum, value) };
  if (typeof value === 'number' && minimum !== undefined && value < minimum) return { what: `${value} is less than ${minimum}`, fix: description };
  if (typeof value === 'number' && maximum !== undefined && value > maximum) return { what: `${value} is more than ${maximum}`, fix: description };
  if (typeof value !== 'string' || pattern === undefined || regexFault(pattern) !== undefined || RegExp(pattern).test(value)) return undefined;
  return { what: `${quoted(value)} does not match ${pattern}`, fix: description };
}

function typeOf(value: ParameterValue): string {
  return typeof value === 'number' ? 'integer' : typeof value;
}

function enumFix(allowed: readonly ParameterValue[], value: ParameterValue): string {
  const list = `allowed: ${allowed.map(String).join(', ')}`;
  const suggestion = nearest(String(value), allowed.map(String));
  return suggestion === undefined ? list : `did you mean ${quoted(suggestion)}? (${list})`;
}
