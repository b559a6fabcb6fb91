// A function may refuse the current secret for some minutes after a rotation.
import http from 'node:http';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../test/local-aws/local-aws.ts';
import { SESSIONS_TABLE } from '../../test/support/handlers/local-resources.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';
import { closeServer, listenOnFreePort } from '../local/http-server.ts';
import { checkWebhook } from './check-webhook.ts';
import type { SmokeContext } from './smoke-context.ts';

const TABLE = 'acme-voice-sessions-dev';
const SECRET = 'sonotheia-webhook-secret-dev';

describeWithTools('a webhook right after a rotation', [MOTO], () => {
  let aws: LocalAws;
  let answers: number[];
  let apiUrl: string;
  const server = http.createServer(async (_, response) => {
    const status = answers.shift() ?? 200;
    if (status === 200) await store();
    response.writeHead(status).end('{}');
  });
  const store = () =>
    aws.client(DynamoDBClient).send(
      new PutItemCommand({
        TableName: TABLE,
        Item: {
          session_id: { S: 'smoke-1' },
          timestamp: { N: '1' },
          event_type: { S: 'system.health_check' },
          status: { S: 'announced' },
        },
      }),
    );

  beforeAll(async () => {
    aws = await startLocalAws();
    apiUrl = `http://127.0.0.1:${await listenOnFreePort(server)}`;
    await aws
      .client(SecretsManagerClient)
      .send(new CreateSecretCommand({ Name: SECRET, SecretString: 'new' }));
    await aws.client(DynamoDBClient).send(new CreateTableCommand({ TableName: TABLE, ...SESSIONS_TABLE }));
  });
  afterAll(async () => {
    await closeServer(server);
    await aws?.stop();
  });

  test('is sent again after 401, until it is accepted', async () => {
    answers = [401, 200];
    const notes: string[] = [];
    const context = {
      aws: { client: (clientClass: never) => aws.client(clientClass) },
      stack: {
        region: { name: 'us-east-1', settings: {} },
        names: { webhookSecret: SECRET },
        environment: { name: 'dev' },
      },
      outputs: { table: TABLE },
      apiUrl,
      sessionId: 'smoke-1',
      signal: new AbortController().signal,
      terminal: { note: (line: string) => notes.push(line) },
    } as unknown as SmokeContext;
    expect(await checkWebhook(context)).toMatch(/^200 after [5-9] s, in the table as announced$/);
    // The functions cache a secret for five minutes, and read it at most every half minute.
    expect(notes).toEqual([
      expect.stringMatching(
        /^us-east-1 answered 401: the function may not have the current secret yet\. Trying again for 3[0-3]\d s\.$/,
      ),
    ]);
  });
});
