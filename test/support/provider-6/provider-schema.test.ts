import { expect, test } from 'vitest';
import { findMisfits, readProviderSchema } from './provider-schema.ts';
import { readEmitted } from './read-emitted.ts';

const HCL = `
resource "aws_sqs_queue" "audio" {
  count = 1

  name        = var.name
  fifo        = true
  redrive_policy = jsonencode({
    maximum = data.aws_partition.current.name
  })

  dynamic "rule" {
    for_each = var.rules
    content {
      filter {}
    }
  }
}

resource "aws_dynamodb_table" "sessions" {
  global_secondary_index {
    hash_key = aws_sqs_queue.audio[0].arn
    sort_key = aws_sqs_queue.audio[0].address
  }
}

data "aws_regions_of_old" "all" {}
`;

test('what the provider lacks or warns of is found in blocks, dynamic blocks and expressions', () => {
  expect(findMisfits(readEmitted([HCL]), readProviderSchema())).toEqual([
    'data aws_partition: name cannot be read',
    'data aws_regions_of_old does not exist',
    'resource aws_dynamodb_table: global_secondary_index.hash_key is deprecated',
    'resource aws_dynamodb_table: global_secondary_index.sort_key does not exist',
    'resource aws_sqs_queue: address cannot be read',
    'resource aws_sqs_queue: fifo does not exist',
    'resource aws_sqs_queue: rule does not exist',
    'resource aws_sqs_queue: rule.filter does not exist',
  ]);
});
