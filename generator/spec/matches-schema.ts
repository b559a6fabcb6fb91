// The schema as a function. The bundle has it compiled ahead (generator/start/precompile.mjs).
import { Ajv } from 'ajv';
import { AJV_OPTIONS } from './ajv-options.mjs';
import { schema } from './schema.ts';

/** Whether a spec fits the schema; its `errors` say why not. */
export const matchesSchema = new Ajv(AJV_OPTIONS).compile(schema);
