// The answers that init suggests. Pure.
import { basename, dirname } from 'node:path';
import { findSchemaPath } from '../write/locate-package.ts';
import { DEFAULT_RECORDING_DAYS, DEFAULT_REGION, DEFAULT_SUFFIX, type SpecAnswers } from './write-spec.ts';

/** `path`: the spec to write. */
export function suggestAnswers(path: string, packageFolder: string): SpecAnswers {
  return {
    projectName: suggestProjectName(dirname(path)),
    environments: ['dev', 'prod'].map((name) => ({ name, regions: [DEFAULT_REGION], accountId: '' })),
    alarmEmails: [],
    recordingDays: DEFAULT_RECORDING_DAYS,
    bucketSuffix: DEFAULT_SUFFIX,
    schemaPath: findSchemaPath(path, packageFolder),
  };
}

/** Turns the folder's name into a valid project name; falls back to the documented one. */
function suggestProjectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name.length >= 2 ? name : 'sonotheia-example';
}
