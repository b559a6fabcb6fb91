// Receives an error thrown by a file operation, promises what, why and fix; undefined for any other error.

import { describeRemedy, readErrorCode } from '../write/file-system.ts';
import type { ProblemText } from './problem.ts';

/** A missing file (`ENOENT`) is none: its reader expects it, or is wrong. */
const CODES = ['EACCES', 'EDQUOT', 'EIO', 'ELOOP', 'EMFILE', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'];

export function explainFileError(error: unknown): ProblemText | undefined {
  const code = readErrorCode(error) ?? '';
  if (!CODES.includes(code)) return undefined;
  return {
    what: 'A file cannot be written or read.',
    why: (error as Error).message,
    fix: describeRemedy(code),
  };
}
