#!/usr/bin/env node
// Starts every command: sonotheia <command> [options]. Node.js 20 cannot run TypeScript: in a clone, esbuild bundles it
// whenever a source has changed, and a path in place of a command (test/bench/bench.ts) is a developer's script. The npm
// package contains the bundle.

// First: it refuses an old Node.js.
import './start/check-node.mjs';
import { writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findCacheFolder, isClone } from './cache.mjs';
import { ensureBundle } from './start/ensure-bundle.mjs';
import { loadBundle } from './start/load-bundle.mjs';
import { mapStacks } from './start/map-stacks.mjs';
import { refuseSwallowedOptions } from './start/npm-flags.mjs';

// Ignore EPIPE: the reader may stop early (`| head`), and the tree must still be written.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') return;
    writeSync(2, `The output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
}
refuseSwallowedOptions();
// Suppress the SDK's warning about the end of Node.js 20: eight lines above every output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const [first = '', ...rest] = process.argv.slice(2);
if (first.endsWith('.ts') && isClone(projectRoot)) {
  const bundle = await ensureBundle(projectRoot, first);
  mapStacks(bundle);
  process.argv = [process.execPath, first, ...rest];
  await import(pathToFileURL(bundle).href);
} else {
  const bundle = await ensureBundle(projectRoot, 'generator/cli.ts');
  mapStacks(bundle);
  const { exports, cacheCode } = loadBundle(bundle, findCacheFolder(projectRoot));
  /** @type {typeof import('./cli.ts')} */
  const { main } = exports;
  process.exitCode = await main(process.argv.slice(2), projectRoot);
  // The everyday command; the others use its code, too.
  if (process.exitCode === 0 && ['', 'generate'].includes(first)) cacheCode();
}
