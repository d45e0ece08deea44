import Handlebars from 'handlebars';
import { BakeError } from '../errors.ts';
import type { SourceTexts } from '../model/image-spec.ts';
import { QUOTES, type Quote } from './quoting.ts';

/** A generated text that may stand in another template as it is: only this room makes one. */
export class Rendered {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface TemplateRequest {
  /** Path from the project's root: errors name it. */
  readonly path: string;
  readonly text: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Fills the holes of one template. Every hole is `{{quoting value}}`: a bare one, a block, a partial or a value that is not there is an error. */
export function renderTemplate({ path, text, context }: TemplateRequest): string {
  const tree = parsed(path, text);
  for (const statement of tree.body) checkStatement({ path, context }, statement);
  const engine = Handlebars.create();
  for (const [name, quote] of Object.entries(QUOTES)) engine.registerHelper(name, helperOf(quote));
  engine.registerHelper('block', (value: Rendered) => value.text.trimEnd());
  return engine.compile(tree, { noEscape: true, strict: true, knownHelpersOnly: true, knownHelpers: KNOWN_HELPERS })(context);
}

/** The text of a template by its path, for callers that hold all of them. */
export function renderTemplateOf(templates: SourceTexts, path: string, context: TemplateRequest['context']): string {
  const text = templates.get(path);
  if (text === undefined) throw new BakeError('BUG', { what: `The template ${path} was not loaded`, fix: 'Check that the file exists in the project' });
  return renderTemplate({ path, text, context });
}

const KNOWN_HELPERS = Object.fromEntries([...Object.keys(QUOTES), 'block'].map((name) => [name, true]));

interface Place {
  readonly path: string;
  readonly context: TemplateRequest['context'];
}

/** Handlebars hands a helper its options last; a quoting has no use for them. */
function helperOf(quote: Quote): (value: Parameters<Quote>[0]) => string {
  return (value) => quote(value);
}

function parsed(path: string, text: string): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (cause) {
    throw new BakeError('CONFIG_INVALID', {
      what: `${path} is not a template that Handlebars can read`,
      fix: 'Write `{{` only for holes; `\\{{` stands for two braces',
      details: String(cause instanceof Error ? cause.message : cause).split('\n'),
      cause,
    });
  }
}

function checkStatement(place: Place, statement: hbs.AST.Statement): void {
  if (statement.type === 'ContentStatement' || statement.type === 'CommentStatement') return;
  if (!isMustache(statement)) throw invalid(place, statement, 'only holes are allowed, no blocks, partials or decorators: choices are made in plan/');
  const { path: helper, params, hash } = statement;
  const quoting = isPath(helper) ? helper.original : '';
  const [param] = params;
  if (param === undefined) throw invalid(place, statement, `{{${quoting}}} has no quoting: write {{sh x}}, {{yaml x}}, {{hcl x}} or {{word x}}`);
  if (!Object.hasOwn(KNOWN_HELPERS, quoting))
    throw invalid(place, statement, `${JSON.stringify(quoting)} is not a quoting: there are ${Object.keys(QUOTES).join(', ')}`);
  if (params.length > 1 || hash !== undefined || !isPath(param) || param.data || param.depth > 0) {
    throw invalid(place, statement, `a hole takes one name, such as {{${quoting} params.port}}`);
  }
  checkValue({ ...place, quoting, name: param.original }, statement, valueAt(place.context, param.parts));
}

/** Strict: a value that is not there is an error that names the hole. */
function checkValue(hole: Place & { readonly quoting: string; readonly name: string }, statement: hbs.AST.Statement, value: unknown): void {
  const shown = `{{${hole.quoting} ${hole.name}}}`;
  if (value === undefined || value === null) throw invalid(hole, statement, `${shown} has no value`);
  if (value instanceof Rendered !== (hole.quoting === 'block'))
    throw invalid(hole, statement, `${shown} takes ${hole.quoting === 'block' ? 'a generated text' : 'a value'}`);
  if (hole.quoting === 'block') return;
  try {
    QUOTES[hole.quoting]?.(value as string);
  } catch (cause) {
    throw invalid(hole, statement, cause instanceof BakeError ? cause.what : String(cause));
  }
}

function valueAt(context: unknown, parts: readonly string[]): unknown {
  let value = context;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function invalid({ path }: Place, { loc }: hbs.AST.Statement, problem: string): BakeError {
  return new BakeError('CONFIG_INVALID', { what: `${path}:${loc.start.line}: ${problem}`, fix: 'Correct the template, or the value that it shows' });
}

function isMustache(statement: hbs.AST.Statement): statement is hbs.AST.MustacheStatement {
  return statement.type === 'MustacheStatement';
}

function isPath(expression: hbs.AST.Expression): expression is hbs.AST.PathExpression {
  return expression.type === 'PathExpression';
}
