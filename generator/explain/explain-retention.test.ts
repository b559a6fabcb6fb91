import { expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { explainRetention, isAboutRetention } from './explain-retention.ts';

const SPEC = `project_name: acme-voice
environments:
  prod:
    regions: [us-east-1, eu-west-1]
    kms: { managed: true }
    dynamodb: { ttl_days: 30, point_in_time_recovery: true }
    subscriptions: [{ name: fraud-desk, protocol: email, endpoint: fraud-desk@example.com }]
`;

test('says for each stack which data is where, under which key, for how long, and who reads it', () => {
  const compiled = compileSpec('spec.yaml', Buffer.from(SPEC));
  if (!compiled.ok) throw new Error('the spec is refused');
  const wrapped = explainRetention(compiled.value);
  expect(Math.max(...wrapped.split('\n').map(({ length }) => length))).toBeLessThan(100);
  const text = wrapped.replaceAll(/\n {13}/g, ' ');
  const [primary = '', other = ''] = text.split(/^(?=eu-west-1|prod in eu-west-1)/m);
  expect(primary).toContain('prod in us-east-1\n\n  Recordings');
  expect(primary).toMatch(/^ {4}where +audio bucket: .*\(acme-voice-audio-prod\)$/m);
  expect(other).toMatch(/^ {4}where +audio bucket: .*\(acme-voice-audio-prod-eu-west-1\)$/m);
  expect(primary).toMatch(/^ {4}key +the stack's own: alias\/acme-voice-prod$/m);
  expect(primary).toMatch(/^ {4}kept +30 days; sar\.\* at least/m);
  expect(primary).toMatch(/^ {4}read by +fraud-desk \(email\)$/m);
  expect(text).not.toContain('fraud-desk@example.com');
  expect(compiled.warnings.filter(isAboutRetention).map(({ code }) => code)).toEqual(['SONO621']);
});
