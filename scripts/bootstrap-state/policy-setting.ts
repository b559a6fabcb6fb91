// The bucket policy denies requests without TLS. Keeps the statements that others added.
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { equalJson, isObject, type JsonObject, type JsonValue } from '../../generator/spec/json.ts';
import { type BucketContext, type BucketSetting, readOrNothing } from './bucket-setting.ts';

const SID = 'DenyInsecureTransport';

function describeStatement({ bucket, partition }: BucketContext): JsonObject {
  const arn = `arn:${partition}:s3:::${bucket}`;
  return {
    Sid: SID,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

async function readPolicy({ client, target }: BucketContext): Promise<JsonObject> {
  const answer = await readOrNothing(client.send(new GetBucketPolicyCommand(target)), 'NoSuchBucketPolicy');
  const policy = JSON.parse(answer?.Policy ?? '{}') as JsonValue;
  return isObject(policy) ? policy : {};
}

function listStatements({ Statement = [] }: JsonObject): readonly JsonValue[] {
  return Array.isArray(Statement) ? Statement : [Statement];
}

export const tlsOnly: BucketSetting = {
  describe: () => 'policy: TLS only',
  async isSet(context) {
    const wanted = describeStatement(context);
    return listStatements(await readPolicy(context)).some((statement) => equalJson(statement, wanted));
  },
  async set(context) {
    const policy = await readPolicy(context);
    const others = listStatements(policy).filter(
      (statement) => !(isObject(statement) && statement.Sid === SID),
    );
    const Statement = [...others, describeStatement(context)];
    const Policy = JSON.stringify({ Version: '2012-10-17', ...policy, Statement });
    await context.client.send(new PutBucketPolicyCommand({ ...context.target, Policy }));
  },
};
