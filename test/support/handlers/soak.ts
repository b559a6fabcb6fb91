/** `SOAK=1` runs the tests at full size; the default size is for every commit. */
export const SOAK = process.env.SOAK === '1';

/** Time limit of a test that grows with SOAK. */
export const SOAK_TIMEOUT_MS = SOAK ? 3_600_000 : 240_000;
