import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addProjectFiles } from './add-project-files.ts';

const root = mkdtempSync(join(tmpdir(), 'projects-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a package.json with comments stays, and the line says that npm refuses it too', () => {
  const manifest = '{\n  // mine\n  "name": "acme"\n}\n';
  writeFileSync(join(root, 'package.json'), manifest);
  // The root of an installed package: its version is read from there.
  const projectRoot = mkdtempSync(join(root, 'package-'));
  writeFileSync(join(projectRoot, 'package.json'), '{"version":"1.0.0"}');
  const [first, ...others] = addProjectFiles(join(root, 'sonotheia.config.yaml'), {
    workingDir: root,
    projectRoot,
  });
  expect(first).toMatch(/^left package\.json unchanged: npm cannot read it either, it is not JSON: /);
  expect(others).toEqual(['wrote .gitignore', 'wrote .gitattributes', 'wrote README.md']);
  expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe(manifest);
});
