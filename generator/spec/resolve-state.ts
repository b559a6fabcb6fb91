// Where each environment's state is: the shared settings, then the environment's. Pure.
import type { Environment, SonotheiaConfig, State } from './spec-types.ts';

/** A state in S3. */
export interface ResolvedState {
  /** Null only where the spec names none, which the rules refuse. */
  readonly bucket: string | null;
  readonly region: string;
  readonly roleArn: string | null;
  readonly kmsKeyArn: string | null;
}

/** Where an environment's state is; null: beside the HCL. */
export function resolveState(config: SonotheiaConfig, environment: Environment): ResolvedState | null {
  if (config.terraform?.backend !== 's3') return null;
  const shared: State = config.terraform.state ?? {};
  const own: State = environment.state ?? {};
  const bucket = own.bucket ?? shared.bucket ?? null;
  const [first] = Object.values(config.environments);
  // Environments that share a bucket must agree on its region, so that it cannot be each one's own.
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

/** The account in which an environment's state is: the assumed role's, else its own; null where nothing says. */
export function findStateAccount(state: ResolvedState, accountId: string | null): string | null {
  return state.roleArn === null ? accountId : readAccountOfArn(state.roleArn);
}
