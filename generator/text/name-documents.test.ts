import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { defineCommand } from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { Problem } from '../command-line/problem.ts';
import { runCommand } from '../command-line/run-command.ts';
import { explain } from '../commands/explain.ts';
import { nameDocuments } from './name-documents.ts';

const workingDir = mkdtempSync(join(tmpdir(), 'documents-'));
afterAll(() => rmSync(workingDir, { recursive: true }));
const CLONE = join(import.meta.dirname, '..', '..');
const PACKAGE = join(workingDir, 'node_modules', 'sonotheia-terraform');
const DOCS = 'node_modules/sonotheia-terraform/docs';

const refused = defineCommand({
  name: 'refused',
  text: 'Is refused. docs/cost.md says why.',
  options: {},
  run: (_values, context) => {
    const diagnostic = { code: 'SONO103', severity: 'error', what: 'is wrong', path: '' } as const;
    printDiagnostics([{ ...diagnostic, fix: 'read docs/terraform.md#names' }], 'json', context);
    throw new Problem({ what: 'No.', fix: 'see docs/workflow.md' });
  },
});

async function run(projectRoot: string, ...argv: string[]): Promise<string> {
  const { streams, written } = captureStreams();
  await runCommand(refused, argv, { projectRoot, workingDir, streams });
  const { out, error } = written();
  return out + error;
}

test.each([
  ['the package', PACKAGE, DOCS],
  ['a clone', CLONE, 'docs'],
])('messages and JSON of %s name its documents', async (_name, projectRoot, docs) => {
  const text = await run(projectRoot);
  expect(text).toContain(`"hint": "read ${docs}/terraform.md#names"`);
  expect(text).toContain(`"docs": "${docs}/diagnostics.md#sono103"`);
  expect(text).toContain(`fix: see ${docs}/workflow.md\n`);
  expect(await run(projectRoot, '--help')).toContain(`${docs}/cost.md`);
});

test('so does explain', async () => {
  const { streams, written } = captureStreams();
  const place = { projectRoot: PACKAGE, workingDir, streams };
  await runCommand(explain, ['api_gateway.domain'], place);
  expect(written().out).toContain(`${DOCS}/terraform.md`);
});

test('addresses and pages of other folders stay', () => {
  const text = 'https://example.com/docs/page.md, mine/docs/page.md, docs/*.md, node_modules/docs/a.md';
  expect(nameDocuments(text, DOCS)).toBe(text);
});
