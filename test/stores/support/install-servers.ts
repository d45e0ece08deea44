import { goProgram, installGoPrograms } from '../../support/go-programs.ts';

/** The S3 server that the tests start. */
export const S3_SERVER_PATH = goProgram('versitygw');

/** Builds the S3 server before the first test. */
export function setup(): void {
  installGoPrograms(['github.com/versity/versitygw/cmd/versitygw@v1.8.0']);
}
