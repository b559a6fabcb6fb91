// init: a minimal spec that generates at once.
import { writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { compileSpec } from '../compile-spec.ts';
import { DEFAULT_REGION, type SpecAnswers, writeSpec } from '../init/write-spec.ts';
import { type CommandContext, defineCommand, EXIT_DONE, EXIT_PROBLEM, type Values } from './command.ts';
import { CONFIG_OPTION, refuse } from './spec-input.ts';

const OPTIONS = {
  config: { ...CONFIG_OPTION, description: 'the spec to write' },
  'project-name': {
    type: 'string',
    value: 'name',
    description: "first part of most names (default: the folder's name)",
  },
  environment: {
    type: 'string',
    value: 'name[=region,…]',
    multiple: true,
    description: 'an environment and its regions; may be repeated',
  },
  'alarm-email': { type: 'string', value: 'address', description: 'who hears of alarms' },
  yes: { type: 'boolean', description: 'ask nothing: defaults for whatever has no flag' },
} as const;

type Arguments = Values<typeof OPTIONS>;

export const init = defineCommand({
  name: 'init',
  summary: 'write a minimal spec; asks for what no flag says',
  options: OPTIONS,
  async run(values, context) {
    const path = resolve(context.workingDir, values.config);
    const text = writeSpec(await collectAnswers(values, path, context));
    const spec = compileSpec(values.config, new TextEncoder().encode(text));
    if (!spec.ok) return refuse(spec.diagnostics, `${values.config} was not written`, 'text', context);
    try {
      writeFileSync(path, text, { flag: 'wx' });
    } catch (error) {
      return reportUnwritten(error, values.config, context);
    }
    context.io.out(`wrote ${values.config}\nNext: npm run generate\n`);
    return EXIT_DONE;
  },
});

function reportUnwritten(error: unknown, config: string, { io }: CommandContext): number {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const reason = code === 'EEXIST' ? 'exists already, and stays as it is' : `cannot be written (${code})`;
  io.err(`${config} ${reason}. Name another file with --config, or move it away.\n`);
  return EXIT_PROBLEM;
}

async function collectAnswers(
  values: Arguments,
  path: string,
  context: CommandContext,
): Promise<SpecAnswers> {
  const { io, projectRoot } = context;
  const asks = values.yes ? undefined : io.ask;
  const answer = async (given: string | undefined, question: string, fallback: string): Promise<string> =>
    given ?? (await asks?.(question, fallback)) ?? fallback;
  const projectName = await answer(values['project-name'], 'Project name', suggestProjectName(dirname(path)));
  const environments =
    values.environment.length > 0
      ? values.environment
      : splitList(await answer(undefined, 'Environments, in their order of promotion', 'dev, prod'));
  const needsRegion = environments.some((environment) => !environment.includes('='));
  const regions = needsRegion
    ? splitList(await answer(undefined, 'Regions, the primary one first', DEFAULT_REGION))
    : [];
  return {
    projectName,
    environments: environments.map((environment) => {
      const [name = '', own] = environment.split('=');
      return { name, regions: own === undefined ? regions : splitList(own) };
    }),
    alarmEmail: await answer(values['alarm-email'], 'Alarm e-mail (empty for none)', ''),
    schemaPath: findSchemaPath(path, projectRoot),
  };
}

function splitList(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The folder's name as a project name, or the documented one where nothing is left of it. */
function suggestProjectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name.length >= 2 ? name : 'sonotheia-example';
}

/** Editors look for the schema beside the spec. */
function findSchemaPath(spec: string, projectRoot: string): string {
  const path = relative(dirname(spec), resolve(projectRoot, 'schema', 'sonotheia.config.schema.json'));
  const portable = path.split(sep).join('/');
  return portable.startsWith('.') ? portable : `./${portable}`;
}
