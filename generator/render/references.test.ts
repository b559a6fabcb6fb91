import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildModel } from '../model/build-model.ts';
import { resolveSpec } from '../spec/resolve.ts';
import { renderTree } from './render-tree.ts';

/** Each setting decides whether a part of the HCL is generated. */
const SETTINGS = [
  { api_gateway: { enabled: false } },
  { api_gateway: { account_role: 'never', ip_allow_list: ['203.0.113.0/24'] } },
  { monitoring: { enabled: false } },
  { monitoring: { dashboard: false, alarm_email: 'fraud@example.com' } },
  { dynamodb: { billing_mode: 'PROVISIONED' } },
  { kms: { managed: true } },
  { kms_key_arn: 'arn:aws:kms:us-east-1:111122223333:key/own' },
  { waf: { enabled: true } },
  { s3: { access_logs: true, versioning: true } },
  { lambda: { xray_tracing: true } },
  { vpc: { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'] } },
  { secrets: { api_key: { source: 'existing' } } },
  { secrets: { webhook_secret: { source: 'existing' } } },
  { subscriptions: [{ name: 'desk', protocol: 'email', endpoint: 'desk@example.com' }] },
] as const;

const anyEnvironment = fc
  .subarray([...SETTINGS])
  .map((settings) => ({ regions: ['us-east-1'] as [string], ...Object.assign({}, ...settings) }));

const decoder = new TextDecoder();

function listNames(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, ...groups]) => groups.join('')));
}

const without = (names: Set<string>, known: Set<string>): string[] =>
  [...names].filter((name) => !known.has(name)).sort();

test('with any features, the module defines everything it refers to, and uses all variables and local values', () => {
  fc.assert(
    fc.property(anyEnvironment, anyEnvironment, (dev, prod) => {
      const spec = resolveSpec({ project_name: 'acme', environments: { dev, prod } });
      const files = renderTree(buildModel(spec)).map(({ path, contents }) => ({
        path,
        text: decoder.decode(contents).replaceAll(/^\s*#.*$/gm, ''),
      }));
      const join = (folder: string): string =>
        files
          .filter(({ path }) => path.startsWith(folder))
          .map(({ text }) => text)
          .join('\n');
      const module = join('modules/');
      const resources = listNames(module, /^(?:resource|(data)) "(\w+)" "(\w+)"/gm);
      const reference = /(?<![\w."])(?:(data)\.)?(aws_\w+)\.(\w+)/g;
      expect(without(listNames(module, reference), resources)).toEqual([]);
      // A mock may name a resource that the tree does not have; an assertion may not.
      const assertions = join('tests/sonotheia.tftest.hcl');
      expect(without(listNames(assertions, reference), resources)).toEqual([]);
      const locals = [...module.matchAll(/^locals \{\n([\s\S]*?)^\}/gm)].map(([, body]) => body).join('');
      const values = listNames(locals, /^ {2}(\w+) +=/gm);
      expect(without(listNames(module, /\blocal\.(\w+)/g), values)).toEqual([]);
      expect(without(values, listNames(module, /\blocal\.(\w+)/g))).toEqual([]);
      const variables = listNames(module, /^variable "(\w+)"/gm);
      const body = module.replaceAll(/^variable "[\s\S]*?^\}/gm, '');
      expect(without(listNames(module, /\bvar\.(\w+)/g), variables)).toEqual([]);
      expect(without(variables, listNames(body, /\bvar\.(\w+)/g))).toEqual([]);
    }),
    { numRuns: 60, seed: 20_261_128 },
  );
});
