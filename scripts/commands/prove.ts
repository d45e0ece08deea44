import { EXIT_STATUS } from '../errors.ts';
import { proveTarget } from '../pipelines/prove-target.ts';
import { json } from '../reports/json.ts';
import { proofText } from '../reports/proof.ts';
import { defineCommand, given } from './command.ts';
import { ACCEL, IMAGE, STORE, YES } from './shared-options.ts';

/** Shows that each check can fail: a verification that nothing can make red proves nothing. */
export const proveCommand = defineCommand({
  positionals: [{ name: 'REF|FILE', required: true, help: 'a release, or a good disk file (qcow2, raw, img) together with --distro and --role' }],
  options: {
    distro: { kind: 'text', value: 'ID', help: 'what a FILE is meant to be' },
    image: IMAGE,
    role: { kind: 'text', value: 'ROLE', help: 'which role a FILE is meant to play' },
    only: { kind: 'text', value: 'GLOB', help: 'only the saboteurs of checks whose id matches (several: with commas)' },
    'json-file': { kind: 'text', value: 'FILE', help: 'write the proof as JSON' },
    accel: ACCEL,
    yes: YES,
    store: STORE,
  },
  examples: ['npm run prove -- debian', "npm run prove -- debian --only 'nginx.*'"],
  run: async ({ values, positionals: [target = ''], desk, places, ask, pathOf }) => {
    const { distro, image, role, only } = values;
    const subject = { target, targetPath: pathOf(target), ...given({ distro, image, role, only, ask }) };
    const proof = await proveTarget(desk, { ...subject, ...places, accelerator: values.accel, yes: values.yes });
    const path = values['json-file'];
    if (path !== undefined) await desk.host.files.writeText(pathOf(path), json(proof));
    return { document: proof, text: proofText(proof), exitStatus: proof.verdict === 'pass' ? 0 : EXIT_STATUS.VERIFICATION_FAILED };
  },
});
