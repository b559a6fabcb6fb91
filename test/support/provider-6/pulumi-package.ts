// Reads the provider's deprecation warnings from the declarations of @pulumi/aws, which is generated from its schema, too:
// names are in camel case, and blocks that repeat are plural.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface Modules {
  /** By `resource dynamodbtable`. */
  readonly files: ReadonlyMap<string, string>;
  readonly inputs: string;
}

/** Where the package has a name of its own. */
const RENAMED: Readonly<Record<string, string>> = {
  aws_api_gateway_gateway_response: 'apigatewayresponse',
  aws_sqs_queue_redrive_allow_policy: 'sqsredriveallowpolicy',
};

export function indexModules(folder: string): Modules {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true }) as string[]) {
    if (!entry.endsWith('.d.ts') || entry.startsWith('types')) continue;
    const [name, group] = [basename(entry, '.d.ts'), dirname(entry)];
    const isData = /^get[A-Z]/.test(name);
    const full = `${group === '.' ? '' : group}${isData ? name.slice(3) : name}`.toLowerCase();
    files.set(`${isData ? 'data' : 'resource'} ${full}`, join(folder, entry));
  }
  return { files, inputs: readFileSync(join(folder, 'types/input.d.ts'), 'utf8') };
}

/** Path -> warning. Throws for a type that the package lacks. */
export function readDeprecations(
  { files, inputs }: Modules,
  name: string,
  paths: readonly string[],
): Record<string, string> {
  const [kind, type = ''] = name.split(' ');
  const file = files.get(`${kind} ${RENAMED[type] ?? type.replace('aws_', '').replaceAll('_', '')}`);
  if (file === undefined) throw new Error(`@pulumi/aws has no ${name}`);
  const text = readFileSync(file, 'utf8');
  const [, whole] = /@deprecated (.*)\n \*\/\nexport declare (?:class|function)/.exec(text) ?? [];
  const root = [
    ...text.matchAll(/^export (?:interface \w+(?:Args|Result)|declare class \w+) [^{]*\{\n([\s\S]*?)^\}/gm),
  ]
    .map(([, body]) => body)
    .join('\n');
  const found = paths.flatMap((path): [string, string][] => {
    const warning = findWarning(root, path.split('.'), inputs);
    return warning === undefined ? [] : [[path, warning]];
  });
  return Object.fromEntries([...(whole === undefined ? [] : [['', whole]]), ...found]);
}

function findWarning(
  body: string,
  [name = '', ...rest]: readonly string[],
  inputs: string,
): string | undefined {
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const property = new RegExp(
    `((?:^ +/\\*\\*\\n(?: +\\*.*\\n)*?)?) +(?:readonly )?${camel}(?:s|es)?\\??: (.*);`,
    'gm',
  );
  for (const [, comment = '', type = ''] of body.matchAll(property)) {
    if (rest.length === 0) {
      const [, warning] = /@deprecated (.*)/.exec(comment) ?? [];
      if (warning !== undefined) return warning;
      continue;
    }
    const [, group = '', nested] = /inputs\.(\w+)\.(\w+)/.exec(type) ?? [];
    if (nested === undefined) continue;
    const space = inputs.indexOf(`\nexport declare namespace ${group} {`);
    const start = inputs.indexOf(`interface ${nested} {`, space);
    const inner = inputs.slice(start, inputs.indexOf('\n    }', start));
    const warning = findWarning(inner, rest, inputs);
    if (warning !== undefined) return warning;
  }
  return undefined;
}
