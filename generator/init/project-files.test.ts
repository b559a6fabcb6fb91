import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_FILES } from './project-files.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

function write(name: string, existing?: string): string | undefined {
  return PROJECT_FILES.find((file) => file.name === name)?.write(existing, '1.2.3');
}

test('each file is written where there is none, and stays as it is the second time', () => {
  for (const { name } of PROJECT_FILES) {
    const text = write(name);
    expect(text, name).toBeDefined();
    expect(write(name, text), name).toBeUndefined();
  }
});

describe('package.json', () => {
  test('gets the version and scripts', () => {
    const manifest = JSON.parse(write('package.json') ?? '');
    expect(manifest).toMatchObject({
      private: true,
      scripts: { generate: 'sonotheia generate', deploy: 'sonotheia deploy' },
      devDependencies: { 'sonotheia-terraform': '1.2.3' },
    });
  });

  test('keeps own members, scripts, the installed version and the indentation', () => {
    const own = {
      name: 'mine',
      scripts: { deploy: 'mine', test: 'jest' },
      dependencies: { 'sonotheia-terraform': 'file:../s.tgz' },
      other: [1],
    };
    const text = write('package.json', JSON.stringify(own, null, '\t')) ?? '';
    expect(text).toContain('\n\t"name": "mine"');
    const { scripts, ...rest } = JSON.parse(text);
    expect(rest).toEqual({ name: own.name, dependencies: own.dependencies, other: own.other });
    expect(scripts).toMatchObject({ deploy: 'mine', test: 'jest', generate: 'sonotheia generate' });
  });

  test('that cannot be read is refused', () => {
    for (const text of ['{', '[]', 'null', ''])
      expect(() => write('package.json', text)).toThrow(SyntaxError);
  });
});

test('.gitignore keeps its lines, also the last one without a line break, and gets those of this project', () => {
  const text = write('.gitignore', 'dist\nnode_modules/');
  expect(text?.startsWith('dist\nnode_modules/\nout/lambda/\n')).toBe(true);
  const own = readFileSync(join(PROJECT_ROOT, '.gitignore'), 'utf8').split('\n');
  const states = own.filter((line) => /tfstate|tfplan|tfvars|sonotheia-/.test(line));
  expect(states.length).toBeGreaterThan(8);
  expect(text?.split('\n')).toEqual(expect.arrayContaining(states));
});

test('an own README.md stays', () => {
  expect(write('README.md', 'mine')).toBeUndefined();
});
