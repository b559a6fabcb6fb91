// The AWS calls of a plan before a deployment: the caller's identity, the account's tables, secrets that are looked up by name,
// and GitHub's identity provider.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const ACCOUNT_ID = '210987654321';
const PROVIDER_HOST = 'token.actions.githubusercontent.com';
const PROVIDER_ARN = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${PROVIDER_HOST}`;

export interface FakeAws {
  readonly endpoint: string;
  stop(): void;
}

export async function startFakeAws(): Promise<FakeAws> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const operation = String(
        request.headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? '',
      );
      const answer = answerTo(operation.split('.').at(-1) ?? '', body, request.headers.authorization ?? '');
      // An error that the provider does not retry.
      response.writeHead(answer === undefined ? 400 : 200).end(answer ?? 'not expected of a plan');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

function answerTo(operation: string, body: string, authorization: string): string | undefined {
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization)?.[1] ?? 'us-east-1';
  switch (operation) {
    case 'GetCallerIdentity':
      return inXml(
        operation,
        `<Arn>arn:aws:iam::${ACCOUNT_ID}:user/planner</Arn><UserId>AIDA</UserId><Account>${ACCOUNT_ID}</Account>`,
      );
    case 'DescribeSecret': {
      const { SecretId: Name } = JSON.parse(body) as { SecretId: string };
      const ARN = `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${Name}`;
      const KmsKeyId = `arn:aws:kms:${region}:${ACCOUNT_ID}:key/11111111-2222-3333-4444-555555555555`;
      return JSON.stringify({ Name, ARN, KmsKeyId, CreatedDate: 0, LastChangedDate: 0 });
    }
    case 'ListTables':
      return JSON.stringify({ TableNames: [] });
    case 'GetResourcePolicy':
      return '{}';
    case 'ListOpenIDConnectProviders':
      return inXml(
        operation,
        `<OpenIDConnectProviderList><member><Arn>${PROVIDER_ARN}</Arn></member></OpenIDConnectProviderList>`,
      );
    case 'GetOpenIDConnectProvider':
      return inXml(
        operation,
        `<Url>${PROVIDER_HOST}</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>`,
      );
    default:
      return undefined;
  }
}

function inXml(operation: string, result: string): string {
  return `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
}
