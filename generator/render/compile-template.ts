// Templates as functions. The bundled generator has them compiled ahead (generator/launcher/precompile.ts).
import Handlebars from 'handlebars';
import { loadTemplates } from './templates.ts';

/** A template can name only what its view has, and only the helpers below; HCL is not HTML. */
export const COMPILE_OPTIONS: CompileOptions = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: { hcl: true, attributes: true, yaml: true },
};

/** Where helpers are registered and templates run. */
export type TemplateEngine = Pick<typeof Handlebars, 'registerHelper'>;

export function createEngine(): TemplateEngine {
  return Handlebars.create();
}

/** The template at `path` below templates/, compiled; undefined when there is none. */
export function compileTemplate<View>(
  engine: TemplateEngine,
  path: string,
): ((view: View) => string) | undefined {
  const source = loadTemplates().get(path);
  if (source === undefined) return undefined;
  return (engine as typeof Handlebars).compile<View>(source, COMPILE_OPTIONS);
}
