import { expect, it } from 'vitest';
import { findPathProblem, listParents } from './output-path.ts';

it.each([
  ['', 'is not relative to the output directory'],
  ['/etc/x.tf', 'is not relative to the output directory'],
  ['a//b.tf', 'has an empty, "." or ".." segment'],
  ['a/', 'has an empty, "." or ".." segment'],
  ['./a.tf', 'has an empty, "." or ".." segment'],
  ['a/../b.tf', 'has an empty, "." or ".." segment'],
  ...['\\', ':', '*', '?', '"', '<', '>', '|', '\u0000', '\u001f', '\u007f'].map((character) => [
    `a${character}.tf`,
    'has a character that some file systems do not allow',
  ]),
  ...[
    '.terraform',
    '.terraform/providers/x',
    'modules/.terraform/x',
    '.TERRAFORM/x',
    'terraform.tfstate.d/prod/x',
    '.terraform.lock.hcl',
    'modules/.terraform.lock.hcl',
    'terraform.tfstate',
    'prod.tfstate',
    'terraform.tfstate.backup',
  ].map((path) => [path, "is one of Terraform's own files"]),
  ...[
    '.sonotheia-manifest.json',
    '.sonotheia-staging/new-0',
    '.sonotheia-lock',
    '.Sonotheia-x',
    '.sonotheia-stacks.json.tmp',
  ].map((path) => [path, "is one of the generator's own files"]),
])('%j %s', (path = '', problem = '') => {
  expect(findPathProblem(path)).toBe(problem);
});

it.each([
  'main.tf',
  'a/b/c.tf',
  '..a/b..tf',
  '.sonotheia-stacks.json',
  'modules/.sonotheia-x',
  'terraform.tfstate-notes',
  'x.terraform/a.tf',
  '.terraform.lock.hcl.md',
  'terraform.tfvars',
  'tests/mocks/aws.tfmock.hcl',
])('%j may be written', (path) => {
  expect(findPathProblem(path)).toBeUndefined();
});

it('lists the folders above a file, outermost first', () => {
  expect(listParents('a/b/c.tf')).toEqual(['a', 'a/b']);
  expect(listParents('c.tf')).toEqual([]);
});
