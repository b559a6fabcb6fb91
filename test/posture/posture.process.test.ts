// Checks a security reviewer's rules on `terraform show -json` of real plans: of a sample here, and of every environment
// of every valid golden case with `npm run test:posture`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCase, validCases, writeCase } from '../support/golden-cases.ts';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../support/required-tools.ts';
import { type SharedProvider, startSharedProvider } from '../support/terraform/shared-provider.ts';
import { EXPLAINED_WILDCARDS } from './explained-wildcards.ts';
import { type FakeAws, startFakeAws } from './fake-aws.ts';
import { MISTAKES, makeMistake } from './mistakes.ts';
import { listResources } from './plan-json.ts';
import { CANARY, describePlanner, planTree } from './plan-tree.ts';
import { checkPolicies, listExplained } from './policy-rules.ts';
import { checkSettings } from './setting-rules.ts';

/** Three plans of some seconds each for a stack. */
const PLAN_MS = 600_000;
/** A network and traces; the strict profile; the roles of the workflow. */
const SAMPLE = ['provisioned-vpc-kms dev', 'strict prod', 'workflow-roles-full github-oidc'];
const OIDC = 'github-oidc';
/** Terraform before 1.11 has no write-only arguments; docs/security.md says so. */
const SECRETS_IN_PLAN = 'older-terraform';

const trees = validCases.flatMap(listTrees).sort();
const planned = process.env.POSTURE_TREES === 'all' ? trees : SAMPLE;
const scratch = mkdtempSync(join(tmpdir(), 'posture-'));

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** `<case> <environment>`, and `<case> github-oidc` where there is such a root. */
function listTrees(name: string): string[] {
  const paths = [...runCase(name).files.keys()];
  const environments = paths.flatMap((path) => /^out\/([^/]+)\.tfvars$/.exec(path)?.[1] ?? []);
  const hasRoles = paths.some((path) => path.startsWith(`out/${OIDC}/`));
  return [...environments, ...(hasRoles ? [OIDC] : [])].map((root) => `${name} ${root}`);
}

async function plan(tree: string, provider: SharedProvider) {
  const [name = '', environment = ''] = tree.split(' ');
  const workdir = join(scratch, tree.replace(' ', '-'));
  const generated = `${workdir}-generated`;
  writeCase(name, generated);
  const out = join(generated, 'out');
  const result = await planTree({
    ...(environment === OIDC ? { root: join(out, OIDC) } : { root: out, environment }),
    workdir,
    provider,
  });
  for (const folder of [workdir, generated]) rmSync(folder, { recursive: true });
  return { resources: listResources(result.plan), texts: result.texts };
}

describeWithTools(
  `the posture of ${planned.length} of ${trees.length} planned trees`,
  [TERRAFORM, AWS_PROVIDER],
  () => {
    const explained = new Set<string>();
    let aws: FakeAws;
    let provider: SharedProvider;

    beforeAll(async () => {
      aws = await startFakeAws();
      provider = await startSharedProvider({ env: describePlanner(aws) });
    });
    afterAll(() => {
      provider?.stop();
      aws?.stop();
    });

    test.concurrent.each(planned)('%s', { timeout: PLAN_MS }, async (tree) => {
      const { resources, texts } = await plan(tree, provider);
      expect(resources.length).toBeGreaterThan(10);
      expect([...checkPolicies(resources), ...checkSettings(resources)]).toEqual([]);
      for (const title of listExplained(resources)) explained.add(title);
      for (const text of texts) expect(text.includes(CANARY)).toBe(tree.startsWith(SECRETS_IN_PLAN));
      if (tree !== SAMPLE[1]) return;
      for (const mistake of MISTAKES) {
        const found = makeMistake(resources, mistake);
        const findings = [...checkPolicies(found), ...checkSettings(found)];
        expect(
          findings.some((finding) => mistake.finding.test(finding)),
          `${mistake.what}: ${findings.join('; ')}`,
        ).toBe(true);
      }
    });

    if (planned === trees) {
      test('every explanation is needed', () => {
        expect([...explained].sort()).toEqual(Object.keys(EXPLAINED_WILDCARDS).sort());
      });
    }
  },
);

describe('the sample', () => {
  test('is of the trees, and says how many it leaves out', () => {
    expect(SAMPLE.filter((tree) => !trees.includes(tree))).toEqual([]);
    expect(trees.length).toBeGreaterThan(50);
  });
});
