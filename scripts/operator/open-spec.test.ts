// An operator's command with a spec that the generator refuses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defineCommand } from '../../generator/command-line/command.ts';
import { runCommand } from '../../generator/command-line/run-command.ts';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { examine } from '../doctor/finding.ts';
import { openSpec } from './open-spec.ts';

const folder = mkdtempSync(join(tmpdir(), 'open-spec-'));
const file = join(folder, 'sonotheia.config.yaml');
writeFileSync(file, 'project_name: demo\nenvironments:\n  dev: { region: us-east-1 }\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(config: string) {
  const command = defineCommand({
    name: 'open',
    text: 'Opens a spec.',
    options: {},
    run: () => {
      openSpec(config);
      return 0;
    },
  });
  const { streams, written } = captureStreams();
  const code = await runCommand(command, [], { projectRoot: folder, workingDir: folder, streams });
  return { code, ...written() };
}

test('the problems are printed as `generate` prints them, and then the fix', async () => {
  const { code, out, error } = await open(file);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(error.replaceAll(folder, '')).toMatchInlineSnapshot(`
    "/sonotheia.config.yaml:3:3: error SONO202: environments.dev: the key \`regions\` is missing
      2 | environments:
      3 |   dev: { region: us-east-1 }
        |   ^^^
      hint: add it, for example \`regions: [us-east-1]\`

    /sonotheia.config.yaml:3:10: error SONO201: environments.dev.region: unknown key \`region\`
      2 | environments:
      3 |   dev: { region: us-east-1 }
        |          ^^^^^^
      hint: use \`regions: [us-east-1]\`
    /sonotheia.config.yaml has problems. Nothing was changed.
      fix: correct them, and run \`npx sonotheia generate\`
    "
  `);
});

test('a spec that cannot be read is the only problem', async () => {
  const { code, error } = await open(join(folder, 'absent.yaml'));
  expect(code).toBe(1);
  expect(error.replaceAll(folder, '')).toMatchInlineSnapshot(`
    "/absent.yaml: SONO100: the spec cannot be read (ENOENT: no such file or directory)
      fix: run in the folder that holds sonotheia.config.yaml, name the file with --config, or make one with \`npx sonotheia init\`
    "
  `);
});

test('the doctor shows them below its line', async () => {
  const findings: string[] = [];
  const look = async () => {
    openSpec(file);
    return { state: 'ok', what: '' } as const;
  };
  const report = ({ what }: { readonly what: string }) => findings.push(what);
  await examine('spec', look, { report, signal: new AbortController().signal });
  expect(findings.join('')).toMatch(
    /^spec: \S+ has problems\. Nothing was changed\.\n\S+:3:\d+: error SONO\d+: /,
  );
});
