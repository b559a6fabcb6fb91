// Checks the API's custom domain: its certificate, and whether the name leads to the API.
import { resolve4 } from 'node:dns/promises';
import {
  ACMClient,
  type CertificateDetail,
  DescribeCertificateCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-acm';
import { APIGatewayClient, GetDomainNameCommand, NotFoundException } from '@aws-sdk/client-api-gateway';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Finding } from './finding.ts';

const HOW = 'docs/terraform.md#a-domain-of-your-own';

/** API Gateway refuses a certificate that is not issued, or is for other names. */
export async function checkCertificate(aws: AwsAccess, { region }: Stack): Promise<Finding> {
  const { name, certificate_arn } = region.settings.api_gateway.domain;
  const certificate = await findCertificate(aws, region.name, certificate_arn ?? '');
  if (certificate === undefined)
    return {
      state: 'FAIL',
      what: `there is no certificate ${certificate_arn}`,
      fix: `correct \`api_gateway.domain.certificate_arn\`, or request a certificate in ${region.name}: ${HOW}`,
    };
  if (certificate.Status !== 'ISSUED')
    return {
      state: 'FAIL',
      what: `the certificate of ${name} is ${certificate.Status}`,
      fix: describeValidation(certificate) ?? `request a new one: ${HOW}`,
    };
  const names = [certificate.DomainName ?? '', ...(certificate.SubjectAlternativeNames ?? [])];
  if (!names.some((covered) => covers(covered, name ?? '')))
    return {
      state: 'FAIL',
      what: `the certificate is for ${[...new Set(names)].join(', ')}, not for ${name}`,
      fix: `request one for ${name}: ${HOW}`,
    };
  return { state: 'ok', what: `issued for ${name}` };
}

async function findCertificate(
  aws: AwsAccess,
  region: string,
  CertificateArn: string,
): Promise<CertificateDetail | undefined> {
  try {
    const command = new DescribeCertificateCommand({ CertificateArn });
    return (await aws.client(ACMClient, region).send(command)).Certificate;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** The records that prove to ACM who owns the names. */
function describeValidation(certificate: CertificateDetail): string | undefined {
  if (certificate.Status !== 'PENDING_VALIDATION') return undefined;
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

type LookUp = (host: string) => Promise<string[]>;

/** `lookUp` returns IPv4 addresses; alias records have no CNAME that could be compared. */
export async function checkDomainName(
  aws: AwsAccess,
  { region, environment }: Stack,
  lookUp: LookUp = resolve4,
): Promise<Finding> {
  const { name, hosted_zone_id } = region.settings.api_gateway.domain;
  const target = await findTarget(aws, region.name, name ?? '');
  if (target === undefined) return { state: 'ok', what: `${name} will be made` };
  const [own, api] = await Promise.all([resolveHost(name ?? '', lookUp), resolveHost(target, lookUp)]);
  const failure = own.failure ?? api.failure;
  if (failure !== undefined)
    return { state: 'warn', what: failure, fix: "check this machine's DNS, and run doctor again" };
  if (own.addresses.some((address) => api.addresses.includes(address)))
    return { state: 'ok', what: `${name} leads to ${target}` };
  const what =
    own.addresses.length === 0
      ? `${name} has no address, so Sonotheia cannot reach the API there`
      : `${name} has no address of ${target}: Sonotheia reaches the API there only through a proxy or CDN of yours`;
  const without = own.addresses.length === 0 ? '' : 'without one, ';
  const wait = 'a new record takes as long to appear as the old answer was cached';
  return {
    state: 'warn',
    what,
    fix:
      hosted_zone_id === null
        ? `${without}create the DNS record ${name} CNAME ${target}; ${wait}`
        : `${without}npx sonotheia deploy --env ${environment.name}, and check that the name servers of the domain are those of the zone ${hosted_zone_id}; ${wait}`,
  };
}

/** Only a missing name or record means that there is no address. */
async function resolveHost(
  host: string,
  lookUp: LookUp,
): Promise<{ readonly addresses: readonly string[]; readonly failure?: string }> {
  try {
    return { addresses: await lookUp(host) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return { addresses: [] };
    return { addresses: [], failure: `could not look up ${host}: ${error.code}` };
  }
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
