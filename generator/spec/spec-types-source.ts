// Turns the JSON schema into the TypeScript types of the spec (spec-types.ts); pure, so that a test can compare.
import { compile } from 'json-schema-to-typescript';

type Schema = Parameters<typeof compile>[0];

/** Returns the source text of spec-types.ts for a draft-07 schema; `spec-types.test.ts` fails when they drift. */
export async function renderSpecTypes(schema: unknown): Promise<string> {
  return await compile({ ...(withoutTitles(schema) as Schema), $id: 'SonotheiaConfig' }, 'SonotheiaConfig', {
    bannerComment: '// Generated from schema/spec.schema.json by `npm run generate:types`. Do not edit.',
    additionalProperties: false,
    maxItems: -1,
    style: { singleQuote: true, printWidth: 110 },
  });
}

/** Without titles, the types have the names of the definitions; with them, each leaf would get its own alias. */
function withoutTitles(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutTitles);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === 'title' && typeof value === 'string'))
      .map(([key, value]) => [key, withoutTitles(value)]),
  );
}
