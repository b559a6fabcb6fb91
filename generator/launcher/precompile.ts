// What the bundled generator need not do at every start: parsing the templates and compiling the schema take longer
// than everything else it does by itself. Runs when the generator is bundled, and returns the source of the modules
// that take the places of render/compile-template.ts and spec/matches-schema.ts.
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import Handlebars from 'handlebars';
import { COMPILE_OPTIONS } from '../render/compile-template.ts';
import { loadTemplates } from '../render/templates.ts';
import { AJV_OPTIONS } from '../spec/matches-schema.ts';
import { schema } from '../spec/schema.ts';

/** Module sources by the path, relative to `generator/`, of the module they replace. */
export function precompile(): Record<string, string> {
  return {
    'render/compile-template.ts': precompileTemplates(),
    'spec/matches-schema.ts': precompileSchema(),
  };
}

function precompileTemplates(): string {
  const entries = [...loadTemplates()].map(
    ([path, source]) => `${JSON.stringify(path)}: ${Handlebars.precompile(source, COMPILE_OPTIONS)}`,
  );
  return `
    import Handlebars from 'handlebars/runtime.js';
    const precompiled = {${entries.join(',\n')}};
    export const createEngine = () => Handlebars.create();
    export const compileTemplate = (engine, path) =>
      Object.hasOwn(precompiled, path) ? engine.template(precompiled[path]) : undefined;`;
}

function precompileSchema(): string {
  const ajv = new Ajv({ ...AJV_OPTIONS, code: { source: true, esm: true } });
  return standaloneCode.default(ajv, { matchesSchema: ajv.addSchema(schema, 'spec') && 'spec' });
}
