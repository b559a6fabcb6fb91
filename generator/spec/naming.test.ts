// The names here and those that the templates build must be the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nameAlarms, type StackNames } from './naming.ts';

const templates = join(import.meta.dirname, '..', '..', 'templates');
const moduleFolder = join(templates, 'modules', 'sonotheia');
const hcl = readdirSync(moduleFolder).map((file) => readFileSync(join(moduleFolder, file), 'utf8'));
const tests = readFileSync(join(templates, 'tests', 'sonotheia.tftest.hcl.hbs'), 'utf8');

test('the names of the alarms are those of the templates', () => {
  const named = nameAlarms({ alarmPrefix: 'acme-dev' } as StackNames).sort();
  const patterns = [...hcl.join('\n').matchAll(/^ +alarm_name += "\$\{local\.alarm_prefix\}-(.+)"$/gm)].map(
    ([, suffix = '']) => new RegExp(`^acme-dev-${suffix.replace('${each.key}', '[a-z-]+')}$`),
  );
  expect(patterns).toHaveLength(hcl.join('\n').match(/\balarm_name\b/g)?.length ?? 0);
  for (const pattern of patterns) expect(named).toContainEqual(expect.stringMatching(pattern));
  // The generated test compares the names of all alarms with this table, the keys of `for_each` resolved.
  const [, table = ''] = /alarm\.alarm_name => alarm\.threshold \} == \{(.+?)\n {6}\} :/s.exec(tests) ?? [];
  const tested = [...table.matchAll(/^ {8}([a-z0-9-]+) +=/gm)].map(([, suffix]) => `acme-dev-${suffix}`);
  expect(tested.sort()).toEqual(named);
});
