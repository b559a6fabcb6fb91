// Generated from schema/announcement.v1.schema.json by `npm run generate:types`. Do not edit.

/**
 * ISO 8601 in UTC with milliseconds.
 *
 * This interface was referenced by `Announcement`'s JSON-Schema
 * via the `definition` "time".
 */
export type Time = string;
/**
 * `high` or `review` from the thresholds of the spec on, `low` below them. `unknown`: a check of a voice (`deepfake.*`, `audio.*`) that failed, or any event whose score cannot be read. Absent for events without a score, such as `mfa.*` and `sar.*`.
 *
 * This interface was referenced by `Announcement`'s JSON-Schema
 * via the `definition` "risk".
 */
export type Risk = 'high' | 'review' | 'low' | 'unknown';
/**
 * A word of letters, digits and `_`. Free text is left out: it could contain a person's name.
 *
 * This interface was referenced by `Announcement`'s JSON-Schema
 * via the `definition` "code".
 */
export type Code = string;

/**
 * A message on the results topic, version 1: one event of Sonotheia or one uploaded recording. Ids, codes and numbers only; everything else is in the table. Version 1 only ever gains members, so ignore those that you do not know.
 */
export interface Announcement {
  /**
   * Version of this schema. A change that is not an addition gets another number.
   */
  schema_version: '1';
  source: Source;
  /**
   * Identifies the event in every delivery: deduplicate by it. `audio_…` for a recording.
   */
  event_id: string;
  /**
   * A type of Sonotheia (`deepfake.completed`), or `audio.processed` or `audio.rejected` for a recording. Sonotheia may add types: ignore those that you do not know.
   */
  event_type: string;
  /**
   * Partition key of the item in the table: the sender's session id, or one with a prefix (`enrollment#…`, `case#…`, `event#…`, `audio#…`, `session#…`).
   */
  session_id: string;
  /**
   * Sort key of the item in the table: the time of the event, then digits that make the key unique. Text, because a JSON number would lose digits.
   */
  timestamp: string;
  /**
   * The time that the event states, or the time of its receipt if it states none; for a recording the time of its upload.
   */
  occurred_at: Time;
  /**
   * When a function first received the event. Later deliveries of the same event keep it.
   */
  received_at: Time;
  /**
   * True for what an operator's command sent to try the stack (`smoke`, `webhook send`). Nobody without the signing secret, or permission to upload, can set it.
   */
  test: boolean;
  /**
   * Probability that the voice is synthetic. Absent if the event has none that can be read.
   */
  score?: number;
  risk?: Risk;
  /**
   * Sonotheia's name of the result.
   */
  label?: Code;
  /**
   * Whether the voice was the enrolled one.
   */
  verified?: boolean;
  /**
   * `verified` in words, for filters.
   */
  verdict?: 'verified' | 'not_verified';
  /**
   * The decision that the event states, else the recommendation. `recommendation` is the recommendation alone.
   */
  decision?: Code;
  /**
   * What Sonotheia recommends (`recommended_action`); nobody has decided yet.
   */
  recommendation?: Code;
  /**
   * Why there is no result: `.` and `-` are written as `_`. The same text as in the item.
   */
  error_code?: Code;
  /**
   * True in a message that an operator sent again (`reannounce`); absent otherwise. You may not have received the event yet: decide by `event_id`.
   */
  redelivery?: boolean;
}
/**
 * The stack that sent the message. It distinguishes the messages of several stacks in one queue.
 *
 * This interface was referenced by `Announcement`'s JSON-Schema
 * via the `definition` "source".
 */
export interface Source {
  /**
   * `project_name` of the spec.
   */
  project: string;
  /**
   * Name of the environment in the spec.
   */
  environment: string;
  /**
   * Code of the AWS region.
   */
  region: string;
}
/**
 * SNS message attributes, for filter policies: members of the message as text. At most ten, because SNS discards a message with more for a queue with raw delivery.
 *
 * This interface was referenced by `Announcement`'s JSON-Schema
 * via the `definition` "message_attributes".
 */
export interface MessageAttributes {
  schema_version: '1';
  event_type: string;
  test: 'true' | 'false';
  /**
   * SNS compares five decimals. More are cut off, so that a filter for a minimum never matches a lower score.
   */
  score?: string;
  risk?: Risk;
  label?: Code;
  verified?: 'true' | 'false';
  verdict?: 'verified' | 'not_verified';
  decision?: Code;
  error_code?: Code;
}
