import { describe, expect, test } from 'vitest';
import { withScope } from '../../scripts/host/scope.ts';
import { runStage, runStageIn, type Stage } from '../../scripts/stages/stage.ts';
import { fakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';

/** A stage that takes a second and a half, and notes when its resource goes. */
function stageOf(log: string[], end: (input: string) => Promise<string>): Stage<string, string> {
  return {
    name: 'paint',
    title: 'Paint',
    run: async (input, { host, scope }) => {
      scope.always('brush', () => void log.push('brush'));
      scope.onFailure('wet wall', () => void log.push('wet wall'));
      await host.clock.sleep(1500);
      return end(input);
    },
  };
}

const works = (input: string): Promise<string> => Promise.resolve(`${input} painted`);
const fails = (): Promise<string> => Promise.reject(new Error('no paint'));

describe('runStage', () => {
  test('passes input in and output out, and says when it began and ended', async () => {
    const log: string[] = [];
    const desk = deskOf(fakeHost());
    expect(await runStage(desk, stageOf(log, works), 'wall')).toBe('wall painted');
    expect(desk.events).toEqual([
      { type: 'started', stage: 'paint', title: 'Paint' },
      { type: 'finished', stage: 'paint', title: 'Paint', seconds: 1.5 },
    ]);
    expect(log).toEqual(['brush']);
  });

  test('says that it failed, undoes what was half-made, and passes the very error on', async () => {
    const log: string[] = [];
    const desk = deskOf(fakeHost());
    await expect(runStage(desk, stageOf(log, fails), 'wall')).rejects.toThrow('no paint');
    expect(desk.events.at(-1)).toEqual({ type: 'failed', stage: 'paint', title: 'Paint', seconds: 1.5, message: 'no paint' });
    expect(log).toEqual(['wet wall', 'brush']);
  });

  test('says what was thrown although it is no error', async () => {
    const desk = deskOf(fakeHost());
    const stage: Stage<string, string> = { name: 'x', title: 'X', run: () => Promise.reject('words') };
    await expect(runStage(desk, stage, '')).rejects.toBe('words');
    expect(desk.events.at(-1)).toMatchObject({ type: 'failed', message: 'words' });
  });
});

describe('runStageIn', () => {
  test('leaves its resources to the caller’s scope', async () => {
    const log: string[] = [];
    const desk = deskOf(fakeHost());
    await withScope(async (scope) => {
      await runStageIn({ ...desk, scope }, stageOf(log, works), 'wall');
      log.push('still there');
    });
    expect(log).toEqual(['still there', 'brush']);
  });
});
