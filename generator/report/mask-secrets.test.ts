import { describe, expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { DIAGNOSTIC_FORMATS, formatDiagnostics } from './format-diagnostics.ts';
import { maskSecrets } from './mask-secrets.ts';

const SECRET = 'Tr0ub4dor/and+3=';

/** The problems of a spec in all formats. */
function report(defaults: string): string[] {
  const source = `project_name: acme-voice\ndefaults:\n${defaults}\nenvironments:\n  dev: { regions: [us-east-1] }\n`;
  const result = compileSpec('spec.yaml', new TextEncoder().encode(source));
  const diagnostics = result.ok ? result.warnings : result.diagnostics;
  return DIAGNOSTIC_FORMATS.map((format) =>
    formatDiagnostics(diagnostics, { format, colour: false, readSource: () => source }),
  );
}

describe('a pasted secret is in no frame, message, hint, JSON or annotation', () => {
  test.each([
    `  secrets: { api_key: ${SECRET} }`,
    `  secrets: { api_key: "${SECRET}" }`,
    `  secrets: { api_key: [${SECRET}] }`,
    `  secrets: { api_key: { value: ${SECRET}, name: 7 } }`,
    `  secrets:\n    api_key: ${SECRET.repeat(9)}`,
    `  secrets:\n    api_key:${SECRET}`,
    `  secrets:\n    api_key =${SECRET}`,
    `  secrets:\n    webhook_secret: |\n      ${SECRET}\n    bad: 1`,
    `  secrets:\n    webhook_secret:\n      - ${SECRET}`,
    `  secrets:\n    webhook_secret: ${SECRET} # from the console`,
    `  secrets: ${SECRET}`,
    `  secrets.api_key: ${SECRET}`,
    `  sonotheia_api_key: '${SECRET}'`,
    `  lambda: { token: ${SECRET} }`,
    `  lambda: { environment: { VENDOR_API_KEY: ${SECRET} } }`,
    `  password: ${SECRET}\n bad: [`,
    `  monitoring: { alarm_urls: ["https://me:${SECRET.replaceAll('/', '')}@example.com"] }`,
  ])('%s', (defaults) => {
    const texts = report(defaults);
    expect(texts.join('')).toMatch(/error|warning/);
    for (const text of texts) expect(text).not.toMatch(/Tr0ub4/);
  });

  test.each(['sk_live_4242424242', 'whsec_4242424242', `ghp_${'4242'.repeat(9)}`, 'eyJ4242.eyJ4242.4242'])(
    '%s anywhere',
    (secret) => {
      for (const text of report(`  lambda: { timeout: ${secret} }`)) expect(text).not.toContain('4242');
    },
  );
});

test('the frame keeps its columns, and the message says ***', () => {
  const [text] = report(`  secrets: { api_key: ${SECRET}, version: 1 }`);
  expect(text).toContain('defaults.secrets.api_key: must be a mapping, not "***"');
  expect(text).toContain(
    '  3 |   secrets: { api_key: ****************, version: 1 }\n    |                       ^^^^^^^^^^^^^^^^\n',
  );
});

test('comments stay readable, and so do the messages about a whole file', () => {
  const lines = [
    'secrets:',
    '  # from the console of the vendor',
    '  api_key:',
    '    # managed: Terraform makes it',
    '    source: managed',
  ];
  expect(maskSecrets(lines)).toEqual(lines);
  const hidden = [
    'webhook_secret: |',
    '  #Tr0ub4dor',
    'secrets:',
    '  # api_key: Tr0ub4dor',
    `  # ghp_${'4242'.repeat(9)}`,
  ];
  expect(maskSecrets(hidden).join('\n')).not.toMatch(/Tr0ub4dor|4242/);
  const wholeFile = { file: 'spec.yaml', line: 1, column: 1, endLine: lines.length, endColumn: 1 };
  const diagnostic = {
    code: 'SONO620',
    severity: 'warning',
    path: '',
    what: 'from May on, Terraform',
    location: wholeFile,
  } as const;
  const options = { format: 'text', colour: false, readSource: () => lines.join('\n') } as const;
  expect(formatDiagnostics([diagnostic], options)).toContain('warning SONO620: from May on, Terraform');
});

test('names, references and switches stay readable', () => {
  const lines = [
    'secrets: { api_key: { name: acme/key, source: existing, version: 2 }, recovery_window_days: 7 }',
    'api_key_secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:acme-AbCdEf',
    'plan_reads_secrets: true',
    'environment: { TOKEN_FILE: /opt/token, API_KEY_ARN: "arn:aws:x" }',
    'webhook_secret:',
    '  name: acme/webhook',
    '  source: managed',
    'memory: 512',
  ];
  expect(maskSecrets(lines)).toEqual(lines);
});
