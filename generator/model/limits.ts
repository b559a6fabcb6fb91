// The schema's limits as Terraform validations, which also check values given with -var.
import type { JsonObject } from '../spec/json.ts';
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
  if (typeof node.pattern !== 'string') return [];
  const matches = `can(regex(${quotePattern(node.pattern)}, var.${name}))`;
  return [
    {
      condition: isNullable ? `var.${name} == null || ${matches}` : matches,
      message: `${name} must be ${isNullable ? 'null or ' : ''}${describePattern(node)}.`,
    },
  ];
}

/** The schema's description of a pattern, which is easier to read than a regular expression. */
function describePattern({ patternDescription, examples }: JsonObject): string {
  const example = Array.isArray(examples) ? `, for example ${String(examples[0])}` : '';
  return `${String(patternDescription)}${example}`;
}

/** A regular expression as an HCL string; Terraform's RE2 supports all syntax of the schema's patterns. */
function quotePattern(pattern: string): string {
  return JSON.stringify(pattern).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
