// Checks the functions' own environment variables and layers.
import { HARMLESS_VALUE, SECRET_NAME, SECRET_VALUE } from '../../text/secret-words.ts';
import {
  MAX_ENVIRONMENT_BYTES,
  measureEnvironment,
  OWN_NAMES,
  RESERVED_NAMES,
} from '../function-environment.ts';
import type { Report, Scope } from './rule.ts';

export function checkEnvironment({ region }: Scope, report: Report): void {
  for (const [name, value] of Object.entries(region.settings.lambda.environment)) {
    const setting = ['lambda', 'environment', name];
    if (RESERVED_NAMES.includes(name))
      report({
        code: 'SONO370',
        setting,
        what: `AWS Lambda sets \`${name}\` itself`,
        why: 'AWS Lambda: a function cannot set the environment variables that the runtime sets',
        fix: "remove it; a vendor's wrapper is set with `AWS_LAMBDA_EXEC_WRAPPER`",
      });
    else if (OWN_NAMES.includes(name))
      report({
        code: 'SONO370',
        setting,
        what: `\`${name}\` is a variable of the generator's own`,
        why: 'this generator: its variables carry the settings, the names and the secrets of the stack',
        fix: 'remove it: it follows from the other settings',
      });
    else if (isSecret(name, value))
      report({
        code: 'SONO630',
        severity: 'warning',
        setting,
        what: `\`${name}\` looks like a secret; here it is in plain text in the spec, the .tfvars file and the Terraform state`,
        fix: 'store it in AWS Secrets Manager and give the vendor its ARN, if the vendor can read it there',
      });
    else if (redirects(name, value))
      report({
        code: 'SONO631',
        severity: 'warning',
        setting,
        what: `with \`${name}\`, recordings, events and secrets can reach a server that is not AWS's`,
        why: 'the SDK of AWS and Node.js read this variable in the functions',
        fix: "remove it, or keep it only if the server is your own; an address of AWS's, with https, is accepted",
      });
  }
}

/** Another server for the calls of AWS, or any server that claims to be AWS. */
function redirects(name: string, value: string): boolean {
  if (name === 'NODE_TLS_REJECT_UNAUTHORIZED') return value === '0';
  return /^AWS_ENDPOINT_URL(?:_|$)/.test(name) && !AWS_ADDRESS.test(value);
}

/** Also of a VPC endpoint: `https://vpce-….sqs.us-east-1.vpce.amazonaws.com`. */
const AWS_ADDRESS = /^https:\/\/(?:[a-z0-9-]+\.)+(?:amazonaws\.com(?:\.cn)?|api\.aws)(?::443)?\/?$/;

function isSecret(name: string, value: string): boolean {
  return SECRET_VALUE.test(value) || (SECRET_NAME.test(name) && !HARMLESS_VALUE.test(value));
}

export function checkEnvironmentSize(scope: Scope, report: Report): void {
  if (Object.keys(scope.region.settings.lambda.environment).length === 0) return;
  const bytes = measureEnvironment(scope);
  if (bytes <= MAX_ENVIRONMENT_BYTES) return;
  report({
    code: 'SONO371',
    setting: ['lambda', 'environment'],
    what: `the environment variables of a function would have about ${bytes} bytes, with the generator's own; AWS allows ${MAX_ENVIRONMENT_BYTES}`,
    why: "AWS Lambda: the names and values of a function's environment variables have at most 4 KB together",
    fix: `remove ${bytes - MAX_ENVIRONMENT_BYTES} bytes or more; a layer can read long values from a file`,
  });
}

export function checkLayers({ region }: Scope, report: Report): void {
  const versions = new Map<string, string>();
  for (const [index, arn] of region.settings.lambda.layers.entries()) {
    const setting = ['lambda', 'layers', index];
    const layerRegion = arn.split(':')[3];
    if (layerRegion !== region.name)
      report({
        code: 'SONO372',
        setting,
        what: `the layer is in ${layerRegion}, the stack in ${region.name}`,
        why: 'AWS Lambda: a function takes layers of its own region only',
        fix: `give the layers of ${region.name} under \`region_overrides\``,
      });
    const layer = arn.slice(0, arn.lastIndexOf(':'));
    const other = versions.get(layer);
    versions.set(layer, arn);
    if (other !== undefined && other !== arn)
      report({
        code: 'SONO373',
        setting,
        what: `two versions of one layer: ${other.slice(layer.length + 1)} and ${arn.slice(layer.length + 1)}`,
        why: 'AWS Lambda: a function has one version of a layer',
        fix: 'keep one of the two',
      });
  }
}
