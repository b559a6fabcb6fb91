// The generated roles against what each golden tree takes: every type of resource is covered, and nothing is allowed
// for parts that a tree does not have. Text of the HCL: whether AWS agrees is for the tests that run it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  ARGUMENT_PERMISSIONS,
  type Permissions,
  RESOURCE_PERMISSIONS,
} from '../test/support/needed-permissions.ts';
import { compileSpec } from './compile-spec.ts';
import { buildModel } from './model/build-model.ts';
import { renderTree } from './render/render-tree.ts';
import type { ResolvedSpec } from './spec/resolve.ts';

const TESTDATA = fileURLToPath(new URL('testdata/', import.meta.url));
/** Without their past: what they inherit changes names, not kinds. */
const specs = readdirSync(TESTDATA)
  .filter((name) => !name.startsWith('invalid-') && existsSync(join(TESTDATA, name, 'out')))
  .map((name) => [name, readSpec(name)] as const);

function readSpec(name: string): ResolvedSpec {
  const file = join(TESTDATA, name, 'sonotheia.config.yaml');
  const result = compileSpec(file, readFileSync(file));
  if (!result.ok) throw new Error(`${name} is refused`);
  const { workflow } = result.value;
  const github = { repository: 'acme/voice', owner_id: 1, repository_id: 2 };
  const oidc = { roles: true, provider: 'create' } as const;
  return { ...result.value, workflow: { ...workflow, enabled: true, github, oidc } };
}

interface Tree {
  /** Without the roles. */
  readonly text: string;
  readonly planned: readonly string[];
  readonly deployed: readonly string[];
}

function render(spec: ResolvedSpec): Tree {
  const decoder = new TextDecoder();
  const files = renderTree(buildModel(spec)).map(({ path, contents }) => ({
    path,
    text: decoder.decode(contents),
  }));
  const isRole = ({ path }: { path: string }): boolean => path.startsWith('github-oidc/');
  const roles = files
    .filter(isRole)
    .map(({ text }) => text)
    .join('\n');
  const read = listActions(roles, /^(read|read_state|assume_state_role)$/);
  return {
    text: files
      .filter((file) => !isRole(file) && !file.path.startsWith('tests/'))
      .map(({ text }) => text)
      .join('\n'),
    planned: [...read, ...listActions(roles, /^read_secrets$/)],
    deployed: [...read, ...listActions(roles, /^write_/)],
  };
}

/** The actions in the policy documents of these names. */
function listActions(hcl: string, name: RegExp): string[] {
  const documents = hcl.matchAll(/^data "aws_iam_policy_document" "(\w+)" \{\n([\s\S]*?)^\}/gm);
  return [...documents]
    .filter(([, label = '']) => name.test(label))
    .flatMap(([, , body = '']) => [...body.matchAll(/^\s*actions\s*=\s*\[([^\]]*)\]/gm)])
    .flatMap(([, list = '']) => [...list.matchAll(/"([^"]+)"/g)].map(([, action = '']) => action));
}

function listNeeds({ text }: Tree): Permissions[] {
  const types = [...text.matchAll(/^(resource|data) "(aws_\w+)"/gm)].map(
    ([, kind = '', type = '']) => `${kind === 'data' ? 'data.' : ''}${type}`,
  );
  const unknown = types.filter((type) => !Object.hasOwn(RESOURCE_PERMISSIONS, type));
  expect(unknown, 'say in needed-permissions.ts what these types take').toEqual([]);
  return [
    ...types.flatMap((type) => RESOURCE_PERMISSIONS[type] ?? []),
    ...ARGUMENT_PERMISSIONS.filter(({ argument }) => argument.test(text)),
  ];
}

/** Of every environment; where the backend is local, the roles' user keeps the state in S3 by other means. */
const STATE_READS = ['s3:GetObject', 's3:ListBucket'];
const STATE_WRITES = ['s3:DeleteObject', 's3:PutObject'];

const without = (actions: readonly string[], known: readonly string[]): string[] => [
  ...new Set(actions.filter((action) => !known.includes(action)).sort()),
];

describe('the roles', () => {
  test.each(specs)('%s: plan and deploy what the tree has, and nothing else', (_, spec) => {
    const tree = render(spec);
    const needs = listNeeds(tree);
    const reads = [...STATE_READS, ...needs.flatMap(({ read = [] }) => read)];
    const writes = [...STATE_WRITES, ...needs.flatMap(({ write = [] }) => write)];
    expect(without(reads, tree.planned), 'the plan role lacks').toEqual([]);
    expect(without([...reads, ...writes], tree.deployed), 'the deploy role lacks').toEqual([]);
    expect(without(tree.planned, reads), 'the plan role needs no').toEqual([]);
    expect(without(tree.deployed, [...reads, ...writes]), 'the deploy role needs no').toEqual([]);
  });

  test('every permission is asked for by some tree', () => {
    const trees = specs.map(([, spec]) => render(spec).text).join('\n');
    const unused = Object.keys(RESOURCE_PERMISSIONS).filter((type) => {
      const [kind, name] = type.startsWith('data.') ? ['data', type.slice(5)] : ['resource', type];
      return !trees.includes(`${kind} "${name}"`);
    });
    expect(unused).toEqual([]);
    expect(ARGUMENT_PERMISSIONS.filter(({ argument }) => !argument.test(trees))).toEqual([]);
  });
});
