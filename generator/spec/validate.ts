// Validates a loaded spec against the JSON schema and returns all problems as located diagnostics.
import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkCharacters } from './check-characters.ts';
import { describeSchemaError, type SchemaError } from './describe-schema-error.ts';
import type { LoadedSpec } from './load.ts';
import { matchesSchema } from './matches-schema.ts';
import { formatPath, parsePointer, type SpecPath } from './path-text.ts';

/** Each search for a similar key is slow, and a file with more mistakes than this is not a mistyped spec. */
const MOST_WITH_HINTS = 1_000;

/** A schema problem and the path of its value, so that the rules can skip that value. */
export interface SchemaProblem {
  readonly diagnostic: Diagnostic;
  readonly path: SpecPath;
}

/**
 * Checks a spec against the schema. Codes: SONO201 unknown key, SONO202 missing key, SONO203 wrong type, SONO204 not
 * one of the allowed values, SONO205 out of range, SONO206 wrong form, SONO207 wrong number of items, SONO208 duplicate
 * item, SONO209 key of a wrong form, SONO210 an invisible character.
 */
export function validateSpec(spec: LoadedSpec): readonly SchemaProblem[] {
  const unseen = checkCharacters(spec);
  if (matchesSchema(spec.value)) return unseen;
  const problems = new Map<string, SchemaProblem>();
  const errors = leaveOutTypes(nameProperties(matchesSchema.errors ?? []));
  const isBrief = errors.length > MOST_WITH_HINTS;
  for (const error of errors) {
    const problem = locateError(error, spec, isBrief);
    if (problem === undefined) continue;
    const { location, code, path } = problem.diagnostic;
    // Reports the length and the form of one text as one problem; its message gives both.
    const id = [location?.line, location?.column, code, path].join('|');
    if (!problems.has(id)) problems.set(id, problem);
  }
  // A schema error at the same path already covers an invisible character.
  const places = new Set([...problems.values()].map(({ diagnostic }) => diagnostic.path));
  return [...problems.values(), ...unseen.filter(({ diagnostic }) => !places.has(diagnostic.path))];
}

/**
 * Ajv omits the property's name if `propertyNames` refers to a definition; takes it from the next `propertyNames`
 * error.
 */
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

/** A list of the allowed values says what the type says, and more. */
function leaveOutTypes(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const listed = new Set(
    errors.filter(({ keyword }) => keyword === 'enum').map(({ instancePath }) => instancePath),
  );
  return errors.filter(({ keyword, instancePath }) => keyword !== 'type' || !listed.has(instancePath));
}

function quoteSource(error: ErrorObject, spec: LoadedSpec): SchemaError {
  if (typeof error.data !== 'number' && typeof error.data !== 'boolean')
    return { ...error, root: spec.value };
  return { ...error, source: spec.readSource(parsePointer(error.instancePath)) };
}

function locateError(error: ErrorObject, spec: LoadedSpec, isBrief: boolean): SchemaProblem | undefined {
  const description = describeSchemaError(
    quoteSource(error, spec),
    parsePointer(error.instancePath),
    isBrief,
  );
  if (description === undefined) return undefined;
  const { code, path, what, why, fix, atKey } = description;
  const location = atKey === true ? spec.locateKey(path) : spec.locate(path);
  return {
    path,
    diagnostic: {
      code,
      severity: 'error',
      what,
      path: formatPath(path),
      location,
      ...(why === undefined ? {} : { why }),
      ...(fix === undefined ? {} : { fix }),
    },
  };
}
