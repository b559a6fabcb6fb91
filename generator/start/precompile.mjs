// Precompiles the schema and the templates for the bundle, which takes longer than a run, and embeds the workflow's
// scripts. The plugin replaces the modules that read them by the results.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import Handlebars from 'handlebars';
import { COMPILE_OPTIONS } from '../render/compile-options.mjs';
import { AJV_OPTIONS } from '../spec/ajv-options.mjs';

const SCHEMA_FILE = 'schema/spec.schema.json';
const TEMPLATES_FOLDER = 'templates';
const STEPS_FOLDER = 'scripts/workflow';

/**
 * The files that are compiled or embedded, relative to `projectRoot`.
 * @param {string} projectRoot
 * @returns {string[]}
 */
export function listPrecompiled(projectRoot) {
  const templates = listTemplates(projectRoot).map((path) => `${TEMPLATES_FOLDER}/${path}`);
  return [SCHEMA_FILE, ...templates, ...listSteps(projectRoot).map((name) => `${STEPS_FOLDER}/${name}`)];
}

/**
 * @param {string} projectRoot
 * @returns {import('esbuild').Plugin}
 */
export function precompile(projectRoot) {
  return {
    name: 'precompile',
    setup(builder) {
      /**
       * @param {RegExp} filter
       * @param {(projectRoot: string) => string} compile
       */
      const replace = (filter, compile) =>
        builder.onLoad({ filter }, async () => {
          // Minified, because every start parses this generated code.
          const { code } = await builder.esbuild.transform(compile(projectRoot), { minify: true });
          return { contents: code, loader: 'js', resolveDir: projectRoot };
        });
      replace(/[\\/]spec[\\/]matches-schema\.ts$/, compileSchema);
      replace(/[\\/]render[\\/]compile-template\.ts$/, compileTemplates);
      replace(/[\\/]render[\\/]workflow-steps\.ts$/, embedSteps);
    },
  };
}

/** @param {string} projectRoot */
function compileSchema(projectRoot) {
  const schema = JSON.parse(readFileSync(join(projectRoot, SCHEMA_FILE), 'utf8'));
  const ajv = new Ajv({ ...AJV_OPTIONS, code: { source: true, esm: true, optimize: false } });
  ajv.addSchema(schema, 'spec');
  return standaloneCode.default(ajv, { matchesSchema: 'spec' });
}

/** @param {string} projectRoot */
function compileTemplates(projectRoot) {
  const entries = listTemplates(projectRoot).map((path) => {
    const source = readFileSync(join(projectRoot, TEMPLATES_FOLDER, path), 'utf8');
    return `${JSON.stringify(path)}: ${Handlebars.precompile(source, COMPILE_OPTIONS)}`;
  });
  return `
    import Handlebars from 'handlebars/runtime.js';
    const precompiled = {${entries.join(',\n')}};
    export const createEngine = () => Handlebars.create();
    export const compileTemplate = (engine, path) =>
      Object.hasOwn(precompiled, path) ? engine.template(precompiled[path]) : undefined;`;
}

/** @param {string} projectRoot */
function embedSteps(projectRoot) {
  const steps = listSteps(projectRoot).map((name) => [
    name,
    readFileSync(join(projectRoot, STEPS_FOLDER, name), 'utf8'),
  ]);
  return `export const readWorkflowSteps = () => new Map(${JSON.stringify(steps)});`;
}

/** @param {string} projectRoot */
function listSteps(projectRoot) {
  return readdirSync(join(projectRoot, STEPS_FOLDER))
    .filter((name) => name.endsWith('.mjs'))
    .sort();
}

/** @param {string} projectRoot */
function listTemplates(projectRoot) {
  return readdirSync(join(projectRoot, TEMPLATES_FOLDER), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.hbs'))
    .map((path) => path.split(sep).join('/'))
    .sort();
}
