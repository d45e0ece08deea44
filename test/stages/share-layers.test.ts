import { describe, expect, test } from 'vitest';
import { digestText } from '../store/fixtures.ts';
import { memoryLayers } from '../support/memory-layers.ts';
import { machine } from './machine.ts';

const namesOf = (place: ReturnType<typeof memoryLayers>): readonly string[] => [...place.records.values()].map(({ name }) => name);

describe('shareLayers', () => {
  test('gives all that the image was made from and that is still there, each record with the very parent', async () => {
    const place = memoryLayers();
    const one = machine('one', place.open(true));
    const given = await one.share(await one.bake());
    expect(namesOf(place)).toEqual(['base', 'packages', 'compact', 'configure', 'sealed']);
    expect(given).toEqual([...place.records.keys()]);
    const [base, packages, compact, configure, sealed] = [...place.records.values()];
    expect([base?.parent, compact?.parent]).toEqual([null, null]);
    expect(packages?.parent).toEqual({ key: base?.key, sha256: base?.sha256 });
    expect(configure?.parent).toEqual({ key: compact?.key, sha256: compact?.sha256 });
    expect(sealed?.parent).toEqual({ key: configure?.key, sha256: configure?.sha256 });
    expect(sealed).toMatchObject({ sha256: digestText(place.bytes.get(sealed?.sha256 ?? '') ?? ''), imageId: 'shop-web-testian-1' });
  });

  test('a second time, and from a machine that fetched it, nothing is given', async () => {
    const place = memoryLayers();
    const one = machine('one', place.open(true));
    await one.share(await one.bake());
    const records = [...place.records];
    const two = machine('two', place.open(true));
    expect([await one.share(await one.bake()), await two.share(await two.bake())]).toEqual([[], []]);
    expect([...place.records]).toEqual(records);
    expect([...one.notes(), ...two.notes()]).toEqual([]);
  });

  test('a layer that was baked on fetched ones is given with the digest that these came with', async () => {
    const place = memoryLayers();
    const one = machine('one', place.open(true));
    await one.share(await one.bake());
    const [, , , configure, sealed] = [...place.records.values()];
    place.records.delete(sealed?.key ?? '');
    const two = machine('two', place.open(true));
    expect(await two.share(await two.bake())).toEqual([sealed?.key]);
    expect(place.records.get(sealed?.key ?? '')?.parent).toEqual({ key: configure?.key, sha256: configure?.sha256 });
  });

  test('the first one wins: what stands on other bytes is kept to oneself, and that is said', async () => {
    const place = memoryLayers();
    const [one, two] = [machine('one', place.open(true)), machine('two', place.open(true))];
    const [first, second] = [await one.bake(), await two.bake()];
    await one.share(first);
    const records = [...place.records];
    expect(await two.share(second)).toEqual([]);
    expect([...place.records]).toEqual(records);
    expect(two.notes()).toEqual(
      ['base', 'compact'].map((name) => `s3://bucket/layers has another ${name} already: what was baked on this one here is not shared`),
    );
  });

  test('the same bytes on another parent are another layer', async () => {
    const place = memoryLayers();
    const one = machine('one', place.open(true));
    const stack = await one.bake();
    await one.share(stack);
    const configure = [...place.records.values()].find(({ name }) => name === 'configure');
    if (configure?.parent !== null && configure !== undefined)
      place.records.set(configure.key, { ...configure, parent: { ...configure.parent, sha256: '9'.repeat(64) } });
    expect(await one.share(stack)).toEqual([]);
    expect(one.notes()).toEqual(['s3://bucket/layers has another configure already: what was baked on this one here is not shared']);
  });

  test('a place that cannot be reached costs a note, and not the image', async () => {
    const one = machine('one', memoryLayers().unreachable);
    expect(await one.share(await one.bake())).toEqual([]);
    expect(one.notes().at(-1)).toBe('Not all layers were shared in s3://bucket/layers: s3://bucket/layers cannot be reached, or fails');
  });

  test('who may only read gives nothing', async () => {
    const place = memoryLayers();
    const one = machine('one', place.open(false));
    expect(await one.share(await one.bake())).toEqual([]);
    expect(namesOf(place)).toEqual([]);
  });
});
