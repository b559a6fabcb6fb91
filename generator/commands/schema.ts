// schema: prints the JSON schema of the spec, for editors and other programs.

import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { renderEditorSchema } from '../editors/render-editor-schema.ts';

export const printSchema = defineCommand({
  name: 'schema',
  text: 'Prints the JSON schema of the spec.',
  options: {},
  run(_values, { terminal }) {
    terminal.write(renderEditorSchema());
    return EXIT_DONE;
  },
});
