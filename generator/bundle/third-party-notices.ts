// Collects the licence texts of a bundle's modules, which the licences require in every copy.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../diagnostics/diagnostic.ts';

interface PackageNotice {
  /** Name, version, licence and the copyright lines. */
  readonly title: string;
  /** As in package.json: an SPDX expression. */
  readonly license: string;
  /** The licence text without copyright lines and appendix, which packages of one licence share. */
  readonly text: string;
}

/**
 * Lists every package that contributed code, with its licence.
 * @param modules paths relative to `projectRoot`, as in esbuild's metafile
 */
export function collectThirdPartyNotices(
  projectRoot: string,
  modules: readonly string[],
  heading = 'This function contains:',
): string {
  const titlesByText = new Map<string, string[]>();
  const notices = listPackageFolders(modules).map((folder) => readNotice(projectRoot, folder));
  for (const { title, license, text: own } of notices) {
    // Some packages name their licence without including its text.
    const text = own || notices.find((other) => other.license === license && other.text !== '')?.text || '';
    titlesByText.set(text, [...(titlesByText.get(text) ?? []), title]);
  }
  const sections = [...titlesByText].map(([text, titles]) => `${titles.join('\n')}\n\n${text}`);
  return `${[heading, ...sections].join(SEPARATOR)}\n`;
}

/** The files that `collectThirdPartyNotices` reads, relative to `projectRoot`. */
export function listNoticeFiles(projectRoot: string, modules: readonly string[]): string[] {
  return listPackageFolders(modules).flatMap((folder) => [
    `${folder}/package.json`,
    ...listLicenseFiles(projectRoot, folder),
  ]);
}

// The appendix on applying the licence to other works: copies differ in its brackets or omit it.
const APACHE_APPENDIX =
  /\nEND OF TERMS AND CONDITIONS(?:\nAPPENDIX: How to apply the Apache License[\s\S]*?\nlimitations under the License\.)?/g;
const SEPARATOR = `\n\n${'-'.repeat(72)}\n\n`;

function listPackageFolders(modules: readonly string[]): string[] {
  const folders = modules.map(findPackageFolder).filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort(compareText);
}

function listLicenseFiles(projectRoot: string, folder: string): string[] {
  return readdirSync(join(projectRoot, folder))
    .filter((file) => /^(?:licen[cs]e|notice)(?:\.(?:md|txt))?$/i.test(file))
    .sort(compareText)
    .map((file) => `${folder}/${file}`);
}

function findPackageFolder(module: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replaceAll('\\', '/'))?.[0];
}

function readNotice(projectRoot: string, folder: string): PackageNotice {
  const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
  const { name, version, license } = JSON.parse(read(`${folder}/package.json`));
  const lines = listLicenseFiles(projectRoot, folder).flatMap((file) =>
    read(file)
      .trim()
      .split(/\s*\n\s*/),
  );
  const isCopyright = (line: string): boolean => /^copyright (?:\(c\)|\d)/i.test(line);
  const copyrights = lines.filter(isCopyright);
  const text = lines.filter((line) => !isCopyright(line)).join('\n');
  return {
    title: [`${name} ${version} (${license})`, ...copyrights].join('\n'),
    license,
    text: text.replaceAll(APACHE_APPENDIX, ''),
  };
}
