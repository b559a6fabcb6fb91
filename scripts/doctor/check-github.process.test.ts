// The GitHub checks, with a `gh` that answers from files.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSpec } from '../operator/open-spec.ts';
import { checkGithub } from './check-github.ts';
import { formatFinding } from './finding.ts';

const ROLE = 'arn:aws:iam::123456789012:role/acme-voice-github';
const STATE_AND_ROLES = `state: { bucket: acme-state }, plan_role_arn: ${ROLE}-plan, deploy_role_arn: ${ROLE}-deploy`;
const SPEC = `
project_name: acme-voice
terraform: { backend: s3 }
workflow: { github: { repository: acme/voice, owner_id: 4711, repository_id: 815 } }
environments:
  dev: { regions: [us-east-1], ${STATE_AND_ROLES} }
  prod: { regions: [us-east-1], protected: true, ${STATE_AND_ROLES} }
`;
const secrets = (...names: string[]) => ({
  total_count: names.length,
  secrets: names.map((name) => ({ name })),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'github-'));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** `answers` is keyed by path below the repository; any other path gets 404. */
function installGh(answers: Readonly<Record<string, unknown>>, refusal = 'gh: Not Found (HTTP 404)'): void {
  for (const [path, answer] of Object.entries(answers)) {
    const file = join(folder, 'answers', `repos/acme/voice/${path}.json`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify(answer));
  }
  const script = `#!/bin/sh\ncat "${folder}/answers/\${2%\\?*}.json" 2>/dev/null && exit\necho "${refusal}" >&2\nexit 1\n`;
  writeFileSync(join(folder, 'bin/gh'), script);
  chmodSync(join(folder, 'bin/gh'), 0o755);
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env.PATH}`);
}

async function look(spec = SPEC, name = 'sonotheia.config.yaml'): Promise<string> {
  const config = join(folder, name);
  writeFileSync(config, spec);
  const resolved = openSpec(config);
  const lines: string[] = [];
  const { environments } = resolved;
  const options = { spec: resolved, config, environments, signal: new AbortController().signal };
  await checkGithub(options, (finding) => lines.push(...formatFinding(finding)));
  return lines.join('\n');
}

test('is ok with a complete set-up, wherever the secrets are', async () => {
  const environment = {
    protection_rules: [{ type: 'required_reviewers' }, { type: 'branch_policy' }],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  };
  installGh({
    'actions/secrets': secrets('PLAN_PASSPHRASE'),
    'actions/organization-secrets': secrets('WEBHOOK_SECRET'),
    'environments/dev': environment,
    'environments/dev/secrets': secrets('SONOTHEIA_API_KEY'),
    'environments/prod': environment,
    'environments/prod/secrets': secrets('SONOTHEIA_API_KEY', 'WEBHOOK_SECRET'),
  });
  expect(await look()).toBe(`ok    workflow, secrets of the repository: all there
ok    dev, environment on GitHub: has reviewers
ok    prod, environment on GitHub: has reviewers`);
});

test('warns of missing parts, with the set-up', async () => {
  installGh({
    'actions/secrets': secrets(),
    'environments/prod': { protection_rules: [], deployment_branch_policy: null },
  });
  expect(await look()).toBe(`warn  workflow, secrets of the repository: without PLAN_PASSPHRASE
      fix: docs/workflow.md#setting-it-up
warn  dev, environment on GitHub: is not there; GitHub makes it, without protection, for the first workflow that names it
      fix: docs/workflow.md#setting-it-up
warn  prod, environment on GitHub: no reviewers, although it is protected; every branch may deploy; allow main only; without SONOTHEIA_API_KEY, WEBHOOK_SECRET
      fix: docs/workflow.md#setting-it-up`);
});

test('prints one line if GitHub cannot be asked, and none without a workflow that deploys', async () => {
  installGh({}, 'To get started with GitHub CLI, please run:  gh auth login');
  expect(
    await look(),
  ).toBe(`warn  workflow, GitHub: environments, reviewers and secrets could not be checked: To get started with GitHub CLI, please run:  gh auth login
      fix: compare them with docs/workflow.md#setting-it-up`);
  vi.stubEnv('PATH', join(folder, 'nowhere'));
  expect(await look()).toContain('could not be checked: there is no `gh` here');
  const local = 'project_name: acme-voice\nenvironments: { dev: { regions: [us-east-1] } }\n';
  expect(await look(local, 'local.yaml')).toBe('');
});
