// Writes the TypeScript types of the JSON schemas. Run from the project's root.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderTypes, TYPES_FILES } from '../generator/spec/spec-types-source.ts';

for (const file of TYPES_FILES)
  writeFileSync(file.types, await renderTypes(JSON.parse(readFileSync(file.schema, 'utf8')), file));
