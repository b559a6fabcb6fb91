// `TOPIC_ARN=… CASES_TABLE=… PORT=8080 node main.mjs`
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { recordOnce } from '../case-store.mjs';
import { createEndpoint } from './endpoint.mjs';

const { TOPIC_ARN: topicArn = '', CASES_TABLE: table = '', PORT = '8080' } = process.env;
const dynamoDb = new DynamoDBClient();
createEndpoint({ topicArn, record: (announcement) => recordOnce(dynamoDb, table, announcement) }).listen(
  Number(PORT),
);
