// Checks the API's custom domain.
import type { Report, Scope } from './rule.ts';

export function checkDomain({ region }: Scope, report: Report): void {
  const { enabled, domain, disable_execute_api_endpoint } = region.settings.api_gateway;
  if (!enabled) return;
  const { name, certificate_arn, hosted_zone_id } = domain;
  const at = (key: string): string[] => ['api_gateway', 'domain', key];
  if (name !== null && certificate_arn === null)
    report({
      code: 'SONO374',
      setting: at('name'),
      what: `\`${name}\` has no certificate`,
      why: 'Amazon API Gateway: a custom domain name needs a certificate of AWS Certificate Manager',
      fix: 'add `certificate_arn`; docs/terraform.md#a-domain-of-your-own says how to request one',
    });
  if (name === null) {
    const idle = [
      { setting: at('certificate_arn'), isSet: certificate_arn !== null },
      { setting: at('hosted_zone_id'), isSet: hosted_zone_id !== null },
      {
        setting: ['api_gateway', 'disable_execute_api_endpoint'],
        isSet: disable_execute_api_endpoint,
      },
    ].find(({ isSet }) => isSet);
    if (idle !== undefined)
      report({
        code: 'SONO374',
        setting: idle.setting,
        other: ['api_gateway', 'domain'],
        what: `\`${idle.setting.at(-1)}\` is set without \`domain.name\``,
        why: 'this generator: without a custom domain, Sonotheia reaches the API at the URL that AWS assigns',
        fix: 'add `domain: { name: hooks.example.com, … }`, or remove the setting',
      });
  }
  const certificateRegion = certificate_arn?.split(':')[3] ?? region.name;
  if (certificateRegion !== region.name)
    report({
      code: 'SONO375',
      setting: at('certificate_arn'),
      what: `the certificate is in ${certificateRegion}, the API in ${region.name}`,
      why: 'Amazon API Gateway: a regional domain name takes a certificate of its own region only',
      fix: `request one in ${region.name}; each region has its own name and certificate under \`region_overrides\``,
    });
}
