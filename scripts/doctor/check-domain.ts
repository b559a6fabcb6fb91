// Checks the API's custom domain: its certificate, and whether the name leads to the API.
import { resolve4 } from 'node:dns/promises';
import { ACMClient, type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { APIGatewayClient, GetDomainNameCommand, NotFoundException } from '@aws-sdk/client-api-gateway';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Finding } from './finding.ts';

const HOW = 'docs/terraform.md#a-domain-of-your-own';

/** API Gateway refuses a certificate that is not issued, or is for other names. */
export async function checkCertificate(aws: AwsAccess, { region }: Stack): Promise<Finding> {
  const { name, certificate_arn } = region.settings.api_gateway.domain;
  const { Certificate } = await aws
    .client(ACMClient, region.name)
    .send(new DescribeCertificateCommand({ CertificateArn: certificate_arn ?? '' }));
  const status = Certificate?.Status ?? 'unknown';
  if (status !== 'ISSUED')
    return {
      state: 'FAIL',
      what: `the certificate of ${name} is ${status}`,
      fix: describeValidation(Certificate) ?? `request a new one: ${HOW}`,
    };
  const names = [Certificate?.DomainName ?? '', ...(Certificate?.SubjectAlternativeNames ?? [])];
  if (!names.some((covered) => covers(covered, name ?? '')))
    return {
      state: 'FAIL',
      what: `the certificate is for ${[...new Set(names)].join(', ')}, not for ${name}`,
      fix: `request one for ${name}: ${HOW}`,
    };
  return { state: 'ok', what: `issued for ${name}` };
}

/** The records that prove to ACM who owns the names. */
function describeValidation(certificate: CertificateDetail | undefined): string | undefined {
  if (certificate?.Status !== 'PENDING_VALIDATION') return undefined;
  const records = (certificate.DomainValidationOptions ?? []).flatMap(({ ResourceRecord }) =>
    ResourceRecord === undefined ? [] : [`${ResourceRecord.Name} CNAME ${ResourceRecord.Value}`],
  );
  return records.length === 0 ? undefined : `create the DNS record ${records.join(', ')}`;
}

/** A wildcard stands for one label. */
function covers(covered: string, name: string): boolean {
  const isWildcard = covered.startsWith('*.');
  return covered === name || (isWildcard && covered.slice(1) === name.slice(name.indexOf('.')));
}

/** `lookUp` returns IPv4 addresses; alias records have no CNAME that could be compared. */
export async function checkDomainName(
  aws: AwsAccess,
  { region, environment }: Stack,
  lookUp: (name: string) => Promise<string[]> = resolve4,
): Promise<Finding> {
  const { name, hosted_zone_id } = region.settings.api_gateway.domain;
  const target = await findTarget(aws, region.name, name ?? '');
  if (target === undefined) return { state: 'ok', what: `${name} will be made` };
  const find = (host: string): Promise<string[]> => lookUp(host).catch((): string[] => []);
  const [found, wanted] = await Promise.all([find(name ?? ''), find(target)]);
  if (found.some((address) => wanted.includes(address)))
    return { state: 'ok', what: `${name} leads to ${target}` };
  const what = `${name} ${found.length === 0 ? 'has no address' : 'leads elsewhere'}, so Sonotheia cannot reach the API there`;
  const wait = 'a new record takes as long to appear as the old answer was cached';
  return {
    state: 'warn',
    what,
    fix:
      hosted_zone_id === null
        ? `create the DNS record ${name} CNAME ${target}; ${wait}`
        : `npm run deploy -- --env ${environment.name}, and check that the name servers of the domain are those of the zone ${hosted_zone_id}; ${wait}`,
  };
}

async function findTarget(aws: AwsAccess, region: string, domainName: string): Promise<string | undefined> {
  try {
    const found = await aws.client(APIGatewayClient, region).send(new GetDomainNameCommand({ domainName }));
    return found.regionalDomainName;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}
