// The schema as its file has it: for editors, and to derive the other one from.
import schemaJson from '../../schema/sonotheia.config.schema.json' with { type: 'json' };
import type { JsonObject } from './json.ts';

/** The draft-07 schema of `sonotheia.config.yaml`, whose lists of values are `oneOf`. */
export const schemaFile: JsonObject = schemaJson as unknown as JsonObject;
