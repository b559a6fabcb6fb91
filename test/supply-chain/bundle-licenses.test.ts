// The zips distribute other people's code: each contains the licence, the copyright lines and the notices of every package
// whose code it contains.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { createBuildOptions } from '../../generator/bundle/build-options.ts';
import { bundleHandlers } from '../../generator/bundle/bundle-handlers.ts';
import { FUNCTION_NAMES } from '../../generator/bundle/bundle-report.ts';
import { isPermissive } from './licenses.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const OPTIONS = {
  projectRoot: PROJECT_ROOT,
  ownHandlers: undefined,
  runtime: 'nodejs22.x',
  sourceMaps: false,
};
/** The appendix of Apache-2.0 about applying it to other works, which follows the terms. */
const AFTER_THE_TERMS = /END OF TERMS AND CONDITIONS[\s\S]*/;

/** Only licences of packages in the bundles are listed. */
const LICENSE_STARTS: Readonly<Record<string, string>> = {
  'Apache-2.0': 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION',
  MIT: 'Permission is hereby granted, free of charge',
};

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Non-empty lines of its licence and notice files. */
  readonly lines: readonly string[];
}

describe.each(FUNCTION_NAMES)('%s.zip', (name) => {
  let packages: readonly BundledPackage[];
  let notices: string;

  beforeAll(async () => {
    const bundled = await bundleHandlers(OPTIONS);
    if (!bundled.ok) throw new Error(JSON.stringify(bundled.diagnostics));
    const zip = bundled.value.files.find(({ path }) => path === `lambda/${name}.zip`);
    const members = unzipSync(zip?.contents ?? new Uint8Array());
    notices = Buffer.from(members['THIRD-PARTY-NOTICES.txt'] ?? []).toString();
    packages = (await listPackageFolders(name)).map(readPackage);
  });

  test('has code of packages under permissive licences only', () => {
    expect(packages.length).toBeGreaterThan(10);
    expect(packages.filter(({ license }) => !isPermissive(license))).toEqual([]);
  });

  test('names each package with version and licence', () => {
    for (const { name, version, license } of packages) {
      expect(notices.split('\n')).toContain(`${name} ${version} (${license})`);
    }
  });

  test('has the text of a licence after them, of those too that come without it', () => {
    for (const { name, version, license } of packages) {
      const section = splitSections(notices).find((text) => text.includes(`${name} ${version} (`)) ?? '';
      // MIT-0 has no conditions, and Powertools omits its text.
      if (license !== 'MIT-0') expect(section, name).toContain(LICENSE_STARTS[license] ?? 'no such text');
    }
  });

  test('holds every line of their licences and notices', () => {
    const held = new Set(notices.split('\n'));
    expect(packages.filter(({ lines }) => lines.length > 5).length).toBeGreaterThan(10);
    for (const { name, lines } of packages) {
      expect(
        lines.filter((line) => !held.has(line)),
        name,
      ).toEqual([]);
    }
  });
});

/** Parts between lines of dashes: the packages of one licence, and its text. */
const splitSections = (notices: string): string[] => notices.split(/^-{72}$/m).slice(1);

/** The packages in the function's code, from esbuild's metafile. */
async function listPackageFolders(name: string): Promise<string[]> {
  const { metafile } = await build(createBuildOptions(OPTIONS));
  const inputs = Object.entries(metafile.outputs[`out/lambda/${name}/index.js`]?.inputs ?? {});
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)];
}

function readPackage(folder: string): BundledPackage {
  const path = join(PROJECT_ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const files = readdirSync(path).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(join(path, file), 'utf8').replace(AFTER_THE_TERMS, ''));
  const lines = texts.flatMap((text) => text.split('\n').map((line) => line.trim()));
  return { name, version, license, lines: lines.filter((line) => line !== '') };
}
