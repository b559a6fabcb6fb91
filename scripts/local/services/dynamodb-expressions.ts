// The subset of DynamoDB's condition and update expressions that the functions use. Like DynamoDB, it refuses unknown
// syntax, reserved words as names, missing or unused placeholders, and arithmetic on other types than numbers.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { compareValues, type Item, invalid, sumValues } from './dynamodb-values.ts';

/** The reserved words that this project might use as names; DynamoDB has 573. */
const RESERVED_WORDS = new Set(
  'attribute attributes count counter counters current data date hash items key keys limit max min name names next region role session source start state status time timestamp token ttl type value values year'.split(
    ' ',
  ),
);

/** Applies an UpdateItem to the item, which may be undefined; returns the new item. */
export function updateItem(present: Item | undefined, input: UpdateItemCommandInput): Item {
  const expression = new Expression(input, present ?? {});
  expression.checkPlaceholders(input);
  if (input.ConditionExpression !== undefined && !expression.test(input.ConditionExpression)) {
    throw new ConditionalCheckFailedException({
      $metadata: {},
      message: 'The conditional request failed',
      ...(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && present ? { Item: present } : {}),
    });
  }
  return expression.update({ ...input.Key, ...present }, input.UpdateExpression ?? '');
}

/** Whether the item fits a filter or a key condition. Placeholders may belong to another expression of the request. */
export function testCondition(condition: string, expressions: Expressions, item: Item): boolean {
  return new Expression(expressions, item).test(condition);
}

type Expressions = {
  readonly [Name in 'ExpressionAttributeNames' | 'ExpressionAttributeValues']?:
    | UpdateItemCommandInput[Name]
    | Readonly<NonNullable<UpdateItemCommandInput[Name]>>
    | undefined;
};

class Expression {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #item: Item;
  #tokens: string[] = [];

  constructor(input: Expressions, item: Item) {
    this.#names = input.ExpressionAttributeNames ?? {};
    this.#values = input.ExpressionAttributeValues ?? {};
    this.#item = item;
  }

  /** Like DynamoDB, refuses placeholders that no expression of the request uses. */
  checkPlaceholders(input: UpdateItemCommandInput): void {
    const text = `${input.UpdateExpression ?? ''} ${input.ConditionExpression ?? ''}`;
    const used = new Set(text.match(/[#:]\w+/g));
    for (const placeholder of [...Object.keys(this.#names), ...Object.keys(this.#values)]) {
      if (!used.has(placeholder)) throw invalid(`unused in expressions: ${placeholder}`);
    }
  }

  test(condition: string): boolean {
    this.#tokens = condition.match(/[#:]?[\w.#]+|<=|>=|<>|[()<>=,]/g) ?? [];
    const result = this.#or();
    if (this.#tokens.length > 0) throw invalid(`unexpected ${this.#tokens.join(' ')}`);
    return result;
  }

  update(item: Item, expression: string): Item {
    const changed = structuredClone(item);
    const clauses = expression.split(/\b(?=(?:SET|ADD|REMOVE) )/).filter((clause) => clause.trim() !== '');
    for (const clause of clauses) {
      const [verb = '', ...rest] = clause.trim().split(' ');
      for (const action of rest.join(' ').split(',')) this.#apply(changed, verb, action.trim());
    }
    return changed;
  }

  #apply(changed: Item, verb: string, action: string): void {
    const [path = '', ...words] = action.split(/\s+/);
    const { parent, name } = this.#locate(changed, path);
    const [first = '', second = '', third = ''] = words;
    if (verb === 'REMOVE' && words.length === 0) delete parent[name];
    else if (verb === 'ADD' && words.length === 1)
      parent[name] = sumValues(parent[name] ?? { N: '0' }, this.#read(first));
    else if (verb === 'SET' && first === '=' && words.length === 2) parent[name] = this.#need(second);
    else if (verb === 'SET' && first === '=' && third === '+') {
      parent[name] = sumValues(this.#need(second), this.#need(words[3] ?? ''));
    } else throw invalid(`no such update: ${verb} ${action}`);
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#take('OR')) result = this.#and() || result;
    return result;
  }

  #and(): boolean {
    let result = this.#term();
    while (this.#take('AND')) result = this.#term() && result;
    return result;
  }

  #term(): boolean {
    if (this.#take('NOT')) return !this.#term();
    if (this.#take('(')) {
      const result = this.#or();
      this.#expect(')');
      return result;
    }
    const word = this.#tokens.shift() ?? '';
    if (word === 'attribute_exists' || word === 'attribute_not_exists') {
      this.#expect('(');
      const isThere = this.#read(this.#tokens.shift() ?? '') !== undefined;
      this.#expect(')');
      return isThere === (word === 'attribute_exists');
    }
    if (word === 'begins_with' || word === 'contains') return this.#compareTexts(word);
    const left = this.#read(word);
    const operator = this.#tokens.shift() ?? '';
    if (operator === 'IN') return this.#isIn(left);
    const right = this.#need(this.#tokens.shift() ?? '');
    if (operator !== 'BETWEEN') return compareValues(left, operator, right);
    this.#expect('AND');
    const upper = this.#need(this.#tokens.shift() ?? '');
    return compareValues(left, '>=', right) && compareValues(left, '<=', upper);
  }

  #isIn(left: AttributeValue | undefined): boolean {
    this.#expect('(');
    let result = false;
    do {
      const value = this.#need(this.#tokens.shift() ?? '');
      result = compareValues(left, '=', value) || result;
    } while (this.#take(','));
    this.#expect(')');
    return result;
  }

  #compareTexts(name: 'begins_with' | 'contains'): boolean {
    this.#expect('(');
    const text = this.#read(this.#tokens.shift() ?? '')?.S;
    this.#expect(',');
    const part = this.#need(this.#tokens.shift() ?? '').S;
    this.#expect(')');
    if (text === undefined || part === undefined) return false;
    return name === 'begins_with' ? text.startsWith(part) : text.includes(part);
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw invalid(`expected ${token} before ${this.#tokens.join(' ')}`);
  }

  /** A value's placeholder, or a path into the item; undefined when the item has no such attribute. */
  #read(operand: string): AttributeValue | undefined {
    if (operand.startsWith(':')) {
      const value = this.#values[operand];
      if (value === undefined) throw invalid(`no value for ${operand}`);
      return value;
    }
    const { parent, name } = this.#locate(this.#item, operand);
    return parent[name];
  }

  #need(operand: string): AttributeValue {
    const value = this.#read(operand);
    if (value === undefined) throw invalid(`the item has no ${operand}`);
    return value;
  }

  #locate(item: Item, path: string): { parent: Item; name: string } {
    const members = path.split('.').map((member) => {
      if (member.startsWith('#')) {
        const name = this.#names[member];
        if (name === undefined) throw invalid(`no name for ${member}`);
        return name;
      }
      if (!/^[A-Za-z]\w*$/.test(member)) throw invalid(`no attribute: ${member}`);
      if (RESERVED_WORDS.has(member.toLowerCase())) throw invalid(`reserved word: ${member}`);
      return member;
    });
    const name = members.pop() ?? '';
    let parent = item;
    for (const member of members) {
      const map = parent[member]?.M;
      if (map === undefined) throw invalid(`the path ${path} is not in the item`);
      parent = map;
    }
    return { parent, name };
  }
}
