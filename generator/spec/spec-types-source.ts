// Turns the JSON schemas into TypeScript types; pure, so that a test can compare.
import { compile } from 'json-schema-to-typescript';

type Schema = Parameters<typeof compile>[0];

interface TypesFile {
  /** Name of the root type. */
  readonly name: string;
  /** Paths from the project's root. */
  readonly schema: string;
  readonly types: string;
  /** Also the definitions to which the root does not refer. */
  readonly hasAllDefinitions?: true;
}

export const TYPES_FILES: readonly TypesFile[] = [
  { name: 'SonotheiaConfig', schema: 'schema/spec.schema.json', types: 'generator/spec/spec-types.ts' },
  {
    name: 'Announcement',
    schema: 'schema/announcement.v1.schema.json',
    types: 'handlers/shared/announcement-v1.ts',
    hasAllDefinitions: true,
  },
  {
    name: 'SessionItem',
    schema: 'schema/session-item.v1.schema.json',
    types: 'handlers/shared/session-item-v1.ts',
    hasAllDefinitions: true,
  },
];

/** Returns the source text of the types of a draft-07 schema; `spec-types.test.ts` fails when they drift. */
export async function renderTypes(
  schema: unknown,
  { name, schema: path, ...file }: TypesFile,
): Promise<string> {
  return await compile({ ...(withoutTitles(schema) as Schema), $id: name }, name, {
    bannerComment: `// Generated from ${path} by \`npm run generate:types\`. Do not edit.`,
    additionalProperties: false,
    unreachableDefinitions: file.hasAllDefinitions ?? false,
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
