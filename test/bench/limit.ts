// The limit that no generator can beat: esbuild alone, at its best settings, on the same handlers, and the same zips.
import { bundleHandlers } from '../../generator/bundle/bundle-handlers.ts';

const projectRoot = process.argv[2] ?? '';
const result = await bundleHandlers({ projectRoot, runtime: 'nodejs22.x', sourceMaps: false });
if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
