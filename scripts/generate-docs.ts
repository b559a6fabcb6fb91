// Writes the pages of docs/ that are generated. Run from the project's root.
import { writeFileSync } from 'node:fs';
import { renderDiagnosticsPage } from '../generator/docs/diagnostics-page.ts';
import { renderReference } from '../generator/explain/render-reference.ts';

writeFileSync('docs/diagnostics.md', renderDiagnosticsPage());
writeFileSync('docs/configuration.md', renderReference());
