// The schema as the generator reads it. The bundled generator has it derived ahead (generator/launcher/precompile.ts).
import type { JsonObject } from './json.ts';
import { schemaFile } from './schema-file.ts';
import { withEnums } from './schema-values.ts';

export const enumSchema: JsonObject = withEnums(schemaFile);
