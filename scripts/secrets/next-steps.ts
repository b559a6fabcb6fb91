// What is left to do after a secret was changed, in some regions or in all.
import type { Stack } from '../operator/open-spec.ts';
import { isManaged, type SecretKind } from '../operator/secret-store.ts';

interface HalfDone {
  /** `put` or `rotate`. */
  readonly verb: string;
  readonly kind: SecretKind;
  readonly environment: string;
  /** Regions that have the new value. */
  readonly done: readonly string[];
}

/** Says how the other regions get the value that some have. */
export function describeHalf({ verb, kind, environment, done }: HalfDone): string {
  return `Changed in ${done.join(', ')} only. To give the others the same value: npm run secrets -- ${verb} ${kind.key} --env ${environment} --from ${done[0]}`;
}

/** A line for each thing that nobody else will do. `hadValue`: it was replaced, not given for the first time. */
export function describeNextSteps(kind: SecretKind, stack: Stack, hadValue: boolean): string[] {
  const steps: string[] = [];
  if (kind.key === 'webhook_secret' && hadValue)
    steps.push(
      `Wait a minute, then give the new value to Sonotheia (npm run webhook -- register --env ${stack.environment.name} --again): both values are accepted.`,
    );
  if (kind.key === 'api_key' && hadValue)
    steps.push(
      'The functions take the new key within 5 minutes: let Sonotheia withdraw the old one after that.',
    );
  if (isManaged(stack, kind))
    steps.push(
      `terraform apply leaves it as it is. But put it where TF_VAR_${kind.variable} comes from: that value is written when secrets.${kind.key}.version is increased, or the secret is made anew.`,
    );
  return steps;
}
