/** Why a value from outside, or a place in a definition file, is not valid. */
import { defineMessages } from './define.ts';

/** A sentence about the value: its place, then what is wrong with it. */
export const invalidValue = defineMessages({
  'invalid.field': '“{field}” {mismatch}.',
  'invalid.body': 'The body {mismatch}.',
  'invalid.url': 'The URL {mismatch}.',
  'invalid.file': 'The file {mismatch}.',
  'invalid.message': 'The message {mismatch}.',
  'invalid.batch': 'The batch {mismatch}.',
  'invalid.entry': 'The entry {mismatch}.',
  'invalid.settings': 'The settings {mismatch}.',
});

/** What a value as a whole is called in a sentence. */
export type Whole = 'body' | 'url' | 'file' | 'message' | 'batch' | 'entry' | 'settings';

/** What is wrong with a value, as the end of a sentence that begins with its place. */
export const mismatch = defineMessages({
  'mismatch.type': 'must be {type}',
  'mismatch.twoTypes': 'must be {first} or {second}',
  'mismatch.threeTypes': 'must be {first}, {second} or {third}',
  'mismatch.otherType': 'has the wrong type',
  'mismatch.notValid': 'is not valid',
  'mismatch.missing': 'is missing',
  'mismatch.unknownField': 'is not a known field',
  'mismatch.oneOfFields': 'must have exactly one of {fields}',
  'mismatch.oneOf': 'must be one of {values}',
  'mismatch.value': 'must be {value}',
  'mismatch.empty': 'must not be empty',
  'mismatch.minLength': {
    one: 'must have at least {count} character',
    other: 'must have at least {count} characters',
  },
  'mismatch.maxLength': { one: 'must have at most {count} character', other: 'must have at most {count} characters' },
  'mismatch.minItems': { one: 'must have at least {count} entry', other: 'must have at least {count} entries' },
  'mismatch.maxItems': { one: 'must have at most {count} entry', other: 'must have at most {count} entries' },
  'mismatch.minimum': 'must be at least {limit}',
  'mismatch.maximum': 'must be at most {limit}',
  'mismatch.time': 'must be a time such as 2026-03-01T07:30:00Z',
  'mismatch.format': 'must have the format “{format}”',
  'mismatch.wholeCharacters': 'must not contain half of a character (an unpaired surrogate)',
  'mismatch.pattern': 'must match {pattern}',
});

/** Types in messages. */
export const typeName = defineMessages({
  'type.string': 'a string',
  'type.integer': 'a whole number',
  'type.number': 'a number',
  'type.boolean': 'true or false',
  'type.object': 'an object',
  'type.array': 'a list',
  'type.null': 'null',
});
