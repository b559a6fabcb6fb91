// The doctor and subscriptions that are not confirmed, on the local AWS: an endpoint confirms with the token that it got.
// On the topic of alarms, which takes any text.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import { type LocalAws, startLocalAws } from '../../test/local-aws/local-aws.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { selectStacks } from '../operator/open-spec.ts';
import { checkSubscriptions } from './check-subscriptions.ts';

interface Received {
  readonly Type: string;
  readonly Token?: string;
  readonly Message: string;
}

describeWithTools('subscriptions that wait for a confirmation', [MOTO], () => {
  let aws: LocalAws;
  let endpoint: Server;
  const received: Received[] = [];

  beforeAll(async () => {
    aws = await startLocalAws();
    endpoint = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push(JSON.parse(Buffer.concat(chunks).toString()) as Received);
      response.end();
      endpoint.emit('received');
    }).listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
  });
  afterAll(async () => {
    endpoint?.close();
    await aws?.stop();
  });

  async function diagnose() {
    const { Account: accountId = '', Arn: arn = '' } = await aws
      .client(STSClient)
      .send(new GetCallerIdentityCommand({}));
    const spec = compileSpec(
      'spec.yaml',
      Buffer.from(`project_name: acme\nenvironments: { dev: { regions: [${aws.region}] } }\n`),
    );
    const [environment] = spec.ok ? spec.value.environments : [];
    if (environment === undefined) throw new Error('the spec is refused');
    const caller = { accountId, arn, partition: 'aws' };
    const [stack] = selectStacks(environment, [], caller);
    if (stack === undefined) throw new Error('the spec has no stack');
    const access = { client: aws.client, findCaller: async () => caller } as unknown as AwsAccess;
    return checkSubscriptions(access, stack);
  }

  test('receive nothing, are named by the doctor, and end as AWS ends them', async () => {
    const sns = aws.client(SNSClient);
    expect(await diagnose()).toEqual({ state: 'ok', what: 'no topic yet' });
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'acme-alarms-dev' }));
    const Endpoint = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/?a=$1&b=it's`;
    const asked = once(endpoint, 'received');
    const subscribed = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
    const desk = { TopicArn, Protocol: 'email', Endpoint: 'desk@example.com', ReturnSubscriptionArn: true };
    const { SubscriptionArn: deskArn } = await sns.send(new SubscribeCommand(desk));
    expect(subscribed.SubscriptionArn).toBe('pending confirmation');
    const pending = await diagnose();
    expect(pending).toMatchObject({
      state: 'warn',
      what: `not confirmed, so nothing arrives: http to ${Endpoint}, email to desk@example.com`,
    });
    const [, ...commands] = pending.fix?.split('\n') ?? [];
    const shell = ['aws() { for last; do :; done; echo "$last"; }', ...commands].join('\n');
    expect(execFileSync('/bin/sh', ['-c', shell]).toString()).toBe(`${Endpoint}\ndesk@example.com\n`);
    await expect(sns.send(new UnsubscribeCommand({ SubscriptionArn: deskArn }))).rejects.toThrow(
      'pending confirmation',
    );

    await asked;
    await sns.send(new PublishCommand({ TopicArn, Message: 'too early' }));
    await expect(sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'guessed' }))).rejects.toThrow(
      'Token',
    );
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: received[0]?.Token }));
    expect(await diagnose()).toMatchObject({
      state: 'warn',
      what: 'not confirmed, so nothing arrives: email to desk@example.com',
    });
    await sns.send(new PublishCommand({ TopicArn, Message: 'in time' }));
    expect(received.map(({ Type }) => Type)).toEqual(['SubscriptionConfirmation', 'Notification']);
    expect(received[1]?.Message).toBe('in time');
  });
});
