// Writes the TypeScript types of the spec from its JSON schema.
import { writeFileSync } from 'node:fs';
import { schema } from '../generator/spec/schema.ts';
import { renderSpecTypes } from '../generator/spec/spec-types-source.ts';

writeFileSync('generator/spec/spec-types.ts', await renderSpecTypes(schema));
