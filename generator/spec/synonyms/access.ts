// Words for the API and the network.
import type { Synonym } from './synonym.ts';

const CERTIFICATES = ['certificate', 'cert', 'cert_arn', 'acm_certificate_arn', 'ssl_certificate'];
const ZONES = ['zone', 'zone_id', 'hosted_zone', 'route53_zone_id'];
export const ACCESS_SYNONYMS: readonly Synonym[] = [
  { under: 'api_gateway', words: ['stage', 'stage_variables'], settings: ['api_gateway.stage_name'] },
  {
    under: 'api_gateway',
    words: ['domain_name', 'custom_domain', 'host', 'hostname'],
    settings: ['api_gateway.domain.name'],
  },
  {
    under: 'api_gateway',
    words: [...CERTIFICATES, 'certificate_arn'],
    settings: ['api_gateway.domain.certificate_arn'],
  },
  {
    under: 'api_gateway',
    words: [...ZONES, 'hosted_zone_id'],
    settings: ['api_gateway.domain.hosted_zone_id'],
  },
  {
    under: 'domain',
    words: ['domain_name', 'domain', 'custom_domain', 'host', 'hostname', 'fqdn'],
    settings: ['api_gateway.domain.name'],
  },
  { under: 'domain', words: CERTIFICATES, settings: ['api_gateway.domain.certificate_arn'] },
  { under: 'domain', words: ZONES, settings: ['api_gateway.domain.hosted_zone_id'] },
  {
    under: 'api_gateway',
    words: [
      'cors',
      'auth',
      'authorizer',
      'authorizers',
      'api_key',
      'api_key_required',
      'usage_plan',
      'jwt',
      'authorization',
    ],
    advice: 'remove it: the API has no such setting; Sonotheia signs each request',
  },
  {
    under: 'api_gateway',
    words: [
      'caching',
      'cache',
      'binary_media_types',
      'minimum_compression_size',
      'path',
      'paths',
      'routes',
      'mtls',
      'mutual_tls',
      'models',
      'validators',
      'canary',
    ],
    advice: 'remove it: the API has no such setting; its paths are /webhook and /health',
  },
  {
    under: 'api_gateway',
    words: ['type', 'endpoint_type', 'endpoint_configuration', 'private', 'http_api', 'rest_api'],
    advice: 'remove it: the API is a regional REST API',
  },
  {
    words: ['rate_limit', 'throttle', 'throttling', 'rate', 'requests_per_second'],
    settings: ['api_gateway.throttling_rate_limit', 'api_gateway.throttling_burst_limit'],
  },
  {
    words: ['burst', 'burst_limit', 'throttling_burst'],
    settings: ['api_gateway.throttling_burst_limit'],
  },
  {
    under: 'api_gateway',
    words: ['logging', 'logs', 'access_log', 'access_logs', 'access_log_settings', 'log_retention'],
    settings: ['logs.retention_days'],
    advice: 'the API always logs',
  },
  { under: 'api_gateway', words: ['metrics', 'metrics_enabled'], settings: ['api_gateway.detailed_metrics'] },
  {
    words: ['webhook', 'hook', 'api', 'endpoint', 'http', 'rest_api', 'http_api'],
    settings: ['api_gateway'],
  },
  {
    words: [
      'whitelist',
      'allow_list',
      'allowed_ips',
      'ip_whitelist',
      'allowlist',
      'allowed_cidrs',
      'cidr_blocks',
      'resource_policy',
    ],
    settings: ['api_gateway.ip_allow_list'],
  },
  {
    words: [
      'firewall',
      'web_acl',
      'wafv2',
      'web_application_firewall',
      'enable_waf',
      'waf_enabled',
      'waf_rules',
    ],
    settings: ['waf.enabled'],
  },
  { under: 'waf', words: ['rate_limit', 'limit'], settings: ['waf.rate_limit_per_5_minutes'] },
  {
    words: ['domain', 'domain_name', 'custom_domain', 'hostname', 'dns'],
    settings: ['api_gateway.domain.name'],
  },
  { words: CERTIFICATES, settings: ['api_gateway.domain.certificate_arn'] },
  {
    words: [
      'network',
      'networking',
      'subnet',
      'subnets',
      'private_subnets',
      'security_groups',
      'security_group',
      'vpc_id',
      'vpc_config',
    ],
    settings: ['vpc.subnet_ids', 'vpc.security_group_ids'],
    isAll: true,
    advice: 'both lists or neither',
  },
  { under: 'vpc', words: ['subnets', 'subnet', 'private_subnets'], settings: ['vpc.subnet_ids'] },
  {
    under: 'vpc',
    words: ['security_groups', 'security_group', 'sg', 'sgs'],
    settings: ['vpc.security_group_ids'],
  },
  {
    under: 'vpc',
    words: ['id', 'vpc_id', 'enabled', 'cidr', 'cidr_block', 'nat_gateway', 'nat', 'create'],
    settings: ['vpc.subnet_ids', 'vpc.security_group_ids'],
    isAll: true,
    advice: 'the functions join a VPC that you have: AWS knows it by its subnets',
  },
];
