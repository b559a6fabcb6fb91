// Writes the TypeScript types of the spec from its JSON schema.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderSpecTypes } from '../generator/spec/spec-types-source.ts';

const schema: unknown = JSON.parse(readFileSync('schema/sonotheia.config.schema.json', 'utf8'));
writeFileSync('generator/spec/spec-types.ts', await renderSpecTypes(schema));
