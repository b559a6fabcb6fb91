// Runs the Terraform tests of a generated tree, which need neither AWS nor a network.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { compileSpec } from '../../../generator/compile-spec.ts';
import { buildModel } from '../../../generator/model/build-model.ts';
import { renderTree } from '../../../generator/render/render-tree.ts';
import { CUT_OFF } from '../cut-off.ts';
import type { SharedProvider } from './shared-provider.ts';

export const TEST_FILE = 'tests/sonotheia.tftest.hcl';

export interface TestError {
  readonly summary: string;
  readonly detail: string;
  /** The file with the test. */
  readonly file: string | undefined;
}

export function renderSpec(spec: string): Map<string, string> {
  const result = compileSpec('sonotheia.config.yaml', new TextEncoder().encode(spec));
  if (!result.ok) throw new Error('the spec is refused');
  const decoder = new TextDecoder();
  const files = renderTree(buildModel(result.value));
  return new Map(files.map(({ path, contents }) => [path, decoder.decode(contents)]));
}

/** All errors of all tests, with the values of the environment's var-file. */
export async function runTreeTests(
  files: ReadonlyMap<string, string>,
  environment: string,
  { env }: SharedProvider,
): Promise<readonly TestError[]> {
  const cwd = await mkdtemp(join(tmpdir(), 'tree-'));
  try {
    const packages = ['lambda/webhook_handler.zip', 'lambda/audio_processor.zip'];
    for (const [path, text] of [...files, ...packages.map((path) => [path, ''] as const)]) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      await writeFile(join(cwd, path), text);
    }
    await execa('terraform', ['init', '-backend=false', '-input=false'], { cwd, env });
    const args = ['test', '-json', `-var-file=${environment}.tfvars`];
    const { stdout } = await execa('terraform', args, { cwd, env: { ...CUT_OFF, ...env }, reject: false });
    const events = stdout.split('\n').map((line) => JSON.parse(line) as TestEvent);
    return events.flatMap(({ diagnostic, '@testfile': file }) =>
      diagnostic?.severity === 'error' ? [{ ...diagnostic, file }] : [],
    );
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

interface TestEvent {
  readonly diagnostic?: Omit<TestError, 'file'> & { readonly severity: string };
  readonly '@testfile'?: string;
}
