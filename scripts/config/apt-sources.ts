/** One place that an apt is set to fetch binary packages from. */
export interface AptEntry {
  /** Without a slash at its end. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** Reads one file of apt's settings, in the one-line format (`.list`) or the deb822 format (`.sources`). */
export function parseAptSources(fileName: string, text: string): readonly AptEntry[] {
  return fileName.endsWith('.sources') ? stanzasOf(text).flatMap(entriesOfStanza) : text.split('\n').flatMap(entriesOfLine);
}

/** `deb [options] uri suite component…`, with a comment from `#` on. */
function entriesOfLine(line: string): readonly AptEntry[] {
  const match = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)(.*)$/.exec(line.replace(/#.*/, ''));
  if (match === null) return [];
  const [, uri = '', suite = '', components = ''] = match;
  return [entryOf(uri, suite, wordsOf(components))];
}

type Stanza = ReadonlyMap<string, string>;

function entriesOfStanza(stanza: Stanza): readonly AptEntry[] {
  const field = (name: string): readonly string[] => wordsOf(stanza.get(name) ?? '');
  if (!field('types').includes('deb') || isOff(stanza.get('enabled'))) return [];
  return field('uris').flatMap((uri) => field('suites').map((suite) => entryOf(uri, suite, field('components'))));
}

/** Paragraphs of `Name: value` lines; a line that begins with a blank continues the one before, a `#` line is nothing at all. */
function stanzasOf(text: string): readonly Stanza[] {
  const stanzas: Map<string, string>[] = [new Map()];
  let current = '';
  for (const line of text.split('\n').filter((written) => !written.startsWith('#'))) {
    const stanza = stanzas.at(-1) ?? new Map<string, string>();
    const field = /^([^\s:]+)\s*:(.*)$/.exec(line);
    if (line.trim() === '') stanzas.push(new Map());
    else if (field === null) stanza.set(current, `${stanza.get(current) ?? ''} ${line}`);
    else stanza.set((current = (field[1] ?? '').toLowerCase()), field[2] ?? '');
  }
  return stanzas;
}

function isOff(enabled: string | undefined): boolean {
  return ['no', 'false', 'without', 'off', 'disable', '0'].includes(enabled?.trim().toLowerCase() ?? '');
}

function entryOf(uri: string, suite: string, components: readonly string[]): AptEntry {
  return { uri: uri.replace(/\/+$/, ''), suite, components };
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
