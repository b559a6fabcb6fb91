// Secrets Manager's GetSecretValue, with the current and the previous version of each secret.

import { answerJson } from './json-answer.ts';
import type { ServiceAnswer } from './service-answer.ts';

export interface Secret {
  readonly current: string;
  /** Absent until the first rotation. */
  readonly previous?: string;
}

/** `find` gets the name or ARN of the request. */
export function answerSecretsManager(
  operation: string,
  body: string,
  find: (id: string) => Secret | undefined,
): ServiceAnswer {
  if (operation !== 'GetSecretValue')
    return answerJson(400, {
      __type: 'UnknownOperationException',
      message: 'Only GetSecretValue runs locally.',
    });
  const { SecretId = '', VersionStage: stage = 'AWSCURRENT' } = JSON.parse(body) as {
    SecretId?: string;
    VersionStage?: string;
  };
  const secret = find(SecretId);
  const versions = new Map([
    ['AWSCURRENT', secret?.current],
    ['AWSPREVIOUS', secret?.previous],
  ]);
  const value = versions.get(stage);
  if (value === undefined)
    return answerJson(400, {
      __type: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    });
  return answerJson(200, { Name: SecretId, SecretString: value, VersionStages: [stage] });
}
