// Lists the steps that remain after a secret was changed, in all regions or in some.
import type { Stack } from '../operator/open-spec.ts';
import { isManaged, type SecretKind } from '../operator/secret-store.ts';

interface HalfDone {
  /** `put` or `rotate`. */
  readonly verb: string;
  readonly kind: SecretKind;
  readonly environment: string;
  /** Regions that have the new value already. */
  readonly done: readonly string[];
}

/** Explains how to copy the new value to the other regions. */
export function describeHalf({ verb, kind, environment, done }: HalfDone): string {
  return `Changed in ${done.join(', ')} only. To give the others the same value: npx sonotheia secrets ${verb} ${kind.key} --env ${environment} --from ${done[0]}`;
}

/** Returns a line for each remaining step. `hadValue`: the secret had a value before. */
export function describeNextSteps(kind: SecretKind, stack: Stack, hadValue: boolean): string[] {
  const steps: string[] = [];
  if (kind.key === 'webhook_secret' && hadValue)
    steps.push(
      `Wait a minute, then give the new value to Sonotheia (npx sonotheia webhook register --env ${stack.environment.name} --again): both values are accepted.`,
    );
  if (kind.key === 'api_key' && hadValue)
    steps.push(
      'The functions take the new key within 5 minutes: let Sonotheia withdraw the old one after that.',
    );
  if (isManaged(stack, kind))
    steps.push(
      `terraform apply keeps it. Also store it at the source of TF_VAR_${kind.variable}: Terraform writes that value when secrets.${kind.key}.version is increased, or the secret is created again.`,
    );
  return steps;
}
