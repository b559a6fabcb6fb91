// Writes schema.json from two npm packages, which it installs into a temporary folder: @cdktn/provider-aws has the schema
// of one provider version, @pulumi/aws the provider's deprecation warnings. Needs npm and tar.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { runCase, validCases } from '../golden-cases.ts';
import { readArguments, readAttributes } from './cdktn-package.ts';
import { SCHEMA_FILE, type TypeSchema } from './provider-schema.ts';
import { indexModules, readDeprecations } from './pulumi-package.ts';
import { readEmitted } from './read-emitted.ts';

const CDKTN = '@cdktn/provider-aws@25.7.0';
const PULUMI = '@pulumi/aws@7.48.0';

async function download(name: string, folder: string): Promise<string> {
  const target = mkdtempSync(join(folder, 'package-'));
  await execa('npm', ['pack', name, '--silent'], { cwd: target });
  const [archive = ''] = readdirSync(target);
  await execa('tar', ['xzf', archive], { cwd: target });
  return join(target, 'package');
}

const folder = mkdtempSync(join(tmpdir(), 'provider-6-'));
try {
  const [cdktn, pulumi] = [await download(CDKTN, folder), await download(PULUMI, folder)];
  const texts = validCases.flatMap((name) =>
    [...runCase(name).files].flatMap(([path, text]) => (path.endsWith('.tf') ? [text] : [])),
  );
  const emitted = readEmitted(new Set(texts));
  const modules = indexModules(pulumi);
  const names = [...new Set([...emitted.arguments.keys(), ...emitted.attributes.keys()])].sort();
  const types = names.flatMap((name): [string, TypeSchema][] => {
    const [kind, type = ''] = name.split(' ');
    const library = `${kind === 'data' ? 'data-' : ''}${kind === 'data' ? type : type.replace('aws_', '')}`;
    const file = join(cdktn, 'lib', library.replaceAll('_', '-'), 'index.js');
    if (!existsSync(file)) return [];
    const source = readFileSync(file, 'utf8');
    const paths = emitted.arguments.get(name) ?? new Set();
    const known = readArguments(source, paths);
    const deprecated = readDeprecations(modules, name, [...paths, ...(emitted.attributes.get(name) ?? [])]);
    return [[name, { arguments: known, attributes: readAttributes(source), deprecated }]];
  });
  const { cdktf, cdktn: about } = JSON.parse(readFileSync(join(cdktn, 'package.json'), 'utf8')) as Record<
    string,
    { provider: { version: string } } | undefined
  >;
  const schema = {
    provider: (about ?? cdktf)?.provider.version ?? 'unknown',
    extracted: new Date().toISOString().slice(0, 10),
    sources: [CDKTN, PULUMI],
    types: Object.fromEntries(types),
  };
  writeFileSync(SCHEMA_FILE, `${JSON.stringify(schema, null, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
