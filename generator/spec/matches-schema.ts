// The schema as a validation function. The bundle holds it precompiled (generator/start/precompile.mjs).
import { Ajv } from 'ajv';
import { AJV_OPTIONS } from './ajv-options.mjs';
import { schema } from './schema.ts';

/** Whether a spec fits the schema; `errors` holds the reasons after a false result. */
export const matchesSchema = new Ajv(AJV_OPTIONS).compile(schema);
