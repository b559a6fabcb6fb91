// The mutated files, and the tests that must fail: those that run within one process and take seconds.

/** @typedef {{ readonly mutate: readonly string[], readonly tests: readonly string[] }} Area */

/** @type {Readonly<Record<string, Area>>} */
export const AREAS = {
  signature: {
    mutate: ['handlers/webhook_handler/signature.ts', 'handlers/shared/secret-cache.ts'],
    tests: [
      'handlers/webhook_handler/signature.test.ts',
      'handlers/webhook_handler/handle-request.test.ts',
      'handlers/shared/secret-cache.test.ts',
    ],
  },
  storing: {
    mutate: [
      'handlers/webhook_handler/parse-event.ts',
      'handlers/webhook_handler/receive-event.ts',
      'handlers/shared/session-event.ts',
      'handlers/shared/announce-event.ts',
      'handlers/shared/adapters/attribute-values.ts',
      'handlers/shared/adapters/dynamodb-session-store.ts',
    ],
    tests: [
      'handlers/webhook_handler/handle-request.test.ts',
      'handlers/webhook_handler/delivery.test.ts',
      'handlers/shared/json.test.ts',
      'handlers/shared/session-event.test.ts',
      'handlers/shared/adapters/attribute-values.test.ts',
      'handlers/shared/adapters/dynamodb-session-store.test.ts',
      'handlers/shared/adapters/adapters.process.test.ts',
    ],
  },
  hcl: {
    mutate: ['generator/literals/hcl.ts', 'generator/literals/yaml.ts'],
    tests: [
      'generator/literals/hcl.test.ts',
      'generator/literals/yaml.test.ts',
      'test/mutation/golden-texts.test.ts',
    ],
  },
  writer: {
    mutate: ['generator/write/*.ts'],
    tests: [
      'generator/write/change-plan.test.ts',
      'generator/write/compare-tree.test.ts',
      'generator/write/failing-disk.test.ts',
      'generator/write/file-system.test.ts',
      'generator/write/journal.test.ts',
      'generator/write/lock.test.ts',
      'generator/write/manifest.test.ts',
      'generator/write/output-path.test.ts',
      'generator/write/workflow-tree.test.ts',
      'generator/write/write-tree.test.ts',
    ],
  },
  rules: {
    mutate: ['generator/spec/rules/*.ts'],
    tests: [
      'generator/spec/rules/cron.test.ts',
      'generator/spec/rules/rules.test.ts',
      'generator/spec/rules/terraform-version.test.ts',
      'generator/spec/rules/url.test.ts',
      'test/docs/diagnostics.test.ts',
      'test/mutation/golden-texts.test.ts',
    ],
  },
};
