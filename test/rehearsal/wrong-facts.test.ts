import { expect, test } from 'vitest';
import { rehearseOn } from './rehearse-on-this-machine.ts';
import { configWith, WRONG_FACTS } from './wrong-facts.ts';

test.each(WRONG_FACTS.map((fact) => ({ ...fact, name: `${fact.distro} ${fact.role}: ${fact.what}` })))('$name', async (fact) => {
  const { rows } = await rehearseOn(configWith(fact), fact);
  const red = rows.filter(({ outcome }) => outcome === 'fail').map(({ what, detail }) => `${what}: ${detail}`);
  process.stderr.write(`${fact.name} | ${red.join(' | ').slice(0, 300)}\n`);
  if (fact.caught === undefined) expect(red).toEqual([]);
  else expect(red.join('\n')).toContain(fact.caught);
  if (fact.caught !== undefined) expect(red).not.toEqual([]);
});
