// Generated from schema/spec.schema.json by `npm run generate:types`. Do not edit.

/**
 * First part of the names of the bucket, table, topics and queues. Lower case, because it is part of a bucket name; AWS's limits on the expanded names are checked too.
 */
export type ProjectName = string;
/**
 * First part of the function and role names: `<prefix>-webhook-handler-<environment>`. Choose another one for a second project in the same account, and give its secrets names of their own (`secrets.api_key.name`, `secrets.webhook_secret.name`): theirs do not begin with the prefix, and two projects must not share a secret.
 */
export type FunctionPrefix = string;
/**
 * `strict` changes the defaults to the values that security scanners require; explicit settings still win. See docs/security.md.
 */
export type Profile = 'default' | 'strict';
/**
 * Base URL of the Sonotheia API; https, or http for localhost.
 */
export type SonotheiaApiUrl = string;
/**
 * An e-mail address.
 */
export type EmailAddress = string;
/**
 * ARN of a customer-managed key for bucket, table, secrets, queues, topics, logs and function environments, in the stack's region. Its policy must let those services use it. AWS's own keys by default.
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
 * The environment's AWS account, 12 digits in quotes. Terraform refuses any other one. By default Terraform accepts any account.
 */
export type AccountId = string | null;

/**
 * Environments and regions of a Sonotheia integration on AWS, and their settings.
 */
export interface SonotheiaConfig {
  project_name: ProjectName;
  function_prefix?: FunctionPrefix;
  tags?: Tags;
  terraform?: Terraform;
  build?: Build;
  profile?: Profile;
  workflow?: Workflow;
  defaults?: Defaults;
  /**
   * The environments in their order of promotion. `terraform apply` without a var-file deploys the first one.
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
 * The Terraform version, the state's backend and your own files.
 */
export interface Terraform {
  /**
   * Lowest Terraform version, as `>= 1.N` or `>= 1.N.P`; at least 1.6. Below 1.11 managed secrets are kept in the state, because write-only arguments are missing.
   */
  required_version?: string;
  /**
   * Where Terraform keeps its state. `local`: in the output folder. `s3`: in the buckets that `state` names, encrypted and locked; needs Terraform 1.10.
   */
  backend?: 'local' | 's3';
  state?: State;
  /**
   * Your own Terraform files in the output folder, relative to it: configuration, overrides (`*_override.tf`), values or tests that Terraform reads in addition to the generated ones. `generate --check` and `deploy` refuse such a file unless it is named here, show it, and refuse a name without a file.
   *
   * @maxItems 50
   *
   * Items: A path in the output folder.
   */
  extra_files?: string[];
}
/**
 * The bucket of the state (backend `s3`). An environment may override each of them.
 */
export interface State {
  /**
   * Name of the bucket; `npx sonotheia bootstrap-state` creates it. Needed for the backend `s3` only.
   */
  bucket?: string | null;
  /**
   * Region of the bucket. The default is the primary region of the first environment, or of the environment that names its own bucket.
   */
  region?: string | null;
  /**
   * Role that Terraform assumes to read and write the state. By default Terraform uses its own credentials.
   */
  role_arn?: string | null;
  /**
   * Key that encrypts the state, in the bucket's region; S3's own keys by default.
   */
  kms_key_arn?: string | null;
}
/**
 * How the function packages are built; the same for all environments.
 */
export interface Build {
  /**
   * Lambda runtime of both functions. `nodejs24.x` needs AWS provider 6.21 or later; AWS deprecates `nodejs22.x` on 2027-04-30.
   */
  runtime?: 'nodejs22.x' | 'nodejs24.x';
  /**
   * Put source maps into the packages, for readable stack traces in larger packages.
   */
  source_maps?: boolean;
  /**
   * Folder of your own handlers, relative to the spec; null builds those of the generator. `sonotheia eject` copies them there.
   */
  handlers?: string | null;
}
/**
 * The GitHub Actions workflow, .github/workflows/terraform.yml beside the spec. With the state in S3 it plans, applies, watches for drift, unlocks and destroys; with a local state it only checks.
 */
export interface Workflow {
  /**
   * Write the workflow.
   */
  enabled?: boolean;
  /**
   * The branch whose pushes are applied.
   */
  branch?: string;
  /**
   * When the workflow checks for drift: a cron expression of five numeric fields, in UTC; null for never. GitHub may start it late, most often at the full hour.
   */
  drift_schedule?: string | null;
  /**
   * The Terraform that the workflow runs; it must meet `terraform.required_version`. The default is 1.11.4, or the lowest version that the tree accepts if that is newer.
   */
  terraform_version?: string | null;
  /**
   * The Node.js release that builds the packages.
   */
  node_version?: '22' | '24';
  /**
   * How jobs reach AWS. `oidc`: a role for each environment, with credentials that live for one job. `static_keys`: access keys from GitHub's secrets, for accounts without an OIDC provider.
   */
  credentials?: 'oidc' | 'static_keys';
  /**
   * The label, or the labels, of the runners that the jobs run on. The default is `ubuntu-latest`, or any runner of `runner_group` if that is set. The runners need Linux and bash.
   *
   * @minItems 1
   * @maxItems 20
   */
  runs_on?: string | [string, ...string[]] | null;
  /**
   * The group of the runners that the jobs run on; null for no group.
   */
  runner_group?: string | null;
  github?: WorkflowGithub;
  oidc?: WorkflowOidc;
}
/**
 * The repository, for the trust policies of the roles.
 */
export interface WorkflowGithub {
  /**
   * Owner and name of the repository, as GitHub spells them. Needed for `oidc.roles` only.
   */
  repository?: string | null;
  /**
   * The owner's number: `gh api repos/OWNER/NAME --jq .owner.id`. Needed for `oidc.roles` only.
   */
  owner_id?: number | null;
  /**
   * The repository's number: `gh api repos/OWNER/NAME --jq .id`. Needed for `oidc.roles` only.
   */
  repository_id?: number | null;
}
/**
 * Terraform for the workflow's roles, in out/github-oidc: a separate root module that an administrator applies once in each account.
 */
export interface WorkflowOidc {
  /**
   * Generate the roles: one that plans and one that deploys for each environment.
   */
  roles?: boolean;
  /**
   * `create` creates GitHub's OIDC provider; `existing` uses the account's provider. An account can have only one.
   */
  provider?: 'create' | 'existing';
  /**
   * Whether the role that plans may read the values of managed secrets. Everybody who can open a pull request from a branch of the repository can then read them. Only AWS providers before 6.26 need it: they read the values when they refresh.
   */
  plan_reads_secrets?: boolean;
}
/**
 * Settings that all environments share.
 */
export interface Defaults {
  sonotheia_api_url?: SonotheiaApiUrl;
  lambda?: Lambda;
  api_gateway?: ApiGateway;
  waf?: Waf;
  monitoring?: Monitoring;
  s3?: S3;
  dynamodb?: Dynamodb;
  audio?: Audio;
  logs?: Logs;
  vpc?: Vpc;
  kms_key_arn?: KmsKeyArn;
  kms?: Kms;
  iam?: Iam;
  secrets?: Secrets;
  risk?: Risk;
  results?: Results;
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
   * Longest run of each function in seconds. The queue's visibility timeout is at least six times this.
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
   * Least severe level of the lines that Lambda itself logs. `WARN` leaves out two lines of each invocation, its start and its report, and their cost in CloudWatch.
   */
  system_log_level?: 'DEBUG' | 'INFO' | 'WARN';
  /**
   * Record traces of the functions and the API stage with AWS X-Ray.
   */
  xray_tracing?: boolean;
  /**
   * Environment variables of both functions, besides those that the generator sets. They are in the Terraform state in plain text: keep secrets out of them. `NODE_OPTIONS` is added to the generator's own.
   */
  environment?: {
    [k: string]: string;
  };
  /**
   * Layers of both functions, in the order in which Lambda unpacks them into /opt, as ARNs of versions in the stack's region. The functions and their layers may have 250 MB unpacked, and the layers must fit `architecture`.
   *
   * @maxItems 5
   */
  layers?: string[];
  /**
   * Maximum number of simultaneous instances of each function, reserved in the account. AWS keeps 100 of the account's instances unreserved.
   */
  reserved_concurrency?: {
    /**
     * Instances reserved for the webhook handler, which is also its maximum; null for no reservation.
     */
    webhook_handler?: number | null;
    /**
     * Instances reserved for the audio processor, which is also its maximum; null for no reservation. At least `audio.max_concurrency`.
     */
    audio_processor?: number | null;
  };
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
   * Requests a second that the stage accepts in the long run; the others get 503, and Sonotheia sends them again.
   */
  throttling_rate_limit?: number;
  /**
   * Requests that the stage accepts at once.
   */
  throttling_burst_limit?: number;
  /**
   * Who creates the IAM role with which API Gateway writes logs. AWS keeps one such setting per account and region: `auto` lets the first environment of each region create it; `always` and `never` override that (with one account per environment: `always`).
   */
  account_role?: 'auto' | 'always' | 'never';
  /**
   * Let API Gateway publish its metrics for each method, too: five metrics of 0.30 USD a month each for a method with requests in every hour. The API's own metrics are free, and the alarms watch those.
   */
  detailed_metrics?: boolean;
  /**
   * A host name of your own for the API. The webhook URL then survives a new API. See docs/terraform.md.
   */
  domain?: {
    /**
     * Host name of the API; null for the one that AWS assigns. Each stack needs a name of its own.
     */
    name?: string | null;
    /**
     * ARN of an issued certificate for the name in AWS Certificate Manager, in the stack's region and account.
     */
    certificate_arn?: string | null;
    /**
     * Id of the Route 53 zone, in the environment's account, in which Terraform creates the name's records; null if you create them.
     */
    hosted_zone_id?: string | null;
  };
  /**
   * Answer on the custom domain alone: API Gateway's own URL gets 403.
   */
  disable_execute_api_endpoint?: boolean;
  /**
   * Addresses that may call the API, as CIDR blocks (IPv4 or IPv6); all others are refused, for GET /health too. An empty list allows everybody.
   *
   * @maxItems 200
   */
  ip_allow_list?: string[];
}
/**
 * An AWS WAF web ACL in front of the API.
 */
export interface Waf {
  /**
   * Put the firewall in front of the API; about 9 USD a month in each region.
   */
  enabled?: boolean;
  /**
   * The action for requests that AWS's rule groups match (common attacks, known bad inputs, malicious addresses): `block`, or only `count`, to try them out.
   */
  managed_rules?: 'block' | 'count';
  /**
   * Rules of AWS's common rule set that only count. By default the one that blocks bodies over 8 KB, because webhooks may have 256 KB.
   *
   * @maxItems 50
   */
  counted_rules?: string[];
  /**
   * Requests in five minutes after which an address is blocked temporarily. Webhooks may all come from one address.
   */
  rate_limit_per_5_minutes?: number;
}
/**
 * Alarms, their topic and the dashboard.
 */
export interface Monitoring {
  /**
   * Create the alarms and the alarm topic.
   */
  enabled?: boolean;
  /**
   * Address that is subscribed to the alarm topic; AWS asks it for confirmation. By default there is no subscription.
   */
  alarm_email?: string | null;
  /**
   * Further addresses that are subscribed to the alarm topic; AWS asks each for confirmation.
   *
   * @maxItems 20
   */
  alarm_emails?: EmailAddress[];
  /**
   * HTTPS endpoints of paging or chat tools that are subscribed to the alarm topic; each must confirm the subscription. Such a URL often holds a key: it stands in the spec, the `.tfvars` file and the state.
   *
   * @maxItems 20
   */
  alarm_urls?: string[];
  /**
   * Create a KMS key for the alarm topic, 1 USD a month: CloudWatch cannot use AWS's own key for SNS. A message holds names and numbers of the alarm, no personal data. With a key for the whole stack (`kms.managed`, `kms_key_arn`) the topic uses that one.
   */
  encrypt_alarms?: boolean;
  /**
   * Create a CloudWatch dashboard of the functions, API, table and queues, 3 USD a month.
   */
  dashboard?: boolean;
  /**
   * Let the functions publish their own metrics (events by type, files, the Sonotheia API); 0.30 USD a month for each that has data in every hour. The log lines hold the same figures.
   */
  custom_metrics?: boolean;
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
   * Alarm when more than this share of the API's answers are 5xx errors in two periods of five minutes within an hour, in percent. Notices an outage at a few requests a day.
   */
  api_5xx_percent?: number;
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
   * Days after which audio moves from standard storage to Infrequent Access, unless it is deleted by then. AWS asks for at least 30.
   */
  audio_retention_days?: number;
  /**
   * Days after which audio moves to Glacier, unless it is deleted by then; at least 30 more than `audio_retention_days`.
   */
  glacier_days?: number;
  /**
   * Days after which audio is deleted. A move to Infrequent Access or Glacier that is not before this day is left out.
   */
  expiration_days?: number;
  /**
   * Days after which the parts of an unfinished multipart upload are removed.
   */
  abort_incomplete_upload_days?: number;
  /**
   * Keep overwritten and deleted audio as old versions; they expire after `audio_retention_days`, or after `expiration_days` if that is sooner.
   */
  versioning?: boolean;
  /**
   * Log each request to the audio bucket in a bucket of its own, `<bucket>-logs`; the logs expire after `logs.retention_days`.
   */
  access_logs?: boolean;
  /**
   * Let `terraform destroy` delete the bucket together with the audio in it.
   */
  force_destroy?: boolean;
  /**
   * Bucket names are globally unique: `none` for the plain name, `account-id` for the account's number, or a text of your own.
   */
  bucket_suffix?: string;
  /**
   * Name of the audio bucket instead of the derived one, without project, region or `bucket_suffix`. For a bucket that exists already (`adopt`), or to keep a bucket when the project is renamed.
   */
  bucket_name?: string | null;
}
/**
 * Billing and protection of the DynamoDB table.
 */
export interface Dynamodb {
  /**
   * Name of the sessions table instead of the derived one. For a table that exists already (`adopt`), or to keep a table when the project is renamed.
   */
  table_name?: string | null;
  /**
   * Pay per request, or provisioned capacity with autoscaling. Provisioned capacity needs AWS provider 5.100 or later.
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
   * Create the index `event_type-timestamp-index`, with which a reader finds the events of one type by time. The functions do not read it. It doubles the stored bytes of items and adds two write units to each event, about 2 USD for a million events kept for 90 days; and one event type can then be written 500 times a second at most.
   */
  event_type_index?: boolean;
  /**
   * Enable the table's stream, from which a program reads all changes of the last 24 hours in the order of their writing. The stream itself costs nothing; 100,000 reads cost 0.02 USD, those of Lambda nothing.
   */
  stream?: boolean;
  /**
   * Continuous backups of the last 35 days, 0.20 USD a GB and month. On by default in protected environments and in the strict profile.
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
   * Uploads that one invocation of the audio processor handles; fewer if memory or the API's rate limit allows fewer.
   */
  batch_size?: number;
  /**
   * Invocations of the audio processor that the queue may start at once; fewer if the API's rate limit cannot keep them busy.
   */
  max_concurrency?: number;
  /**
   * Requests a minute that the Sonotheia API allows. The instances of the audio processor take turns within it.
   */
  api_requests_per_minute?: number;
  /**
   * Failed attempts at one file after which it goes to the dead-letter queue. Waiting, outages and throttling do not count as attempts.
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
   * Days that logs are kept; one of CloudWatch's values.
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
 * A customer-managed key that Terraform creates, one in each region.
 */
export interface Kms {
  /**
   * Create a key with a policy for this stack only, and use it in place of `kms_key_arn`; about 1 USD a month.
   */
  managed?: boolean;
  /**
   * Days for which a deleted key can be restored; after that, all data that it encrypted is lost.
   */
  deletion_window_days?: number;
}
/**
 * Your organisation's rules for every role.
 */
export interface Iam {
  /**
   * ARN of the permissions boundary of each role; null for none.
   */
  permissions_boundary?: string | null;
  /**
   * Path of each role. A change of it replaces the roles.
   */
  role_path?: string;
}
/**
 * Sources of the API key and the webhook's signing secret.
 */
export interface Secrets {
  /**
   * The Sonotheia API key.
   */
  api_key?: {
    /**
     * `managed`: Terraform creates the secret from its variable. `existing`: Terraform looks up an existing secret by its name.
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
     * `managed`: Terraform creates the secret from its variable. `existing`: Terraform looks up an existing secret by its name.
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
   * Days that a deleted managed secret can be restored: 0 (none) or 7 to 30. With 0 a destroyed stack can be created again at once.
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
   * A score of at least this is high risk.
   */
  high_threshold?: number;
  /**
   * A score of at least this needs a review.
   */
  review_threshold?: number;
}
/**
 * The topic on which results are announced.
 */
export interface Results {
  /**
   * Other accounts that may subscribe their own queues, functions and Firehose streams to the results topic. They choose their own filters, and receive everything without one, reports of suspicious activity too.
   *
   * @maxItems 50
   */
  subscriber_accounts?: string[];
  /**
   * All accounts of this AWS Organization may subscribe their queues, functions and Firehose streams; they receive everything unless they set a filter, reports of suspicious activity too. None by default.
   */
  organization_id?: string | null;
  /**
   * Other accounts that may read the table, its index and its stream with the role `results_reader_role_arn`. The table has all results of all callers, reports of suspicious activity too.
   *
   * @maxItems 20
   */
  reader_accounts?: string[];
  /**
   * The external id that a reader must give, for a vendor who reads for several customers. None by default.
   */
  reader_external_id?: string | null;
  /**
   * The role with which Amazon SNS logs deliveries to queues, functions, https endpoints and Firehose in CloudWatch. Not logged by default.
   */
  delivery_log_role_arn?: string | null;
  /**
   * Share of the successful deliveries that are logged, with `delivery_log_role_arn`; failures always are.
   */
  delivery_log_sample_percent?: number;
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
  protocol: 'email' | 'email-json' | 'firehose' | 'https' | 'lambda' | 'sqs';
  /**
   * Address, https URL or ARN, as the protocol asks for.
   */
  endpoint: string;
  /**
   * Deliver only these event types; all if empty, except reports of suspicious activity (`sar.*`). `audio.processed` and `audio.rejected` come from the audio processor. Other types are accepted with a warning, because Sonotheia may add some.
   *
   * @maxItems 20
   */
  event_types?: string[];
  /**
   * Deliver only results with at least this score; those without a score do not arrive, see `include_unscored`. All results by default.
   */
  minimum_score?: number | null;
  /**
   * With `minimum_score`: deliver results without a score, too, for example those of a failed check.
   */
  include_unscored?: boolean;
  /**
   * Deliver only results of these risks; all if empty. `unknown` is a check that failed or has no score.
   *
   * @maxItems 4
   */
  risk?: ('high' | 'review' | 'low' | 'unknown')[];
  /**
   * Deliver only verifications with these outcomes; all results if empty.
   *
   * @maxItems 2
   */
  verdict?: ('verified' | 'not_verified')[];
  /**
   * Deliver the message alone, without SNS's envelope (sqs, https, firehose). Over https it has no signature then.
   */
  raw_message_delivery?: boolean;
  /**
   * Retries of a failed delivery by https. Amazon SNS's own policy by default: 3, after 20 seconds each.
   */
  retry_count?: number | null;
  /**
   * Delay before each retry by https, with `retry_count`. All delays together are at most an hour.
   */
  retry_delay_seconds?: number;
  /**
   * Keep results that could not be delivered for 14 days, in the queue `<project>-results-dlq-<environment>`, and raise an alarm. All subscriptions of a topic share the queue.
   */
  dead_letter?: boolean;
  /**
   * The role with which Amazon SNS writes to the stream of Amazon Data Firehose; only for this protocol.
   */
  role_arn?: string | null;
}
/**
 * The expected traffic in each region. Only the cost estimate uses it; it does not change the deployment.
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
   * Average billed time of the webhook handler in milliseconds. The default is the documented system's; the handler itself gives up after 4 s, so your measurements will be lower.
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
   * Bytes that one request writes to CloudWatch Logs: the function's lines (without custom metrics), Lambda's own and the API's access log.
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
  /**
   * Protects the environment's data: its tables get deletion protection, and a plan that would destroy the environment fails. The generator refuses `s3.force_destroy`, a recovery window of 0 days, and every change that would remove the environment or one of its regions, or rename its bucket or table.
   */
  protected?: boolean;
  tags?: Tags;
  account_id?: AccountId;
  profile?: Profile;
  state?: State;
  /**
   * Existing resources, by region: Terraform imports them (imports.tf) instead of creating them. Remove this key after the apply. See docs/migration.md.
   */
  adopt?: {
    [k: string]: Adoption;
  };
  /**
   * ARN of the role with which the workflow plans this environment: it only reads. The default is the role that `oidc.roles` creates.
   */
  plan_role_arn?: string | null;
  /**
   * ARN of the role with which the workflow applies and destroys this environment. The default is the role that `oidc.roles` creates.
   */
  deploy_role_arn?: string | null;
  /**
   * Settings of single regions, by region.
   */
  region_overrides?: {
    [k: string]: RegionSettings;
  };
  sonotheia_api_url?: SonotheiaApiUrl;
  lambda?: Lambda;
  api_gateway?: ApiGateway;
  waf?: Waf;
  monitoring?: Monitoring;
  s3?: S3;
  dynamodb?: Dynamodb;
  audio?: Audio;
  logs?: Logs;
  vpc?: Vpc;
  kms_key_arn?: KmsKeyArn;
  kms?: Kms;
  iam?: Iam;
  secrets?: Secrets;
  risk?: Risk;
  results?: Results;
  subscriptions?: Subscriptions;
  traffic?: Traffic;
}
/**
 * Existing resources in one region. Leave out resources that Terraform should create. Each key's description has the command that finds its value; the names must match those of the spec.
 */
export interface Adoption {
  /**
   * Name of the audio bucket: `aws s3api list-buckets --query "Buckets[].Name"`. Its default encryption and its notifications, which every bucket has, are taken over with it; notifications that the spec does not make are removed, and the plan shows them.
   */
  bucket?: string | null;
  /**
   * The settings that the bucket already has, so that the plan shows their changes; an existing setting that is not listed is overwritten without notice. `lifecycle`: `aws s3api get-bucket-lifecycle-configuration --bucket <name>`, `policy`: `get-bucket-policy`, `public_access_block`: `get-public-access-block`, `ownership_controls`: `get-bucket-ownership-controls`, `versioning`: `get-bucket-versioning` (list it if the answer has a Status, and set `s3.versioning: true`). A setting that the bucket lacks answers with an error. `[]`: none.
   *
   * @maxItems 5
   */
  bucket_settings?:
    ('lifecycle' | 'policy' | 'public_access_block' | 'ownership_controls' | 'versioning')[] | null;
  /**
   * Name of the sessions table: `aws dynamodb list-tables --query TableNames`. Its keys must be `session_id` (S) and `timestamp` (N): `aws dynamodb describe-table --table-name <name> --query Table.KeySchema`.
   */
  table?: string | null;
  /**
   * Name of the webhook function: `aws lambda list-functions --query "Functions[].FunctionName"`. It gets the new code and runtime in place; it must be packed as a zip (`PackageType`).
   */
  webhook_handler?: string | null;
  /**
   * Name of the audio function: `aws lambda list-functions --query "Functions[].FunctionName"`. It gets the new code and runtime in place; it must be packed as a zip (`PackageType`).
   */
  audio_processor?: string | null;
  /**
   * Name of the webhook function's role, if it is the name that Terraform would choose: `aws lambda get-function-configuration --function-name <name> --query Role` (after the last slash). Policies that are attached to it stay.
   */
  webhook_handler_role?: string | null;
  /**
   * Name of the audio function's role, if it is the name that Terraform would choose: `aws lambda get-function-configuration --function-name <name> --query Role` (after the last slash). Policies that are attached to it stay.
   */
  audio_processor_role?: string | null;
  /**
   * CloudWatch log groups that exist already; Lambda and API Gateway create them with their first log line.
   */
  log_groups?: {
    /**
     * `aws logs describe-log-groups --log-group-name-prefix /aws/lambda/ --query "logGroups[].logGroupName"`.
     */
    webhook_handler?: string | null;
    /**
     * `aws logs describe-log-groups --log-group-name-prefix /aws/lambda/ --query "logGroups[].logGroupName"`.
     */
    audio_processor?: string | null;
    /**
     * `aws logs describe-log-groups --log-group-name-prefix /aws/apigateway/ --query "logGroups[].logGroupName"`.
     */
    api_access?: string | null;
    /**
     * `aws logs describe-log-groups --log-group-name-prefix API-Gateway-Execution-Logs_<api id>/ --query "logGroups[].logGroupName"`; exists if the stage has ever logged. Only with `api`.
     */
    api_execution?: string | null;
  };
  /**
   * ARN of the API key's secret: `aws secretsmanager describe-secret --secret-id <name> --query ARN`. A managed secret gets the variable's value as a new version; with `source: existing` leave it out, because Terraform only reads it.
   */
  api_key_secret?: string | null;
  /**
   * ARN of the webhook secret: `aws secretsmanager describe-secret --secret-id <name> --query ARN`. A managed secret gets the variable's value as a new version; with `source: existing` leave it out, because Terraform only reads it.
   */
  webhook_secret?: string | null;
  /**
   * The REST API; its URL stays. Deployments are not taken over: Terraform creates a new one, and the stage moves to it.
   */
  api?: {
    /**
     * `aws apigateway get-rest-apis --query "items[].[id,name]"`.
     */
    id: string | null;
    /**
     * Id of /webhook: `aws apigateway get-resources --rest-api-id <id> --query "items[].[id,path,resourceMethods]"`.
     */
    webhook_resource?: string | null;
    /**
     * Id of /health: `aws apigateway get-resources --rest-api-id <id> --query "items[].[id,path,resourceMethods]"`.
     */
    health_resource?: string | null;
    /**
     * The existing methods of these resources; all by default: `aws apigateway get-resources --rest-api-id <id> --query "items[].[path,resourceMethods]"`.
     *
     * @maxItems 2
     */
    methods?: ('POST /webhook' | 'GET /health')[] | null;
    /**
     * The methods with a Lambda proxy integration (`AWS_PROXY`); all by default. Leave out other types (MOCK): Terraform would replace an imported one, but overwrites one that is left out. `aws apigateway get-integration --rest-api-id <id> --resource-id <id> --http-method <method> --query type`.
     *
     * @maxItems 2
     */
    integrations?: ('POST /webhook' | 'GET /health')[] | null;
    /**
     * Name of the stage: `aws apigateway get-stages --rest-api-id <id> --query "item[].stageName"`. Its logging, metrics and throttling settings for all methods become those of the spec.
     */
    stage?: string | null;
  };
}
/**
 * Settings of one region that differ from the environment's.
 */
export interface RegionSettings {
  sonotheia_api_url?: SonotheiaApiUrl;
  lambda?: Lambda;
  api_gateway?: ApiGateway;
  waf?: Waf;
  monitoring?: Monitoring;
  s3?: S3;
  dynamodb?: Dynamodb;
  audio?: Audio;
  logs?: Logs;
  vpc?: Vpc;
  kms_key_arn?: KmsKeyArn;
  kms?: Kms;
  iam?: Iam;
  secrets?: Secrets;
  risk?: Risk;
  results?: Results;
  subscriptions?: Subscriptions;
  traffic?: Traffic;
}
