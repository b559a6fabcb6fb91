// The schema's limits as Terraform validations, which also check values given with -var.
import { describeLength } from '../spec/describe-value.ts';
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import { dereference } from '../spec/schema.ts';
import type { Validation } from './stack-model.ts';

/** A limit of a value: the condition in HCL, and the words that follow `must`. */
interface Limit {
  readonly condition: string;
  readonly words: string;
}

/** Returns the validations of a variable from its schema: range, allowed values, pattern, length and duplicates. */
export function describeLimits(name: string, node: JsonObject): Validation[] {
  const limit = findLimit(`var.${name}`, node);
  return [
    ...(limit === undefined ? [] : [{ condition: limit.condition, message: `${name} must ${limit.words}.` }]),
    ...describeProperties(name, dereference(node.items).properties),
  ];
}

/** Of a list of mappings, which is a map of objects in HCL: `name` is their key. */
function describeProperties(name: string, properties: JsonValue | undefined): Validation[] {
  return Object.entries(isObject(properties) ? properties : {}).flatMap(([key, property]) => {
    const [each, every, value] =
      key === 'name' ? ['name', `keys(var.${name})`, 'name'] : ['each', `var.${name}`, `each.${key}`];
    const limit = findLimit(value, dereference(property));
    if (limit === undefined) return [];
    return [
      {
        condition: `alltrue([for ${each} in ${every} : ${limit.condition}])`,
        message: `${name}: each ${key} must ${limit.words}.`,
      },
    ];
  });
}

function findLimit(value: string, node: JsonObject): Limit | undefined {
  const isNullable = Array.isArray(node.type) && node.type.includes('null');
  const limit = findOwnLimit(value, Array.isArray(node.type) ? node.type[0] : node.type, node);
  if (limit === undefined || !isNullable) return limit;
  // Terraform before 1.12 evaluates both sides of `||`.
  return {
    condition: `${value} == null ? true : ${limit.condition}`,
    words: limit.words.replace(/^be /, 'be null or '),
  };
}

function findOwnLimit(value: string, type: JsonValue | undefined, node: JsonObject): Limit | undefined {
  if (Array.isArray(node.enum)) {
    const values = node.enum.map((item) => JSON.stringify(item)).join(', ');
    return { condition: `contains([${values}], ${value})`, words: `be one of ${node.enum.join(', ')}` };
  }
  if (type === 'integer' || type === 'number') return findRange(value, type === 'integer', node);
  if (type === 'array') return findListLimit(value, node);
  if (type === 'object') return findNameLimit(value, dereference(node.propertyNames));
  if (type !== 'string') return undefined;
  const condition = describeForm(value, node);
  return condition === '' ? undefined : { condition, words: `be ${describePattern(node)}` };
}

function findRange(value: string, isWhole: boolean, { minimum, maximum }: JsonObject): Limit | undefined {
  if (minimum === undefined || maximum === undefined) return undefined;
  return {
    condition: `${value} >= ${minimum} && ${value} <= ${maximum}${isWhole ? ` && floor(${value}) == ${value}` : ''}`,
    words: `be a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum}`,
  };
}

function findListLimit(value: string, { maxItems, uniqueItems, items }: JsonObject): Limit | undefined {
  const item = findLimit('item', dereference(items));
  const parts = [
    ...(maxItems === undefined
      ? []
      : [{ condition: `length(${value}) <= ${maxItems}`, words: `at most ${maxItems} entries` }]),
    ...(uniqueItems === true
      ? [{ condition: `length(distinct(${value})) == length(${value})`, words: 'no entry twice' }]
      : []),
    ...(item === undefined
      ? []
      : [
          {
            condition: `alltrue([for item in ${value} : ${item.condition}])`,
            words: `each ${item.words.replace(/^be /, '')}`,
          },
        ]),
  ];
  if (parts.length === 0) return undefined;
  return {
    condition: parts.map(({ condition }) => condition).join(' && '),
    words: `have ${parts.map(({ words }) => words).join(', ')}`,
  };
}

/** Of the names of a map of texts. */
function findNameLimit(value: string, names: JsonObject): Limit | undefined {
  const condition = describeForm('name', names);
  if (condition === '') return undefined;
  return {
    condition: `alltrue([for name in keys(${value}) : ${condition}])`,
    words: `have names that are each ${describePattern(names)}`,
  };
}

/** The pattern and the length of a text as a condition; empty if it has neither. */
function describeForm(value: string, { pattern, minLength = 0, maxLength }: JsonObject): string {
  return [
    ...(typeof pattern === 'string' ? [`can(regex(${quotePattern(pattern)}, ${value}))`] : []),
    ...(Number(minLength) > 1 ? [`length(${value}) >= ${minLength}`] : []),
    ...(maxLength === undefined ? [] : [`length(${value}) <= ${maxLength}`]),
  ].join(' && ');
}

/** The schema's description of a pattern, which is easier to read than a regular expression. */
function describePattern(node: JsonObject): string {
  const { patternDescription, examples } = node;
  const example = Array.isArray(examples) ? `, for example ${String(examples[0])}` : '';
  return patternDescription === undefined
    ? `a text of ${describeLength(node)}`
    : `${String(patternDescription)} (${describeLength(node)})${example}`;
}

/** A regular expression as an HCL string; Terraform's RE2 supports all syntax of the schema's patterns. */
export function quotePattern(pattern: string): string {
  return JSON.stringify(pattern).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
