// Every relative link of the documentation has an existing target, including its heading.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Documents under version control, without golden files, which are copies of generated files. */
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !path.includes('testdata/'));

function readText(path: string): string {
  // Code contains neither links nor headings.
  return readFileSync(path, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** The anchors that GitHub gives to headings. */
function listAnchors(path: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of readText(path).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let unique = slug;
    for (let copy = 1; anchors.has(unique); copy += 1) unique = `${slug}-${copy}`;
    anchors.add(unique);
  }
  for (const [, name = ''] of readText(path).matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(name);
  return anchors;
}

/** The relative links of a document. */
function listTargets(document: string): string[] {
  const prose = readText(join(ROOT, document)).replace(/`[^`\n]*`/g, (code) =>
    code.replaceAll(/[[\]]/g, ' '),
  );
  const targets = [...prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function findProblem(document: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), decodeURIComponent(path));
  if (!existsSync(file)) return `${target}: there is no such file`;
  if (anchor === undefined) return undefined;
  if (statSync(file).isDirectory() || !file.endsWith('.md')) return undefined;
  return listAnchors(file).has(anchor) ? undefined : `${target}: there is no such heading`;
}

describe('links of the documentation', () => {
  test('are searched in all documents', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/terraform.md', 'out/README.md']));
  });

  test('lead from the questions to every page', () => {
    const questions = readText(join(ROOT, 'docs/README.md'));
    const pages = documents.filter((path) => /^docs\/[a-z-]+\.md$/.test(path)).map((path) => basename(path));
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.filter((page) => !questions.includes(`](${page}`))).toEqual([]);
  });

  test.each(documents)('%s', (document) => {
    expect(listTargets(document).flatMap((target) => findProblem(document, target) ?? [])).toEqual([]);
  });

  test('of the npm package lead to files of the package', () => {
    // Without scripts: `prepack` builds dist/, to which no document links.
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const [report] = JSON.parse(execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }));
    const packed: string[] = report.files.map(({ path }: { readonly path: string }) => path);
    const pages = packed.filter((path) => path.endsWith('.md'));
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/extending.md', 'CHANGELOG.md']));
    const outside = pages.flatMap((page) =>
      listTargets(page)
        .map((target) => join(dirname(page), target.split('#')[0] || basename(page)))
        .filter((target) => !packed.some((path) => path === target || path.startsWith(`${target}/`)))
        .map((target) => `${page}: ${target}`),
    );
    expect(outside).toEqual([]);
  });
});
