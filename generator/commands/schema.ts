// schema: the JSON schema of the spec, for editors and other programs.
import { schemaFile } from '../spec/schema-file.ts';
import { defineCommand, EXIT_DONE } from './command.ts';

export const printSchema = defineCommand({
  name: 'schema',
  summary: 'print the JSON schema of the spec',
  options: {},
  run(_values, { io }) {
    io.out(`${JSON.stringify(schemaFile, undefined, 2)}\n`);
    return EXIT_DONE;
  },
});
