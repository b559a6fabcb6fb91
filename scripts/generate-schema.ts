// Writes the schema for editors, derived from the schema of the spec. Run from the project's root.
import { writeFileSync } from 'node:fs';
import { renderEditorSchema } from '../generator/editors/render-editor-schema.ts';

writeFileSync('schema/sonotheia.config.schema.json', renderEditorSchema());
