// The schema's limits as Terraform validations, which also check values given with -var.
import { describeLength } from '../spec/describe-value.ts';
import type { JsonObject } from '../spec/json.ts';
import { dereference } from '../spec/schema.ts';
import type { Validation } from './stack-model.ts';

/** Returns the validations of a variable from its schema: range, allowed values, pattern and length. */
export function describeLimits(name: string, node: JsonObject): Validation[] {
  if (Array.isArray(node.enum)) {
    const values = node.enum.map((value) => JSON.stringify(value)).join(', ');
    return [
      {
        condition: `contains([${values}], var.${name})`,
        message: `${name} must be one of ${node.enum.join(', ')}.`,
      },
    ];
  }
  const { minimum, maximum } = node;
  const isNullable = Array.isArray(node.type) && node.type.includes('null');
  const type = Array.isArray(node.type) ? node.type[0] : node.type;
  if ((type === 'integer' || type === 'number') && minimum !== undefined && maximum !== undefined) {
    const isWhole = type === 'integer' ? ` && floor(var.${name}) == var.${name}` : '';
    return [
      {
        condition: isNullable
          ? `var.${name} == null ? true : var.${name} >= ${minimum} && var.${name} <= ${maximum}${isWhole}`
          : `var.${name} >= ${minimum} && var.${name} <= ${maximum}${isWhole}`,
        message: `${name} must be a ${type === 'integer' ? 'whole ' : ''}number from ${minimum} to ${maximum}.`,
      },
    ];
  }
  if (type === 'array') return describeItems(name, node);
  if (type === 'object') return describeNames(name, node);
  if (type !== 'string') return [];
  const matches = describeForm(`var.${name}`, node);
  if (matches === '') return [];
  return [
    {
      // Terraform before 1.12 evaluates both sides of `||`.
      condition: isNullable ? `var.${name} == null ? true : ${matches}` : matches,
      message: `${name} must be ${isNullable ? 'null or ' : ''}${describePattern(node)}.`,
    },
  ];
}

/** A list of texts. */
function describeItems(name: string, node: JsonObject): Validation[] {
  const items = dereference(node.items);
  const matches = items.type === 'string' ? describeForm('item', items) : '';
  const count = node.maxItems === undefined ? [] : [`length(var.${name}) <= ${node.maxItems}`];
  const condition = [
    ...count,
    ...(matches === '' ? [] : [`alltrue([for item in var.${name} : ${matches}])`]),
  ].join(' && ');
  if (condition === '') return [];
  const most = node.maxItems === undefined ? '' : `at most ${node.maxItems} entries`;
  const form = matches === '' ? '' : `, each ${describePattern(items)}`;
  return [{ condition, message: `${name} must have ${most}${form}.` }];
}

/** The names of a map of texts. */
function describeNames(name: string, { propertyNames }: JsonObject): Validation[] {
  const names = dereference(propertyNames);
  const matches = describeForm('name', names);
  if (matches === '') return [];
  return [
    {
      condition: `alltrue([for name in keys(var.${name}) : ${matches}])`,
      message: `${name}: each name must be ${describePattern(names)}.`,
    },
  ];
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
