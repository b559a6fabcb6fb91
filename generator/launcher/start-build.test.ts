import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { guessOptions } from './start-build.mjs';

/** What the spec says when it is read properly. */
function readOptions(text: string) {
  const compiled = compileSpec(join(import.meta.dirname, 'sonotheia.config.yaml'), Buffer.from(text));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const { runtime, sourceMaps } = compiled.value;
  return { runtime, sourceMaps };
}

describe('the guess of what is to be bundled', () => {
  const SPEC = 'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n';

  it.each([
    ['says nothing', SPEC],
    ['names the default', `${SPEC}build:\n  runtime: nodejs22.x\n`],
    ['asks for source maps', `${SPEC}build:\n  source_maps: true\n`],
    ['declines source maps', `${SPEC}build: { source_maps: false }\n`],
    ['quotes its keys', `${SPEC}"build": { "source_maps": true, 'runtime': 'nodejs22.x' }\n`],
    ['comments on it', `${SPEC}# build: { source_maps: true, runtime: nodejs24.x }\n`],
    ['has another runtime', `${SPEC}build: { runtime: nodejs24.x }\n`],
  ])('is right where the spec %s', (_, spec) => {
    expect(guessOptions(spec)).toEqual(readOptions(spec));
  });
});
