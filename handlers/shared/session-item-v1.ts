// Generated from schema/session-item.v1.schema.json by `npm run generate:types`. Do not edit.

/**
 * An item of the sessions table, version 1, as JSON: an event, or one of the entries that the functions keep beside the events. Read numbers with all their digits: a sort key has more than a JavaScript number or a Python float. Version 1 only ever gains members, so ignore those that you do not know.
 */
export type SessionItem = StoredEvent | CaseReference | InternalEntry;
/**
 * Time of the event, then digits that make the key unique: up to 38 digits.
 */
export type SortKey = number;
/**
 * DynamoDB deletes the item within a few days after this time. A later read may still return it.
 */
export type Ttl = number;

/**
 * One event of Sonotheia or one uploaded recording. Only events have an `event_type`, and only they are in the index.
 */
export interface StoredEvent {
  /**
   * Version of this schema. Absent from items of releases before it, which have no `test`, `risk` and `error_code` either.
   */
  schema_version?: '1';
  /**
   * Partition key: the sender's session id, or one with a prefix (`enrollment#…`, `case#…`, `event#…`, `audio#…`, `session#…`).
   */
  session_id: string;
  timestamp: SortKey;
  /**
   * Identifies the event, also in its announcement.
   */
  event_id: string;
  /**
   * A type of Sonotheia, or `audio.processed` or `audio.rejected` for a recording. Ignore types that you do not know.
   */
  event_type: string;
  /**
   * What Sonotheia sent, unchanged. For a recording see the definition `recording`.
   */
  data: {
    [k: string]: unknown;
  };
  /**
   * What Sonotheia sent, unchanged.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * `stored`: in the table, perhaps not announced. `announced`: published on the results topic.
   */
  status: 'stored' | 'announced';
  filing?: Filing;
  /**
   * As in the announcement, from the thresholds at the time of receipt. Absent for events without a score, such as `mfa.*` and `sar.*`.
   */
  risk?: 'high' | 'review' | 'low' | 'unknown';
  /**
   * Why there is no result: a word of letters, digits and `_`, as in the announcement. Absent if the event states none.
   */
  error_code?: string;
  /**
   * True for what an operator's command sent to try the stack.
   */
  test?: boolean;
  /**
   * When a function first received the event, ISO 8601 in UTC with milliseconds.
   */
  received_at: string;
  ttl: Ttl;
}
/**
 * Where the recording is after its analysis. Absent until it was moved.
 */
export interface Filing {
  /**
   * `filed`: under its target key. `copied`: under both keys. `unfiled`: only under `incoming/`.
   */
  status: 'filed' | 'copied' | 'unfiled';
  /**
   * The error that stopped the move.
   */
  code?: string;
  /**
   * The step of the move that failed.
   */
  step?: string;
}
/**
 * In the partition `case#…`: the key of an event of this case that is in another partition.
 */
export interface CaseReference {
  /**
   * Partition key of the case.
   */
  session_id: string;
  timestamp: SortKey;
  /**
   * Partition key of the event.
   */
  event_session_id: string;
  event_timestamp: SortKey;
  ttl: Ttl;
}
/**
 * In a partition `delivery#…`: markers of deliveries, tombstones of what was erased, turns and attempts. Skip them: their members may change in any release.
 */
export interface InternalEntry {
  /**
   * Partition key of the entry.
   */
  session_id: string;
  /**
   * Always 0.
   */
  timestamp: 0;
  [k: string]: unknown;
}
