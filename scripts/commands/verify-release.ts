import { EXIT_STATUS } from '../errors.ts';
import { verifyRelease } from '../pipelines/verify-release.ts';
import { releaseCheck } from '../reports/release-check.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Whom a release comes from and whether it arrived whole, asked before anything of it is used. */
export const verifyReleaseCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: a distro, image@channel, image@version or image@sha256:…' }],
  options: { store: STORE },
  examples: ['npm run verify-release -- debian@stable', 'INGOT_TRUST=signers npm run verify-release -- debian --store /mnt/images'],
  run: async ({ positionals: [reference = ''], desk, places: { storeLocation } }) => {
    const check = await verifyRelease(desk, { storeLocation, reference });
    return { document: check, text: releaseCheck(check), exitStatus: check.verdict === 'pass' ? 0 : EXIT_STATUS.NOT_TRUSTED };
  },
});
