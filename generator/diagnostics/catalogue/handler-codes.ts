// SONO4xx: the two functions as esbuild bundles them.
import type { CatalogueEntries } from './entry.ts';

export const HANDLER_CODES = {
  SONO401: {
    title: 'A function does not build.',
    explanation: 'A file under `handlers/` has a mistake in its syntax, or imports what is not there.',
    example: {
      situation: '`handlers/webhook_handler/index.ts` imports `./missing.ts`.',
      remedy: 'Correct the file at the line shown, or run `npm ci` when a package is missing.',
    },
  },
  SONO402: {
    title: 'A function builds with a warning.',
    explanation:
      'esbuild found something that is probably not meant, such as a comparison that is never true.',
    example: {
      situation: "A handler compares `typeof value === 'strng'`.",
      remedy: 'Correct the line shown. The packages are written all the same.',
    },
  },
} as const satisfies CatalogueEntries;
