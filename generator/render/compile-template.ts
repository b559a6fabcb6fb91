// Templates as functions. The bundle holds them precompiled (generator/start/precompile.mjs).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { COMPILE_OPTIONS } from './compile-options.mjs';

const TEMPLATES_FOLDER = join(import.meta.dirname, '..', '..', 'templates');

/** The Handlebars environment: it registers helpers and runs templates. */
export type TemplateEngine = Pick<typeof Handlebars, 'registerHelper'>;

export function createEngine(): TemplateEngine {
  return Handlebars.create();
}

/** The template at `path` below templates/, compiled; undefined when there is none. */
export function compileTemplate<View>(
  engine: TemplateEngine,
  path: string,
): ((view: View) => string) | undefined {
  const file = join(TEMPLATES_FOLDER, path);
  if (!existsSync(file)) return undefined;
  return (engine as typeof Handlebars).compile<View>(readFileSync(file, 'utf8'), COMPILE_OPTIONS);
}
