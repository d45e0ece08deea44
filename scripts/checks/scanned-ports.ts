/** Every TCP port: what a stranger would try. */
export const ALL_PORTS: readonly number[] = Array.from({ length: 65_535 }, (_, index) => index + 1);
