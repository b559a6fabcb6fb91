// Generated from schema/sonotheia.config.schema.json by `npm run generate:types`. Do not edit.

/**
 * First part of the names of the bucket, table, topics and queues. Lower case, because it is part of a bucket name; AWS's limits on the expanded names are checked too.
 */
export type ProjectName = string;
/**
 * First part of the function and role names: `<prefix>-webhook-handler-<environment>`. Choose another one for a second project in the same account.
 */
export type FunctionPrefix = string;
/**
 * Base URL of the Sonotheia API; https, or http for localhost.
 */
export type SonotheiaApiUrl = string;
/**
 * ARN of a customer-managed key for bucket, table, secrets, queues, topics, logs and function environments, in the stack's region. Its policy must let those services use it.
 */
export type KmsKeyArn = string | null;
/**
 * Subscribers of the results topic, each with its own filter.
 *
 * @maxItems 100
 */
export type Subscriptions = Subscription[];
/**
 * An AWS region's code.
 */
export type Region =
  | 'af-south-1'
  | 'ap-east-1'
  | 'ap-east-2'
  | 'ap-northeast-1'
  | 'ap-northeast-2'
  | 'ap-northeast-3'
  | 'ap-south-1'
  | 'ap-south-2'
  | 'ap-southeast-1'
  | 'ap-southeast-2'
  | 'ap-southeast-3'
  | 'ap-southeast-4'
  | 'ap-southeast-5'
  | 'ap-southeast-6'
  | 'ap-southeast-7'
  | 'ca-central-1'
  | 'ca-west-1'
  | 'cn-north-1'
  | 'cn-northwest-1'
  | 'eu-central-1'
  | 'eu-central-2'
  | 'eu-north-1'
  | 'eu-south-1'
  | 'eu-south-2'
  | 'eu-west-1'
  | 'eu-west-2'
  | 'eu-west-3'
  | 'il-central-1'
  | 'me-central-1'
  | 'me-south-1'
  | 'mx-central-1'
  | 'sa-east-1'
  | 'us-east-1'
  | 'us-east-2'
  | 'us-gov-east-1'
  | 'us-gov-west-1'
  | 'us-west-1'
  | 'us-west-2';

/**
 * Environments and regions of a Sonotheia integration on AWS, and their settings.
 */
export interface SonotheiaConfig {
  project_name: ProjectName;
  function_prefix?: FunctionPrefix;
  tags?: Tags;
  terraform?: Terraform;
  build?: Build;
  defaults?: Defaults;
  /**
   * The environments in their order of promotion. The first one is what `terraform apply` without a var-file deploys.
   */
  environments: {
    [k: string]: Environment;
  };
}
/**
 * Tags on every resource, in addition to Project, Environment and ManagedBy. AWS allows 50 tags a resource.
 */
export interface Tags {
  [k: string]: string;
}
/**
 * What the generated tree asks of Terraform.
 */
export interface Terraform {
  /**
   * Least Terraform version, as `>= 1.N` or `>= 1.N.P`; at least 1.6. Below 1.11 managed secrets are kept in the state, because write-only arguments are missing.
   */
  required_version?: string;
}
/**
 * How the function packages are built; the same for all environments.
 */
export interface Build {
  /**
   * Lambda runtime of both functions.
   */
  runtime?: 'nodejs22.x';
  /**
   * Put source maps into the packages, for readable stack traces in larger packages.
   */
  source_maps?: boolean;
}
/**
 * Settings that all environments share.
 */
export interface Defaults {
  sonotheia_api_url?: SonotheiaApiUrl;
  lambda?: Lambda;
  api_gateway?: ApiGateway;
  monitoring?: Monitoring;
  s3?: S3;
  dynamodb?: Dynamodb;
  audio?: Audio;
  logs?: Logs;
  vpc?: Vpc;
  kms_key_arn?: KmsKeyArn;
  secrets?: Secrets;
  risk?: Risk;
  subscriptions?: Subscriptions;
  traffic?: Traffic;
}
/**
 * Size and behaviour of both functions.
 */
export interface Lambda {
  /**
   * Memory of each function in MB; CPU grows with it.
   */
  memory_size?: number;
  /**
   * Longest run of each function in seconds. The queue's visibility timeout is six times this.
   */
  timeout?: number;
  /**
   * Processor of the functions; arm64 costs about a fifth less.
   */
  architecture?: 'arm64' | 'x86_64';
  /**
   * Least severe level that the functions log.
   */
  log_level?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  /**
   * Record traces of the functions and the API stage with AWS X-Ray.
   */
  xray_tracing?: boolean;
}
/**
 * The REST API that receives webhooks.
 */
export interface ApiGateway {
  /**
   * Create the REST API with POST /webhook and GET /health.
   */
  enabled?: boolean;
  /**
   * Stage of the API and first part of its paths.
   */
  stage_name?: string;
  /**
   * Requests a second that the stage accepts in the long run; more are answered with 429.
   */
  throttling_rate_limit?: number;
  /**
   * Requests that the stage accepts at once.
   */
  throttling_burst_limit?: number;
  /**
   * Who makes the IAM role with which API Gateway writes logs. AWS keeps one such setting per account and region: `auto` lets the first environment of each region own it, `always` and `never` decide by hand (one account per environment: `always`).
   */
  account_role?: 'auto' | 'always' | 'never';
}
/**
 * Alarms, their topic and the dashboard.
 */
export interface Monitoring {
  /**
   * Create the alarms and the encrypted alarm topic.
   */
  enabled?: boolean;
  /**
   * Address that is subscribed to the alarm topic; AWS asks it for confirmation.
   */
  alarm_email?: string | null;
  /**
   * Create a CloudWatch dashboard of the functions, API and table.
   */
  dashboard?: boolean;
  /**
   * Alarm when more than this share of a function's invocations fails, in percent over five minutes.
   */
  error_rate_percent?: number;
  /**
   * Alarm when an invocation takes longer than this, in seconds. Must stay below the functions' timeout.
   */
  duration_seconds?: number;
  /**
   * Alarm when the API answers with more 5xx errors than this within five minutes.
   */
  api_5xx_count?: number;
  /**
   * Alarm when an uploaded file has waited longer than this, in seconds.
   */
  queue_age_seconds?: number;
}
/**
 * Lifecycle and protection of the audio bucket.
 */
export interface S3 {
  /**
   * Days after which audio moves from standard storage to Infrequent Access. AWS asks for at least 30.
   */
  audio_retention_days?: number;
  /**
   * Days after which audio moves to Glacier. More than `audio_retention_days`.
   */
  glacier_days?: number;
  /**
   * Days after which audio is deleted. More than `glacier_days`.
   */
  expiration_days?: number;
  /**
   * Days after which the parts of an unfinished multipart upload are removed.
   */
  abort_incomplete_upload_days?: number;
  /**
   * Keep overwritten and deleted audio as old versions; they expire after `audio_retention_days`.
   */
  versioning?: boolean;
  /**
   * Let `terraform destroy` delete the bucket together with the audio in it.
   */
  force_destroy?: boolean;
  /**
   * Bucket names are unique in the whole world: `none` for the plain name, `account-id` for the account's number, or a text of your own.
   */
  bucket_suffix?: string;
}
/**
 * Billing and protection of the DynamoDB table.
 */
export interface Dynamodb {
  /**
   * Pay per request, or provisioned capacity with autoscaling.
   */
  billing_mode?: 'PAY_PER_REQUEST' | 'PROVISIONED';
  /**
   * Read capacity units kept at all times (provisioned billing).
   */
  min_read_capacity?: number;
  /**
   * Read capacity units that autoscaling may reach (provisioned billing).
   */
  max_read_capacity?: number;
  /**
   * Write capacity units kept at all times (provisioned billing).
   */
  min_write_capacity?: number;
  /**
   * Write capacity units that autoscaling may reach (provisioned billing).
   */
  max_write_capacity?: number;
  /**
   * Share of the capacity that autoscaling aims for, in percent (provisioned billing).
   */
  target_utilization_percent?: number;
  /**
   * Days after which DynamoDB deletes an item by its `ttl`.
   */
  ttl_days?: number;
  /**
   * Continuous backups of the last 35 days.
   */
  point_in_time_recovery?: boolean;
  /**
   * Refuse to delete the table.
   */
  deletion_protection?: boolean;
}
/**
 * The queue between the bucket and the audio processor.
 */
export interface Audio {
  /**
   * Uploads that one invocation of the audio processor handles.
   */
  batch_size?: number;
  /**
   * Invocations of the audio processor that the queue may start at once.
   */
  max_concurrency?: number;
  /**
   * Requests a minute that the Sonotheia API allows; divided among the concurrent instances of the audio processor.
   */
  api_requests_per_minute?: number;
  /**
   * Tries after which a message goes to the dead-letter queue.
   */
  max_receive_count?: number;
  /**
   * Days that a message waits in the queue.
   */
  queue_retention_days?: number;
  /**
   * Days that a failed message is kept. Longer than `queue_retention_days`, because a message keeps its age when it moves.
   */
  dlq_retention_days?: number;
}
/**
 * CloudWatch log groups.
 */
export interface Logs {
  /**
   * Days that logs are kept; the values that CloudWatch knows.
   */
  retention_days?:
    | 1
    | 3
    | 5
    | 7
    | 14
    | 30
    | 60
    | 90
    | 120
    | 150
    | 180
    | 365
    | 400
    | 545
    | 731
    | 1096
    | 1827
    | 2192
    | 2557
    | 2922
    | 3288
    | 3653;
}
/**
 * Runs the functions inside a VPC. Both lists or neither.
 */
export interface Vpc {
  /**
   * Private subnets of the functions; two availability zones or more are advised.
   *
   * @maxItems 16
   */
  subnet_ids?: string[];
  /**
   * Security groups of the functions' network interfaces.
   *
   * @maxItems 5
   */
  security_group_ids?: string[];
}
/**
 * Where the API key and the webhook's signing secret come from.
 */
export interface Secrets {
  /**
   * The Sonotheia API key.
   */
  api_key?: {
    /**
     * `managed`: Terraform makes the secret from its variable. `existing`: the secret is there already and is looked up by its name.
     */
    source?: 'managed' | 'existing';
    /**
     * Name of the secret; `sonotheia-api-key-<environment>` unless given.
     */
    name?: string | null;
    /**
     * Increase it to make Terraform write the variable's value again (managed secrets).
     */
    version?: number;
  };
  /**
   * The key with which Sonotheia signs webhooks.
   */
  webhook_secret?: {
    /**
     * `managed`: Terraform makes the secret from its variable. `existing`: the secret is there already and is looked up by its name.
     */
    source?: 'managed' | 'existing';
    /**
     * Name of the secret; `sonotheia-webhook-secret-<environment>` unless given.
     */
    name?: string | null;
    /**
     * Increase it to make Terraform write the variable's value again (managed secrets).
     */
    version?: number;
  };
  /**
   * Days that a deleted managed secret can be restored: 0 (none) or 7 to 30. With 0 a stack can be destroyed and made again at once.
   */
  recovery_window_days?:
    | 0
    | 7
    | 8
    | 9
    | 10
    | 11
    | 12
    | 13
    | 14
    | 15
    | 16
    | 17
    | 18
    | 19
    | 20
    | 21
    | 22
    | 23
    | 24
    | 25
    | 26
    | 27
    | 28
    | 29
    | 30;
}
/**
 * Score thresholds from which a result counts as risky.
 */
export interface Risk {
  /**
   * Scores from here on are high risk.
   */
  high_threshold?: number;
  /**
   * Scores from here on ask for a review.
   */
  review_threshold?: number;
}
/**
 * A subscriber of the results topic.
 */
export interface Subscription {
  /**
   * Names the subscription in Terraform; unique in its list.
   */
  name: string;
  /**
   * How Amazon SNS delivers. E-mail and HTTPS endpoints must confirm.
   */
  protocol: 'email' | 'email-json' | 'https' | 'lambda' | 'sqs';
  /**
   * Address, https URL or ARN, as the protocol asks for.
   */
  endpoint: string;
  /**
   * Deliver only these event types; all if empty. `audio.processed` and `audio.rejected` come from the audio processor.
   *
   * @maxItems 20
   */
  event_types?: (
    | 'deepfake.completed'
    | 'deepfake.failed'
    | 'mfa.completed'
    | 'mfa.failed'
    | 'mfa.enrollment.completed'
    | 'sar.submitted'
    | 'sar.filed'
    | 'system.health_check'
    | 'audio.processed'
    | 'audio.rejected'
  )[];
  /**
   * Deliver only results with at least this score.
   */
  minimum_score?: number | null;
}
/**
 * What is expected to arrive in each region. It feeds the cost estimate only and changes nothing that is deployed.
 */
export interface Traffic {
  /**
   * Webhook events a day.
   */
  requests_per_day?: number;
  /**
   * Requests a day to GET /health.
   */
  health_checks_per_day?: number;
  /**
   * Average billed time of the webhook handler in milliseconds. The default is the documented system's; the handler itself gives up after 4 s, so what you measure will be less.
   */
  webhook_duration_ms?: number;
  /**
   * Average size of a webhook's body in bytes.
   */
  event_size_bytes?: number;
  /**
   * How many types of events arrive; each is a metric of its own.
   */
  event_types?: number;
  /**
   * Uploads a day under `incoming/`.
   */
  audio_files_per_day?: number;
  /**
   * Average size of an upload in KB (1000 bytes).
   */
  audio_size_kb?: number;
  /**
   * Average billed time of the audio processor for one file in milliseconds.
   */
  audio_duration_ms?: number;
  /**
   * Bytes that one request writes to CloudWatch Logs: the function's lines, Lambda's own and the API's access log.
   */
  log_bytes_per_request?: number;
  /**
   * Bytes that the processing of one audio file writes to CloudWatch Logs.
   */
  log_bytes_per_file?: number;
}
/**
 * An environment: its regions, and settings that differ from the defaults.
 */
export interface Environment {
  /**
   * Regions of the environment. The first one is the primary region: its global names (bucket, roles) carry no region suffix.
   *
   * @minItems 1
   * @maxItems 40
   */
  regions: [Region, ...Region[]];
  project_name?: ProjectName;
  function_prefix?: FunctionPrefix;
  tags?: Tags;
  /**
   * Settings of single regions, by region.
   */
  region_overrides?: {
    [k: string]: RegionSettings;
  };
  sonotheia_api_url?: SonotheiaApiUrl;
  lambda?: Lambda;
  api_gateway?: ApiGateway;
  monitoring?: Monitoring;
  s3?: S3;
  dynamodb?: Dynamodb;
  audio?: Audio;
  logs?: Logs;
  vpc?: Vpc;
  kms_key_arn?: KmsKeyArn;
  secrets?: Secrets;
  risk?: Risk;
  subscriptions?: Subscriptions;
  traffic?: Traffic;
}
/**
 * Settings of one region that differ from the environment's.
 */
export interface RegionSettings {
  sonotheia_api_url?: SonotheiaApiUrl;
  lambda?: Lambda;
  api_gateway?: ApiGateway;
  monitoring?: Monitoring;
  s3?: S3;
  dynamodb?: Dynamodb;
  audio?: Audio;
  logs?: Logs;
  vpc?: Vpc;
  kms_key_arn?: KmsKeyArn;
  secrets?: Secrets;
  risk?: Risk;
  subscriptions?: Subscriptions;
  traffic?: Traffic;
}
