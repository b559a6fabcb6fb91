import { ResourceNotFoundException } from '@aws-sdk/client-acm';
import { NotFoundException } from '@aws-sdk/client-api-gateway';
import { expect, test } from 'vitest';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { checkCertificate, checkDomainName } from './check-domain.ts';

const ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
const TARGET = 'd-1.execute-api.us-east-1.amazonaws.com';

/** AWS answers every request with `answer`. */
function answering(answer: object): AwsAccess {
  const send = async (): Promise<object> => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: () => ({ send }) } as unknown as AwsAccess;
}

function stack(hosted_zone_id: string | null = null): Stack {
  const domain = { name: 'hooks.example.com', certificate_arn: ARN, hosted_zone_id };
  const region = { name: 'us-east-1', settings: { api_gateway: { domain } } };
  return { region, environment: { name: 'dev' } } as unknown as Stack;
}

const certificate = (Status: string, ...names: string[]) =>
  answering({ Certificate: { Status, DomainName: names[0], SubjectAlternativeNames: names } });

test('a certificate must be issued for the name', async () => {
  const check = (aws: AwsAccess) => checkCertificate(aws, stack());
  await expect(check(certificate('ISSUED', 'hooks.example.com'))).resolves.toMatchObject({ state: 'ok' });
  await expect(check(certificate('ISSUED', 'example.com', '*.example.com'))).resolves.toMatchObject({
    state: 'ok',
  });
  await expect(check(certificate('ISSUED', 'example.com', '*.hooks.example.com'))).resolves.toMatchObject({
    state: 'FAIL',
    what: 'the certificate is for example.com, *.hooks.example.com, not for hooks.example.com',
  });
  await expect(check(certificate('EXPIRED', 'hooks.example.com'))).resolves.toMatchObject({
    state: 'FAIL',
    what: 'the certificate of hooks.example.com is EXPIRED',
  });
  const absent = answering(new ResourceNotFoundException({ message: 'no', $metadata: {} }));
  await expect(check(absent)).resolves.toMatchObject({
    state: 'FAIL',
    what: `there is no certificate ${ARN}`,
    fix: expect.stringContaining('certificate_arn'),
  });
});

test('a certificate that waits for its validation shows the record', async () => {
  const ResourceRecord = { Name: '_a.hooks.example.com.', Type: 'CNAME', Value: '_b.acm-validations.aws.' };
  const pending = answering({
    Certificate: { Status: 'PENDING_VALIDATION', DomainValidationOptions: [{ ResourceRecord }] },
  });
  await expect(checkCertificate(pending, stack())).resolves.toEqual({
    state: 'FAIL',
    what: 'the certificate of hooks.example.com is PENDING_VALIDATION',
    fix: 'create the DNS record _a.hooks.example.com. CNAME _b.acm-validations.aws.',
  });
});

test('a name must lead to the API, once it has one', async () => {
  const deployed = answering({ regionalDomainName: TARGET });
  const lookUp = (addresses: Readonly<Record<string, string[]>>) => async (name: string) => {
    const found = addresses[name];
    if (found === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
    return found;
  };
  const missing = answering(new NotFoundException({ message: 'no', $metadata: {} }));
  await expect(checkDomainName(missing, stack(), lookUp({}))).resolves.toMatchObject({ state: 'ok' });
  const leading = lookUp({ 'hooks.example.com': ['192.0.2.2'], [TARGET]: ['192.0.2.1', '192.0.2.2'] });
  await expect(checkDomainName(deployed, stack(), leading)).resolves.toEqual({
    state: 'ok',
    what: `hooks.example.com leads to ${TARGET}`,
  });
  await expect(
    checkDomainName(deployed, stack(), lookUp({ [TARGET]: ['192.0.2.1'] })),
  ).resolves.toMatchObject({
    state: 'warn',
    what: expect.stringContaining('has no address'),
    fix: expect.stringContaining(`create the DNS record hooks.example.com CNAME ${TARGET}`),
  });
  const elsewhere = lookUp({ 'hooks.example.com': ['198.51.100.1'], [TARGET]: ['192.0.2.1'] });
  await expect(checkDomainName(deployed, stack('Z1'), elsewhere)).resolves.toMatchObject({
    state: 'warn',
    what: expect.stringContaining(
      `no address of ${TARGET}: Sonotheia reaches the API there only through a proxy`,
    ),
    fix: expect.stringMatching(/^without one, npx sonotheia deploy .* those of the zone Z1/),
  });
});

test.each(['ECONNREFUSED', 'ETIMEOUT', 'ESERVFAIL'])('%s says nothing about the name', async (code) => {
  const lookUp = async (host: string): Promise<string[]> => {
    throw Object.assign(new Error(host), { code });
  };
  const found = await checkDomainName(answering({ regionalDomainName: TARGET }), stack(), lookUp);
  expect(found).toMatchObject({ state: 'warn', what: `could not look up hooks.example.com: ${code}` });
  expect(found.fix).not.toContain('record');
});
