// Receives a loaded spec and promises located diagnostics for everything that the JSON schema refuses, all at once.
import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkCharacters } from './check-characters.ts';
import { describeSchemaError } from './describe-schema-error.ts';
import type { LoadedSpec } from './load.ts';
import { matchesSchema } from './matches-schema.ts';
import { formatPath, parsePointer, type SpecPath } from './path-text.ts';

/** Finding what was meant takes a while for each, and a file with more mistakes is no mistyped spec. */
const MOST_WITH_HINTS = 1_000;

/** A schema problem and the value it is about, so that the rules can go on without that value. */
export interface SchemaProblem {
  readonly diagnostic: Diagnostic;
  readonly path: SpecPath;
}

/**
 * Checks a spec against the schema. Codes: SONO201 unknown key, SONO202 missing key, SONO203 wrong type,
 * SONO204 not one of the allowed values, SONO205 out of range, SONO206 wrong form, SONO207 wrong number of items,
 * SONO208 duplicate item, SONO209 key of a wrong form, SONO210 a character that nobody sees.
 */
export function validateSpec(spec: LoadedSpec): readonly SchemaProblem[] {
  const unseen = checkCharacters(spec);
  if (matchesSchema(spec.value)) return unseen;
  const problems = new Map<string, SchemaProblem>();
  const errors = nameProperties(matchesSchema.errors ?? []);
  const isBrief = errors.length > MOST_WITH_HINTS;
  for (const error of errors) {
    const problem = locateError(error, spec, isBrief);
    if (problem === undefined) continue;
    const { location, code, path } = problem.diagnostic;
    // Length and form of one text are one problem, whose message says both.
    const id = [location?.line, location?.column, code, path].join('|');
    if (!problems.has(id)) problems.set(id, problem);
  }
  // Where the text has a wrong form, too, that says more.
  const places = new Set([...problems.values()].map(({ diagnostic }) => diagnostic.path));
  return [...problems.values(), ...unseen.filter(({ diagnostic }) => !places.has(diagnostic.path))];
}

/** Ajv leaves the property's name out where `propertyNames` refers to a definition; the error of that keyword follows. */
function nameProperties(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let outer: ErrorObject | undefined;
  return errors
    .toReversed()
    .map((error) => {
      if (error.keyword === 'propertyNames') outer = error;
      const name = outer?.params.propertyName;
      const isOfName = error.instancePath === outer?.instancePath && error.data === name;
      return isOfName ? { ...error, propertyName: name } : error;
    })
    .toReversed();
}

function locateError(error: ErrorObject, spec: LoadedSpec, isBrief: boolean): SchemaProblem | undefined {
  const description = describeSchemaError(error, parsePointer(error.instancePath), isBrief);
  if (description === undefined) return undefined;
  const { code, path, message, why, hint, atKey } = description;
  const location = atKey === true ? spec.locateKey(path) : spec.locate(path);
  return {
    path,
    diagnostic: {
      code,
      severity: 'error',
      message,
      path: formatPath(path),
      location,
      ...(why === undefined ? {} : { why }),
      ...(hint === undefined ? {} : { hint }),
    },
  };
}
