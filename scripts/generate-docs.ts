// Writes the generated page in docs/. Run from the project's root.
import { writeFileSync } from 'node:fs';
import { renderReference } from '../generator/explain/render-reference.ts';

writeFileSync('docs/configuration.md', renderReference());
