// The IAM actions that the AWS provider needs for each resource type, to refresh it and to create, change and delete it.
// Taken from the provider's requests in tests, else from AWS's service authorization reference.

export interface Permissions {
  /** To refresh it, for a plan. */
  readonly read?: readonly string[];
  /** To create, change and delete it. */
  readonly write?: readonly string[];
}

const TAG_ON = (service: string): string[] => [`${service}:TagResource`, `${service}:UntagResource`];
const API_CHANGES = ['apigateway:DELETE', 'apigateway:PATCH', 'apigateway:POST', 'apigateway:PUT'];
const API: Permissions = { read: ['apigateway:GET'], write: API_CHANGES };
const BUCKET_POLICY_LIKE = (name: string): Permissions => ({
  read: ['s3:GetBucket*'],
  write: [`s3:PutBucket${name}`],
});
/** Terraform's own. */
const NOTHING: Permissions = {};

export const RESOURCE_PERMISSIONS: Readonly<Record<string, Permissions>> = {
  'data.aws_caller_identity': NOTHING,
  'data.aws_dynamodb_tables': { read: ['dynamodb:ListTables'] },
  'data.aws_dynamodb_table': {
    read: ['dynamodb:DescribeContinuousBackups', 'dynamodb:DescribeTable', 'dynamodb:DescribeTimeToLive'],
  },
  'data.aws_iam_policy_document': NOTHING,
  'data.aws_partition': NOTHING,
  'data.aws_secretsmanager_secret': {
    read: ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy', 'secretsmanager:ListSecrets'],
  },
  aws_api_gateway_account: { ...API, write: [...API_CHANGES, 'iam:PassRole'] },
  aws_api_gateway_base_path_mapping: API,
  aws_api_gateway_deployment: API,
  aws_api_gateway_domain_name: { ...API, write: [...API_CHANGES, 'iam:CreateServiceLinkedRole'] },
  aws_api_gateway_gateway_response: API,
  aws_api_gateway_integration: API,
  aws_api_gateway_method: API,
  aws_api_gateway_method_settings: API,
  aws_api_gateway_resource: API,
  aws_api_gateway_rest_api: API,
  aws_api_gateway_rest_api_policy: { ...API, write: [...API_CHANGES, 'apigateway:UpdateRestApiPolicy'] },
  aws_api_gateway_stage: API,
  aws_appautoscaling_policy: {
    read: ['application-autoscaling:DescribeScalingPolicies', 'cloudwatch:DescribeAlarms'],
    // The alarms of a target tracking policy are created with the caller's permissions.
    write: [
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:PutScalingPolicy',
      'cloudwatch:DeleteAlarms',
      'cloudwatch:PutMetricAlarm',
    ],
  },
  aws_appautoscaling_target: {
    read: ['application-autoscaling:DescribeScalableTargets', 'application-autoscaling:ListTagsForResource'],
    write: [
      'application-autoscaling:DeregisterScalableTarget',
      'application-autoscaling:RegisterScalableTarget',
      ...TAG_ON('application-autoscaling'),
      'iam:CreateServiceLinkedRole',
    ],
  },
  aws_cloudwatch_dashboard: {
    read: ['cloudwatch:GetDashboard'],
    write: ['cloudwatch:DeleteDashboards', 'cloudwatch:PutDashboard'],
  },
  aws_cloudwatch_log_group: {
    read: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
    write: [
      'logs:CreateLogGroup',
      'logs:DeleteLogGroup',
      'logs:DeleteRetentionPolicy',
      'logs:PutRetentionPolicy',
      ...TAG_ON('logs'),
    ],
  },
  aws_cloudwatch_log_resource_policy: {
    read: ['logs:DescribeResourcePolicies'],
    write: ['logs:DeleteResourcePolicy', 'logs:PutResourcePolicy'],
  },
  aws_cloudwatch_metric_alarm: {
    read: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
    write: ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm', ...TAG_ON('cloudwatch')],
  },
  aws_dynamodb_table: {
    read: [
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:ListTagsOfResource',
    ],
    write: [
      'dynamodb:CreateTable',
      'dynamodb:DeleteTable',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
      ...TAG_ON('dynamodb'),
    ],
  },
  aws_iam_role: {
    read: [
      'iam:GetRole',
      'iam:ListAttachedRolePolicies',
      'iam:ListInstanceProfilesForRole',
      'iam:ListRolePolicies',
    ],
    write: [
      'iam:CreateRole',
      'iam:DeleteRole',
      'iam:PassRole',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
      'iam:UpdateRoleDescription',
    ],
  },
  aws_iam_role_policy: {
    read: ['iam:GetRolePolicy'],
    write: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
  },
  aws_iam_role_policy_attachment: {
    read: ['iam:ListAttachedRolePolicies'],
    write: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
  },
  aws_kms_alias: {
    read: ['kms:ListAliases'],
    write: ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
  },
  aws_kms_key: {
    read: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
    write: [
      'kms:CreateKey',
      'kms:EnableKeyRotation',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
      'kms:UpdateKeyDescription',
      ...TAG_ON('kms'),
    ],
  },
  aws_lambda_event_source_mapping: {
    read: ['lambda:GetEventSourceMapping', 'lambda:ListEventSourceMappings', 'lambda:ListTags'],
    write: [
      'lambda:CreateEventSourceMapping',
      'lambda:DeleteEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      ...TAG_ON('lambda'),
    ],
  },
  aws_lambda_function: {
    read: [
      'lambda:GetFunction',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionConfiguration',
      'lambda:ListTags',
      'lambda:ListVersionsByFunction',
    ],
    write: [
      'lambda:CreateFunction',
      'lambda:DeleteFunction',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      ...TAG_ON('lambda'),
    ],
  },
  aws_lambda_permission: {
    read: ['lambda:GetPolicy'],
    write: ['lambda:AddPermission', 'lambda:RemovePermission'],
  },
  aws_route53_record: {
    read: ['route53:GetHostedZone', 'route53:ListResourceRecordSets'],
    write: ['route53:ChangeResourceRecordSets', 'route53:GetChange'],
  },
  aws_s3_bucket: {
    read: [
      's3:GetAccelerateConfiguration',
      's3:GetBucket*',
      's3:GetEncryptionConfiguration',
      's3:GetLifecycleConfiguration',
      's3:GetReplicationConfiguration',
      's3:ListBucket',
      // From version 6 of the provider on.
      's3:ListTagsForResource',
    ],
    write: ['s3:CreateBucket', 's3:DeleteBucket', 's3:PutBucketTagging', ...TAG_ON('s3')],
  },
  aws_s3_bucket_lifecycle_configuration: {
    read: ['s3:GetLifecycleConfiguration'],
    write: ['s3:PutLifecycleConfiguration'],
  },
  aws_s3_bucket_logging: BUCKET_POLICY_LIKE('Logging'),
  aws_s3_bucket_notification: BUCKET_POLICY_LIKE('Notification'),
  aws_s3_bucket_ownership_controls: BUCKET_POLICY_LIKE('OwnershipControls'),
  aws_s3_bucket_policy: { read: ['s3:GetBucket*'], write: ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy'] },
  aws_s3_bucket_public_access_block: BUCKET_POLICY_LIKE('PublicAccessBlock'),
  aws_s3_bucket_server_side_encryption_configuration: {
    read: ['s3:GetEncryptionConfiguration'],
    write: ['s3:PutEncryptionConfiguration'],
  },
  aws_s3_bucket_versioning: BUCKET_POLICY_LIKE('Versioning'),
  aws_secretsmanager_secret: {
    read: ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'],
    write: [
      'secretsmanager:CreateSecret',
      'secretsmanager:DeleteSecret',
      'secretsmanager:RestoreSecret',
      'secretsmanager:UpdateSecret',
      ...TAG_ON('secretsmanager'),
    ],
  },
  aws_secretsmanager_secret_version: {
    read: ['secretsmanager:GetSecretValue'],
    write: [
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
  },
  aws_sns_topic: {
    read: ['sns:GetTopicAttributes', 'sns:ListTagsForResource'],
    write: ['sns:CreateTopic', 'sns:DeleteTopic', 'sns:SetTopicAttributes', ...TAG_ON('sns')],
  },
  aws_sns_topic_policy: { read: ['sns:GetTopicAttributes'], write: ['sns:SetTopicAttributes'] },
  aws_sns_topic_subscription: {
    read: ['sns:GetSubscriptionAttributes', 'sns:ListSubscriptionsByTopic'],
    write: ['sns:SetSubscriptionAttributes', 'sns:Subscribe', 'sns:Unsubscribe'],
  },
  aws_sqs_queue: {
    read: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
    write: ['sqs:CreateQueue', 'sqs:DeleteQueue', 'sqs:SetQueueAttributes', 'sqs:TagQueue', 'sqs:UntagQueue'],
  },
  aws_sqs_queue_policy: { read: ['sqs:GetQueueAttributes'], write: ['sqs:SetQueueAttributes'] },
  aws_sqs_queue_redrive_allow_policy: {
    read: ['sqs:GetQueueAttributes'],
    write: ['sqs:SetQueueAttributes'],
  },
  aws_wafv2_web_acl: {
    read: ['wafv2:GetWebACL', 'wafv2:ListTagsForResource'],
    write: ['wafv2:CreateWebACL', 'wafv2:DeleteWebACL', 'wafv2:UpdateWebACL', ...TAG_ON('wafv2')],
  },
  aws_wafv2_web_acl_association: {
    read: ['wafv2:GetWebACLForResource'],
    write: ['apigateway:SetWebACL', 'wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL'],
  },
  aws_wafv2_web_acl_logging_configuration: {
    read: ['wafv2:GetLoggingConfiguration'],
    write: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'wafv2:DeleteLoggingConfiguration',
      'wafv2:PutLoggingConfiguration',
    ],
  },
};

/**
 * The actions that an argument needs in addition to its resource. The .tfvars files contain a variable when an
 * environment differs from its default.
 */
export const ARGUMENT_PERMISSIONS: readonly (Permissions & { readonly argument: RegExp })[] = [
  {
    argument: /^s3_force_destroy\s*= true$/m,
    write: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetBucketVersioning', 's3:ListBucketVersions'],
  },
  {
    argument: /^(?:webhook|audio)_reserved_concurrency\b/m,
    write: ['lambda:DeleteFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
  },
  { argument: /^lambda_layers\b/m, write: ['lambda:GetLayerVersion'] },
  { argument: /^iam_permissions_boundary\b/m, write: ['iam:PutRolePermissionsBoundary'] },
  {
    argument: /^vpc_subnet_ids\b/m,
    read: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
  },
  {
    // A function's variables are encrypted with the stack's key, and so are the secrets, the table and the log groups.
    argument: /^(?:kms_key_arn|manage_kms_key)\b/m,
    read: ['kms:Decrypt'],
    write: [
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
      'logs:AssociateKmsKey',
      'logs:DisassociateKmsKey',
    ],
  },
  // The key of the state, which a role for the state uses itself where there is one.
  {
    argument: /^kms_key_id\s*= ".*"\n(?!(?:.*\n){0,2}assume_role)/m,
    read: ['kms:Decrypt'],
    write: ['kms:GenerateDataKey'],
  },
  // SNS gets the roles of streams and of the log of deliveries.
  { argument: /^result_delivery_log_role_arn\b|role_arn" = "arn/m, write: ['iam:PassRole'] },
  { argument: /^assume_role\s*=/m, read: ['sts:AssumeRole'] },
  // API Gateway creates its service-linked role for X-Ray with the first traced stage of an account.
  {
    argument: /^enable_xray_tracing\b.*^ {2}xray_tracing_enabled\b/ms,
    write: ['iam:CreateServiceLinkedRole'],
  },
];
