// The packages that a project needs to build the handlers, in the generator's versions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from '../bundle/handler-sources.ts';

/** The compiler, and types for editors. */
const FOR_BUILDING = ['esbuild', '@types/aws-lambda', '@types/node'];

/** As `npm install` takes them: `name@version`, sorted. */
export function listNeededPackages(projectRoot: string, sources: Sources): string[] {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(projectRoot, 'package.json'), 'utf8'),
  );
  const imported = [...sources.values()].flatMap((text) =>
    [...text.matchAll(/from '((?:@[\w.-]+\/)?[a-z][\w.-]*)/g)].map(([, name = '']) => name),
  );
  const names = new Set([...imported, ...FOR_BUILDING]);
  return [...names]
    .flatMap((name) => {
      const version = devDependencies[name];
      return version === undefined ? [] : [`${name}@${version}`];
    })
    .sort();
}
