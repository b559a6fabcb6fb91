// The template sources; the bundled generator carries them inside and reads no file.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATES_DIR = fileURLToPath(new URL('../../templates/', import.meta.url));

/** Path below templates/ (`/`-separated) -> source. */
export function loadTemplates(): ReadonlyMap<string, string> {
  const paths = readdirSync(TEMPLATES_DIR, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.hbs'),
  );
  return new Map(
    paths.sort().map((path) => [path.split(sep).join('/'), readFileSync(join(TEMPLATES_DIR, path), 'utf8')]),
  );
}
