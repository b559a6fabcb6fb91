// Resolves the location of each environment's state from the shared settings and its own. Pure.
import type { Environment, SonotheiaConfig, State } from './spec-types.ts';

/** A state in S3. */
export interface ResolvedState {
  /** Null only if the spec names none, which the rules refuse. */
  readonly bucket: string | null;
  readonly region: string;
  readonly roleArn: string | null;
  readonly kmsKeyArn: string | null;
}

/** The location of an environment's state in S3; null for a local state in the output folder. */
export function resolveState(config: SonotheiaConfig, environment: Environment): ResolvedState | null {
  if (config.terraform?.backend !== 's3') return null;
  const shared: State = config.terraform.state ?? {};
  const own: State = environment.state ?? {};
  const bucket = own.bucket ?? shared.bucket ?? null;
  const [first] = Object.values(config.environments);
  // Environments that share a bucket must agree on its region, so the shared one defaults to the first environment's.
  const [homeRegion] = (own.bucket == null ? first : environment)?.regions ?? environment.regions;
  return {
    bucket,
    region: own.region ?? shared.region ?? homeRegion,
    roleArn: own.role_arn ?? shared.role_arn ?? null,
    kmsKeyArn: own.kms_key_arn ?? shared.kms_key_arn ?? null,
  };
}

/** `arn:aws:iam::111122223333:role/state` -> `111122223333`. */
export function readAccountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** The account of an environment's state: the assumed role's, else the environment's own, else null. */
export function findStateAccount(state: ResolvedState, accountId: string | null): string | null {
  return state.roleArn === null ? accountId : readAccountOfArn(state.roleArn);
}
