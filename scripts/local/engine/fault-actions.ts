// Faults that happen once, at a button.
import type { Fault } from '../../console/source-data.ts';

export interface FaultActions {
  rotateApiKey(): void;
  rotateWebhookSecret(): void;
  uploadMany(): Promise<void>;
}

export type Value = boolean | string | number | undefined;

/** A fault, and what a new value of it does. */
export interface Control {
  readonly describe: () => Fault;
  readonly apply: (value: Value) => void | Promise<void>;
}

export function listActions(actions: FaultActions, hasStandIn: boolean): Control[] {
  const button = (
    name: string,
    label: string,
    description: string,
    run: () => void | Promise<void>,
  ): Control => ({
    describe: () => ({ name, label, description, kind: 'button' }),
    apply: run,
  });
  return [
    button(
      'rotate-webhook-secret',
      'Rotate the webhook secret',
      'Signs with a new secret from now on. The function finds it by itself, and takes the previous one as well.',
      actions.rotateWebhookSecret,
    ),
    ...(hasStandIn
      ? [
          button(
            'rotate-api-key',
            'Rotate the API key',
            'The API takes only a new key from now on. The function finds it by itself.',
            actions.rotateApiKey,
          ),
          // The real API would charge for each.
          button(
            'upload-500',
            'Upload 500 files',
            'Short tones with scores in their names. The pace is that of the settings.',
            actions.uploadMany,
          ),
        ]
      : []),
  ];
}
