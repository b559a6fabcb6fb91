// Runs a TypeScript script of this project: node scripts/run.mjs scripts/<name>.ts [arguments]
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCacheFolder } from '../generator/launcher/bundle-generator.mjs';
import { bundleScript, importCode } from '../generator/launcher/bundle-script.mjs';

const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...scriptArguments] = process.argv.slice(2);
if (entry === undefined) throw new Error('usage: node scripts/run.mjs <script.ts> [arguments]');
process.argv = [process.argv[0] ?? '', entry, ...scriptArguments];
// Packages stay outside: a script starts once, and some of them find their files beside themselves.
const code = await bundleScript({ projectRoot, entry, external: 'packages' });
await importCode(findCacheFolder(projectRoot), code);
