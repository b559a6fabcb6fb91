/** `SOAK=1` runs the tests at the sizes that are promised; otherwise they are sized for every commit. */
export const SOAK = process.env.SOAK === '1';

/** Time limit of a test that grows with SOAK. */
export const SOAK_TIMEOUT_MS = SOAK ? 3_600_000 : 240_000;
