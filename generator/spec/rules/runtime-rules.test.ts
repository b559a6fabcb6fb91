import { expect, test } from 'vitest';
import { loadSpec } from '../load.ts';
import { resolveSpec } from '../resolve.ts';
import type { SonotheiaConfig } from '../spec-types.ts';
import { checkRuntime } from './runtime-rules.ts';

const YAML = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';

test.each([
  ['2026-10-29', undefined],
  ['2026-10-30', 'SONO620'],
  ['2027-05-31', 'SONO620'],
  ['2027-06-01', 'SONO362'],
])('on %s nodejs22.x is reported as %s', (today, code) => {
  const spec = loadSpec('spec.yaml', Buffer.from(YAML));
  if (!spec.ok) throw new Error('the spec is refused');
  const found = checkRuntime(resolveSpec(spec.value.value as SonotheiaConfig), spec.value, today);
  expect(found.map((diagnostic) => diagnostic.code)).toEqual(code === undefined ? [] : [code]);
  const refused = [['build', 'runtime']];
  expect(checkRuntime(resolveSpec(spec.value.value as SonotheiaConfig), spec.value, today, refused)).toEqual(
    [],
  );
});
