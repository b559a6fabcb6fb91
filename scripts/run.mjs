// Runs a TypeScript script of this project: node scripts/run.mjs scripts/<name>.ts [arguments]
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { refuseSwallowedOptions } from '../generator/launcher/npm-flags.mjs';
import { ensureScript } from './ensure-script.mjs';

refuseSwallowedOptions();

// The SDK warns of a coming end of Node.js 20 with each command: eight lines before the first word of ours.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...scriptArguments] = process.argv.slice(2);
if (entry === undefined) throw new Error('usage: node scripts/run.mjs <script.ts> [arguments]');
process.argv = [process.argv[0] ?? '', entry, ...scriptArguments];
await import(pathToFileURL(await ensureScript(projectRoot, entry)).href);
