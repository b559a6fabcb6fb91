// The lower limit for any generator: esbuild alone, at its best settings, on the same handlers, and the same zips.
import { buildZips } from '../../generator/bundle/build-zips.ts';

const projectRoot = process.argv[2] ?? '';
await buildZips({ projectRoot, ownHandlers: undefined, runtime: 'nodejs22.x', sourceMaps: false });
