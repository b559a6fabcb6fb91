/**
 * The layers of the project. A file imports only from its own layer and from those before it, so that no two layers import
 * each other. A name that ends in `*` is the files of that folder without its sub-folders; the longest name that fits decides.
 */
export const LAYERS = [
  'handlers/shared/',
  'handlers/audio_processor/',
  'handlers/webhook_handler/',
  'generator/cache.mjs',
  'generator/version.ts',
  'generator/merge-markers.ts',
  'generator/generated-file.ts',
  'generator/text/',
  'generator/diagnostics/',
  'generator/spec/',
  'generator/write/',
  'generator/lifecycle/',
  'generator/compile-spec.ts',
  'generator/cost/',
  'generator/model/',
  'generator/literals/',
  'generator/views/',
  'generator/render/',
  'generator/bundle/',
  'generator/generate.ts',
  'generator/report/',
  'generator/command-line/',
  'generator/explain/',
  'generator/editors/',
  'generator/init/',
  'generator/start/',
  'generator/watch-path.ts',
  'generator/watch.ts',
  'generator/eject/',
  'generator/commands/',
  'generator/*',
  'scripts/workflow/',
  'scripts/console/source-data.ts',
  'scripts/console/source.ts',
  'scripts/local/',
  'scripts/operator/',
  'scripts/sessions/',
  'scripts/export/',
  'scripts/secrets/',
  'scripts/losses/',
  'scripts/doctor/',
  'scripts/deploy/',
  'scripts/destroy/',
  'scripts/bootstrap-state/',
  'scripts/invoke/',
  'scripts/migrate-region/',
  'scripts/reannounce/',
  'scripts/redrive/',
  'scripts/forget/',
  'scripts/smoke/',
  'scripts/webhook/',
  'scripts/console/',
  'scripts/*',
  'generator/cli.ts',
  'generator/main.mjs',
  'test/',
] as const;

/** The place of a file's layer among the layers; -1 for a file without one. */
export function findLayer(path: string): number {
  const fits = (layer: string): boolean =>
    layer.endsWith('*')
      ? path.startsWith(layer.slice(0, -1)) && !path.slice(layer.length - 1).includes('/')
      : path.startsWith(layer);
  const [longest] = LAYERS.filter(fits).sort((a, b) => b.length - a.length);
  return longest === undefined ? -1 : LAYERS.indexOf(longest);
}
