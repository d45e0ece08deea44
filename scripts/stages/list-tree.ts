import { join } from 'node:path';
import { lastWords } from '../checks/last-words.ts';
import { treeOf, treeProbe } from '../checks/tree-probe.ts';
import { BakeError } from '../errors.ts';
import type { Tree } from '../model/tree.ts';
import { inspectDisk } from './inspect-disk.ts';
import { readSealedDisk } from './read-sealed-disk.ts';
import { runStageIn, type Stage } from './stage.ts';

/** A disk of a hundred thousand files on a slow host. */
const LIST_MS = 30 * 60_000;

/** Lists every file of a disk with its digest; never writes to it. */
export const listTree: Stage<{ readonly diskPath: string; readonly scratchDir: string }, Tree> = {
  name: 'list-tree',
  title: 'List every file of the disk',
  run: async ({ diskPath, scratchDir }, context) => {
    const { files, facts } = context.host;
    const disk = await runStageIn(context, inspectDisk, { diskPath, scratchDir });
    const probe = treeProbe(await files.readText(join(facts.projectDir, 'packer/list-tree.sh')));
    const looked = await readSealedDisk.run(
      { disk, declared: [], facts: [probe], env: {}, scratchDir, probeMs: LIST_MS, nonce: disk.sha256.slice(0, 16) },
      context,
    );
    const tree = treeOf(looked.facts);
    if (tree !== undefined) return tree;
    const said = looked.facts.get(probe.name);
    throw new BakeError('HOST_NOT_READY', {
      what: `The files of ${diskPath} cannot be listed`,
      fix: 'Looking into a disk needs root (sudo) and a root file system of ext4 or xfs; `npm run doctor` shows what this host lacks',
      details: said === undefined ? (looked.problem ?? []) : lastWords(said),
    });
  },
};
