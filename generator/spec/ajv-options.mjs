// How Ajv reads the schema. Plain JavaScript: the build of the bundle uses it (generator/start/precompile.mjs).

/** Keywords that only diagnostics and documentation read; they do not affect validation. */
export const ANNOTATIONS = ['patternDescription', 'limitSource', 'unit', 'enumDescriptions'];

const TEXT = { type: 'string', minLength: 1 };

/**
 * The keyword of `TerraformKeyword` accepts every value, and a mistake in it makes the schema invalid.
 * @satisfies {import('ajv').KeywordDefinition}
 */
export const TERRAFORM_KEYWORD = {
  keyword: 'x-terraform',
  metaSchema: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      variable: { type: 'string', pattern: '^[a-z][a-z0-9_]*$' },
      documented: { const: true },
      features: { type: 'array', items: TEXT, minItems: 1 },
      description: TEXT,
      validation: {
        type: 'object',
        additionalProperties: false,
        required: ['condition', 'message'],
        properties: { condition: TEXT, message: TEXT },
      },
      usedBy: TEXT,
    },
    dependencies: {
      documented: ['variable'],
      description: ['variable'],
      validation: ['variable'],
      usedBy: { maxProperties: 1 },
    },
  },
};

/**
 * All problems at once, each with the value and the part of the schema that it is about.
 * @type {import('ajv').Options}
 */
export const AJV_OPTIONS = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  verbose: true,
  messages: false,
  keywords: [...ANNOTATIONS, TERRAFORM_KEYWORD],
  // Compile a definition that many settings share once: half the code to load. `validateSpec` adds the key to an error
  // of `propertyNames`, which Ajv leaves out then.
  inlineRefs: false,
};
