// How Amazon SNS delivers from a topic, and the statement that lets it.
import type { Access } from './resource-policy.ts';

/** The regions that accounts need not enable; AWS adds none. */
const ENABLED_BY_DEFAULT =
  /^(?:us-(?:east|west)-[12]|ca-central-1|sa-east-1|eu-(?:central-1|north-1|west-[123])|ap-(?:south-1|northeast-[123]|southeast-[12])|(?:cn|us-gov)-.+)$/;

export interface Delivery {
  readonly topicArn: string;
  readonly accountId: string;
  /** Amazon SNS, as the policies must name it. */
  readonly principal: string;
  /** Unique in a function's policy, which other stacks may share. */
  readonly statementId: string;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html */
export function nameSns(topicRegion: string, endpointRegion: string): string {
  const optIn = [endpointRegion, topicRegion].find((region) => !ENABLED_BY_DEFAULT.test(region));
  return topicRegion === endpointRegion || optIn === undefined
    ? 'sns.amazonaws.com'
    : `sns.${optIn}.amazonaws.com`;
}

export function describeAccess(
  { topicArn, accountId, principal }: Delivery,
  actions: readonly string[],
  resource: string,
): Access {
  return {
    actions,
    resource,
    isCaller: (each) => each === principal,
    facts: {
      'aws:sourcearn': topicArn,
      'aws:sourceaccount': accountId,
      'aws:principalservicename': principal,
      'aws:principalisawsservice': 'true',
      'aws:securetransport': 'true',
      'aws:principalorgid': null,
      'aws:principalaccount': null,
      'aws:principalarn': null,
      'aws:sourcevpc': null,
      'aws:sourcevpce': null,
    },
  };
}

export function describeStatement(
  owner: string,
  actions: string | readonly string[],
  resource: string,
  { principal, topicArn }: Delivery,
): string {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: principal },
    Action: actions,
    Resource: resource,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  return `add to the policy of ${owner}: ${JSON.stringify(statement)}`;
}
