// Starts the generator. Node.js 20 runs no TypeScript, and parsing the generator's dependencies takes longer than
// generating, so that it runs from one bundled file, which is made when it is missing. When the last run's inputs and
// outputs are all as they were, not even that is loaded.
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureGenerator } from './launcher/bundle-generator.mjs';
import { digestGenerator } from './launcher/fingerprint.mjs';
import { recallRun } from './launcher/stamp.mjs';
import { startEsbuild } from './launcher/start-esbuild.mjs';

// Whoever reads the output may stop early (`| head`): that is no fault, and writing the tree goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
  });
}

const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const argv = process.argv.slice(2);
const digest = digestGenerator(projectRoot);
// Without a command's name the arguments are those of `generate`, the only command that is remembered and that bundles.
const isGenerate =
  argv[0] === 'generate' ||
  argv[0] === undefined ||
  (argv[0].startsWith('-') && !/^(-h|--help)$/.test(argv[0]));
const generateArguments = argv[0] === 'generate' ? argv.slice(1) : argv;
const output = isGenerate ? recallRun(generateArguments, projectRoot, digest) : undefined;
if (output === undefined) {
  // Ready by the time the spec has been read. Should it fail, the bundling stage says so.
  if (isGenerate) startEsbuild().catch(() => {});
  const generator = await ensureGenerator(projectRoot, digest, isGenerate ? 'generator' : 'commands');
  const { main } = await import(pathToFileURL(generator).href);
  process.exitCode = await main(argv, projectRoot);
} else {
  process.stdout.write(output);
}
