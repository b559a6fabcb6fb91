// The printed policies by AWS's service authorization reference.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import { judgeStatement } from '../../test/support/permissions/authorization-data.ts';
import { selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import { listStatements } from './policy.ts';

const SPEC = `
project_name: acme-voice
environments:
  live:
    regions: [eu-west-1, us-east-1]
    dynamodb: { event_type_index: true }
    kms: { managed: true }
`;

test.each(['find', 'forget'] as const)(
  '%s: actions that exist, on resources that they take',
  async (purpose) => {
    const spec = compileSpec('sonotheia.config.yaml', Buffer.from(SPEC));
    if (!spec.ok) throw new Error(JSON.stringify(spec.diagnostics));
    const caller = { accountId: '123456789012' };
    const stacks = selectStacks(selectEnvironment(spec.value, ['live']), [], caller);
    const statements = listStatements(stacks, caller, purpose);
    const problems = await Promise.all(statements.map((statement) => judgeStatement(statement)));
    expect(problems.flat()).toEqual([]);
    const page = readFileSync('docs/sessions.md', 'utf8');
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    expect(statements.flatMap(({ Resource }) => Resource).filter((resource) => resource === '*')).toEqual([]);
  },
);
