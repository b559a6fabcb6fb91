# The subscriber's side, to copy: a queue that receives announcements, a queue for those that fail, a key, and the table of
# the example consumers. In the topic's account or in another one.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "topic_arn" {
  description = "Topic of results: the output results_topic_arn of the stack."
  type        = string
}

variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "fraud-desk"
}

variable "alarm_topic_arn" {
  description = "Topic that the alarms notify; none if null."
  type        = string
  default     = null
}

variable "function_arn" {
  description = "Function that also receives the announcements; none if null."
  type        = string
  default     = null
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  # Run this in the region of the topic: SNS needs the queue of failures there.
  topic_region = split(":", var.topic_arn)[3]
  account_id   = data.aws_caller_identity.current.account_id
  queues_arn   = "arn:${data.aws_partition.current.partition}:sqs:${local.topic_region}:${local.account_id}"
}

# SNS encrypts what it sends to the queue with the queue's key. It may not use aws/sqs, the key that AWS manages.
data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.account_id]
    }
  }

  statement {
    sid       = "Sns"
    actions   = ["kms:GenerateDataKey*", "kms:Decrypt"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [var.topic_arn]
    }
  }
}

resource "aws_kms_key" "results" {
  description         = "Queues of ${var.name}"
  policy              = data.aws_iam_policy_document.key.json
  enable_key_rotation = true
}

# Only the topic may send to the queues; SNS itself moves what it cannot deliver to the queue of failures.
data "aws_iam_policy_document" "queues" {
  for_each = toset([var.name, "${var.name}-failed"])

  statement {
    sid       = "Announcements"
    actions   = ["sqs:SendMessage"]
    resources = ["${local.queues_arn}:${each.value}"]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [var.topic_arn]
    }
  }
}

resource "aws_sqs_queue" "failed" {
  name                      = "${var.name}-failed"
  policy                    = data.aws_iam_policy_document.queues["${var.name}-failed"].json
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.results.arn
}

resource "aws_sqs_queue" "results" {
  name                       = var.name
  policy                     = data.aws_iam_policy_document.queues[var.name].json
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 60
  kms_master_key_id          = aws_kms_key.results.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn = var.topic_arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.results.arn

  raw_message_delivery = true
  filter_policy_scope  = "MessageAttributes"
  # Reports of suspicious activity stay out: the law restricts their disclosure. During a change of versions each event comes
  # in both.
  filter_policy = jsonencode({
    event_type     = [{ anything-but = { prefix = "sar." } }]
    schema_version = ["1"]
    test           = ["false"]
  })
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn })
}

resource "aws_lambda_permission" "results" {
  count = var.function_arn == null ? 0 : 1

  statement_id  = "Announcements"
  action        = "lambda:InvokeFunction"
  function_name = var.function_arn
  principal     = "sns.amazonaws.com"
  source_arn    = var.topic_arn
}

resource "aws_sns_topic_subscription" "function" {
  count = var.function_arn == null ? 0 : 1

  topic_arn = var.topic_arn
  protocol  = "lambda"
  endpoint  = var.function_arn

  filter_policy_scope = "MessageAttributes"
  filter_policy       = jsonencode({ event_type = [{ anything-but = { prefix = "sar." } }], schema_version = ["1"] })
  redrive_policy      = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn })

  depends_on = [aws_lambda_permission.results]
}

# Two workers, or a second delivery, store a case once: case_id is its key.
resource "aws_dynamodb_table" "cases" {
  name         = "${var.name}-cases"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "case_id"

  attribute {
    name = "case_id"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}

# The worker's permissions, for the role that it runs with.
data "aws_iam_policy_document" "worker" {
  statement {
    sid       = "Queue"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = [aws_sqs_queue.results.arn]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.results.arn]
  }

  statement {
    sid       = "Cases"
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.cases.arn]
  }
}

# Nobody reads the queue, or a message failed five times.
resource "aws_cloudwatch_metric_alarm" "age" {
  alarm_name          = "${var.name}-oldest-message"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.results.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 3600
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = compact([var.alarm_topic_arn])
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${var.name}-failed"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failed.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = compact([var.alarm_topic_arn])
}

output "queue_url" {
  description = "QUEUE_URL of the worker."
  value       = aws_sqs_queue.results.url
}

output "cases_table" {
  description = "CASES_TABLE of the worker."
  value       = aws_dynamodb_table.cases.name
}

output "worker_policy" {
  description = "Policy of the worker's role."
  value       = data.aws_iam_policy_document.worker.json
}
