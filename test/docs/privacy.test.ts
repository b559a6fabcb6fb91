// The table of docs/privacy.md: what a stack with all optional parts keeps. `npm run test:update` rewrites it.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import { nameStack } from '../../generator/spec/naming.ts';
import { viewData } from '../../generator/views/readme-data.ts';

const PAGE = new URL('../../docs/privacy.md', import.meta.url);
const SPEC = `project_name: acme-voice
environments:
  prod:
    regions: [us-east-1]
    s3: { versioning: true, access_logs: true }
    dynamodb: { point_in_time_recovery: true, stream: true }
    subscriptions: [{ name: fraud-desk, protocol: email, endpoint: fraud-desk@example.com }]
    results: { reader_accounts: ["111122223333"] }
`;

test('what is kept where, with the default periods', () => {
  const compiled = compileSpec('spec.yaml', Buffer.from(SPEC));
  if (!compiled.ok) throw new Error('the spec is refused');
  const [environment] = compiled.value.environments;
  const [region] = environment.regions;
  const stack = {
    region: region.name,
    names: nameStack(environment, region),
    settings: region.settings,
    monthlyUsd: 0,
  };
  const [table] = viewData([{ name: 'prod', protected: false, stacks: [stack] }]);
  const rows = table?.rows as Record<string, string>[];
  const lines = rows.map(
    ({ data, where, kept, readers, settings, erased }) =>
      `| ${data} | ${where} | ${kept} | ${readers} | ${settings} | ${erased} |\n`,
  );
  const page = readFileSync(PAGE, 'utf8');
  const updated = page.replace(/(?<=^\| data \| where .*\n\| --- .*\n)(?:\|.*\n)*/m, lines.join(''));
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, updated);
  else expect(page).toBe(updated);
  expect(page).toContain('| data | where | kept | read by | change it with | erased by |');
});
