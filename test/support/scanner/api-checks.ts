import { type Check, forEach, type Has } from './check.ts';
import { block, blocks, type Resource, type StackState, type Values } from './stack-state.ts';

const forStages = (id: string, asks: string, has: Has): Check =>
  forEach('aws_api_gateway_stage', id, asks, has);
const forMethods = (id: string, asks: string, has: Has): Check =>
  forEach('aws_api_gateway_method', id, asks, has);
const forSettings = (id: string, asks: string, has: Has): Check =>
  forEach('aws_api_gateway_method_settings', id, asks, (values, stack) =>
    has(block(values, 'settings'), stack),
  );
const forAcls = (id: string, asks: string, has: Has): Check => forEach('aws_wafv2_web_acl', id, asks, has);

/** No state holds lifecycle arguments. */
const replacesWithoutGap = (type: string, id: string): Check => ({
  id,
  asks: 'create_before_destroy',
  findFailures: ({ of, hcl }) =>
    of(type).filter(({ address }) => {
      const [, name] = address.split('.');
      const body = hcl.split(`resource "${type}" "${name}" {`)[1]?.split('\n}\n')[0] ?? '';
      return !/create_before_destroy\s+= true/.test(body);
    }),
});

const authorized = ({ authorization, api_key_required }: Values): boolean =>
  authorization !== 'NONE' || api_key_required === true;

function findAcl(stack: StackState, stage: Resource): Values | undefined {
  const association = stack
    .of('aws_wafv2_web_acl_association')
    .find(({ values }) => values.resource_arn === stage.values.arn);
  return stack.of('aws_wafv2_web_acl').find(({ values }) => values.arn === association?.values.web_acl_arn)
    ?.values;
}

function blocksBadInputs(acl: Values | undefined): boolean {
  return blocks(acl ?? {}, 'rule').some((rule) => {
    const group = block(block(rule, 'statement'), 'managed_rule_group_statement');
    const isObeyed = blocks(block(rule, 'override_action'), 'none').length > 0;
    return group.name === 'AWSManagedRulesKnownBadInputsRuleSet' && isObeyed;
  });
}

export const API_CHECKS: readonly Check[] = [
  forMethods('CKV_AWS_59', 'no open access', authorized),
  forMethods('CKV2_AWS_53', 'validated requests', ({ request_validator_id }) =>
    Boolean(request_validator_id),
  ),
  forStages('CKV_AWS_73', 'X-Ray tracing', ({ xray_tracing_enabled }) => xray_tracing_enabled === true),
  forStages('CKV_AWS_76', 'access logs', (values) =>
    Boolean(block(values, 'access_log_settings').destination_arn),
  ),
  forStages('CKV_AWS_120', 'a cache', ({ cache_cluster_enabled }) => cache_cluster_enabled === true),
  forStages('CKV2_AWS_51', 'a client certificate', ({ client_certificate_id }) =>
    Boolean(client_certificate_id),
  ),
  {
    id: 'CKV2_AWS_29',
    asks: 'a firewall',
    findFailures: (stack) =>
      stack.of('aws_api_gateway_stage').filter((stage) => findAcl(stack, stage) === undefined),
  },
  {
    id: 'CKV2_AWS_77',
    asks: 'a firewall that knows Log4j',
    findFailures: (stack) =>
      stack.of('aws_api_gateway_stage').filter((stage) => !blocksBadInputs(findAcl(stack, stage))),
  },
  replacesWithoutGap('aws_api_gateway_deployment', 'CKV_AWS_217'),
  replacesWithoutGap('aws_api_gateway_rest_api', 'CKV_AWS_237'),
  forSettings('CKV_AWS_225', 'caching', ({ caching_enabled }) => caching_enabled === true),
  forSettings(
    'CKV_AWS_276',
    'no bodies in the logs',
    ({ data_trace_enabled }) => data_trace_enabled !== true,
  ),
  forSettings(
    'CKV_AWS_308',
    'a cache, if any, that is encrypted',
    ({ caching_enabled, cache_data_encrypted }) => caching_enabled !== true || cache_data_encrypted === true,
  ),
  forStages('CKV2_AWS_4', 'a log level and metrics for each method', ({ rest_api_id }, stack) =>
    stack.of('aws_api_gateway_method_settings').some(({ values }) => {
      const { logging_level, metrics_enabled } = block(values, 'settings');
      const isLogged = ['ERROR', 'INFO'].includes(String(logging_level));
      return values.rest_api_id === rest_api_id && isLogged && metrics_enabled === true;
    }),
  ),
  forAcls('CKV_AWS_175', 'rules', (values) => blocks(values, 'rule').length > 0),
  forAcls('CKV_AWS_192', 'rules against Log4j', blocksBadInputs),
  forAcls('CKV_AWS_342', 'an action in each rule', (values) =>
    blocks(values, 'rule').every(
      (rule) => blocks(rule, 'action').length + blocks(rule, 'override_action').length > 0,
    ),
  ),
  forAcls('CKV2_AWS_31', 'logs', ({ arn }, stack) =>
    stack.of('aws_wafv2_web_acl_logging_configuration').some(({ values }) => values.resource_arn === arn),
  ),
];
