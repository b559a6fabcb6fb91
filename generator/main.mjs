// Starts the generator. Node.js 20 runs no TypeScript, and parsing the generator's dependencies takes longer than
// generating, so that it runs from one bundled file, which is made when it is missing. When the last run's inputs and
// outputs are all as they were, not even that is loaded.
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureGenerator } from './launcher/bundle-generator.mjs';
import { loadScript } from './launcher/code-cache.mjs';
import { digestGenerator } from './launcher/fingerprint.mjs';
import { refuseSwallowedOptions } from './launcher/npm-flags.mjs';
import { findStamp, isCurrent, readPlainArguments } from './launcher/stamp.mjs';
import { beginBuild } from './launcher/start-build.mjs';
import { startEsbuild, stopEsbuild } from './launcher/start-esbuild.mjs';

// Whoever reads the output may stop early (`| head`): that is no fault, and writing the tree goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
  });
}

refuseSwallowedOptions();
const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const argv = process.argv.slice(2);
// Without a command's name the arguments are those of `generate`, the only command that is remembered and that bundles.
const isGenerate =
  argv[0] === 'generate' ||
  argv[0] === undefined ||
  (argv[0].startsWith('-') && !/^(-h|--help)$/.test(argv[0]));
const generateArguments = argv[0] === 'generate' ? argv.slice(1) : argv;
const names = isGenerate ? readPlainArguments(generateArguments) : undefined;
const stamp = names && findStamp(names, projectRoot);
// Without a memory of this spec there will be something to bundle, whatever else has changed.
if (names !== undefined && stamp === undefined) {
  beginBuild(projectRoot, names.config);
  // Lets esbuild have its orders.
  await setImmediate();
}
const digest = digestGenerator(projectRoot);
if (names !== undefined && stamp !== undefined && isCurrent(stamp, names.out, projectRoot, digest)) {
  process.stdout.write(stamp.output);
} else {
  if (names !== undefined && stamp !== undefined) beginBuild(projectRoot, names.config);
  // Ready by the time the spec has been read. Should it fail, the bundling stage says so.
  else if (isGenerate) startEsbuild().catch(() => {});
  const generator = await ensureGenerator(projectRoot, digest, isGenerate ? 'generator' : 'commands');
  /** @type {import('./launcher/code-cache.mjs').LoadedScript<typeof import('./cli.ts')>} */
  const { exports, remember } = loadScript(generator);
  process.exitCode = await exports.main(argv, projectRoot, digest);
  // A build that nobody takes, because the spec was refused, is not waited for.
  stopEsbuild();
  remember();
}
