// Other tools on the same two functions, each with a smaller stack than this project's, installed into a scratch folder.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { createZip } from '../../generator/bundle/zip.ts';
import { measureZip, type PackedFunction } from './functions.ts';
import type { Subject } from './measure-process.ts';

interface Peer {
  /** Its command; also what the tables call it. */
  readonly name: string;
  /** Its folder beside this file: its packages, its configuration, its stack. */
  readonly folder: string;
  /** Run by Node.js, relative to the folder. */
  readonly command: readonly string[];
  /** The output of a run. */
  readonly outputs: readonly string[];
  /** The oldest major version of Node.js that it starts on. */
  readonly nodeVersion: number;
  readonly env: Readonly<Record<string, string>>;
}

export const PEERS: readonly Peer[] = [
  {
    name: 'osls package',
    folder: 'osls',
    command: ['node_modules/osls/bin/serverless.js', 'package'],
    outputs: ['.serverless', '.esbuild'],
    nodeVersion: 20,
    env: { SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
  },
  {
    name: 'cdktn synth',
    folder: 'cdktn',
    command: ['node_modules/cdktn-cli/bundle/bin/cdktn', 'synth'],
    outputs: ['cdktf.out', 'build'],
    nodeVersion: 22,
    env: { CHECKPOINT_DISABLE: '1', CI: '1' },
  },
  {
    name: 'cdk synth',
    folder: 'cdk',
    command: ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet'],
    outputs: ['cdk.out'],
    nodeVersion: 20,
    env: { CDK_DISABLE_CLI_TELEMETRY: '1', CDK_DISABLE_VERSION_CHECK: '1' },
  },
];

/** Installs a peer with the packages that the handlers import; returns its folder. Throws when npm cannot. */
export function installPeer(peer: Peer, projectRoot: string, scratch: string): string {
  const folder = join(scratch, peer.folder);
  cpSync(join(import.meta.dirname, 'peers', peer.folder), folder, { recursive: true });
  cpSync(join(projectRoot, 'handlers'), join(folder, 'handlers'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  const manifest = readJson(join(folder, 'package.json'));
  const { devDependencies = {} } = readJson(join(projectRoot, 'package.json'));
  const imported = listImportedPackages(join(folder, 'handlers'));
  const handlers = Object.fromEntries(Object.entries(devDependencies).filter(([name]) => imported.has(name)));
  const dependencies = { ...manifest.dependencies, ...handlers };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

/** A peer's first run and an unchanged one. */
export function describePeer(peer: Peer, folder: string): [Subject, Subject] {
  const [script = '', ...parameters] = peer.command;
  const command = [process.execPath, join(folder, script), ...parameters] as const;
  // cdktn starts the app as `node`.
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { ...peer.env, PATH: path };
  const forget = (): void => {
    for (const output of peer.outputs) rmSync(join(folder, output), { recursive: true, force: true });
  };
  const cold: Subject = { name: `${peer.name}, cold`, command, cwd: folder, env, prepare: forget };
  return [cold, { name: `${peer.name}, again`, command, cwd: folder, env }];
}

/** The peer's packages, after a run. */
export function measurePeerFunctions(peer: Peer, folder: string, scratch: string): PackedFunction[] {
  const zips = peer.outputs
    .map((output) => join(folder, output))
    .filter((path) => existsSync(path))
    .flatMap(findZips)
    .sort((a, b) => a.length - b.length);
  const names = ['webhook_handler', 'audio_processor'];
  if (zips.length !== names.length) throw new Error(`${peer.name} left ${zips.length} packages`);
  return zips.map((zip, index) => {
    const name = names[index] ?? '';
    return measureZip(`${name}, ${peer.name}`, zip, join(scratch, 'loads', peer.folder, name));
  });
}

/** The zips in a folder; an asset that is still a folder, as in cdk.out, is zipped first. */
function findZips(folder: string): Buffer[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return paths.flatMap((path) => {
    if (path.endsWith('.zip')) return [readFileSync(path)];
    const isAsset = basename(path) === 'index.js' && /[\\/]asset\.[0-9a-f]+[\\/]index\.js$/.test(path);
    return isAsset ? [createZip([{ name: 'index.js', contents: readFileSync(path) }])] : [];
  });
}

function listImportedPackages(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const imports = files.flatMap((path) => [
    ...readFileSync(join(folder, path), 'utf8').matchAll(/from '([^.'][^']*)'/g),
  ]);
  return new Set(
    imports.map(([, name = '']) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  );
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readJson(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A folder for the peers, which are large. */
export function makePeersFolder(scratch: string): string {
  const folder = join(scratch, 'peers');
  mkdirSync(folder);
  return folder;
}
