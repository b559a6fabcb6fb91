import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { turnOnAll } from '../model/features.ts';

// In a condition, Handlebars treats an unknown name as false, in strict mode too.
test('templates refer to existing features', () => {
  const folder = join(import.meta.dirname, '..', '..', 'templates');
  const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.hbs'),
  );
  const asked = templates.flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/\bhas\.(\w+)/g)].map(([, name]) => name),
  );
  expect(asked).not.toHaveLength(0);
  expect(Object.keys(turnOnAll())).toEqual(expect.arrayContaining(asked));
});
