// Runs the generator's command line with a separate output folder.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Generates the shipped spec, or the given YAML, and returns the output folder. */
export async function generateOutput(yaml?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'generated-'));
  const outDir = join(folder, 'out');
  const specFile = yaml === undefined ? 'sonotheia.config.yaml' : join(folder, 'sonotheia.config.yaml');
  if (yaml !== undefined) await writeFile(specFile, yaml);
  await execa(process.execPath, ['generator/main.mjs', '--config', specFile, '--out', outDir], {
    cwd: PROJECT_ROOT,
  });
  return outDir;
}

/** Generates into a folder that already has a tree; returns the warnings. */
export async function generateAgain(outDir: string, yaml: string, ...options: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'generated-'));
  const specFile = join(folder, 'sonotheia.config.yaml');
  await writeFile(specFile, yaml);
  const { stderr } = await execa(
    process.execPath,
    ['generator/main.mjs', '--config', specFile, '--out', outDir, ...options],
    { cwd: PROJECT_ROOT },
  );
  return stderr;
}
