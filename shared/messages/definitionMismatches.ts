/** What is wrong at a place in a definition file. */
import { defineMessages } from './define.ts';

/** The end of a sentence that begins with the place. */
export const definitionMismatch = defineMessages({
  'definition.duration': 'must be a duration such as “90s”, “30m” or “1h30m”',
  'definition.durationOrNone': 'must be a duration such as “30m”, or “none”',
  'definition.rate': 'must be a number per period such as “10/1m”, or “none”',
  'definition.id': 'must be letters, digits, “_” and “-”',
  'definition.icon': 'must be the name of a codicon such as “beaker”',
  'definition.color': 'must be the ID of a theme color such as “charts.green”',
  'definition.unknownProperty': 'is not a known property',
  'definition.missingProperty': 'needs “{property}”',
  'definition.name': 'is not a valid name: use up to 100 letters, digits, “_”, “-”, “.” and, in names of jobs, “:”',
  'definition.reservedName': 'is not a valid name',
  'definition.duplicate': 'is defined twice',
  'definition.duplicateId': 'must be unique, but “{id}” is used twice',
  'definition.minDuration': 'must be at least {limit:duration}',
  'definition.maxDuration': 'must be at most {limit:duration}',
  'definition.minStarts': { one: 'must be at least {count} start', other: 'must be at least {count} starts' },
  'definition.maxStarts': { one: 'must be at most {count} start', other: 'must be at most {count} starts' },
  'definition.ratePeriod': 'must be for a period from 100 ms to 31 days',
  'definition.unknownPlaceholder': 'has an unknown placeholder “{placeholder}”',
  'definition.noWorkspaceFolder': 'has no workspace folder to refer to',
  'definition.rangeField': 'has “{placeholder}”, which is supported only in {fields}',
  'definition.rangeWithSchedule': 'has “{placeholder}”, which is set only by a backfill, but has a schedule',
  'definition.unknownInput': 'uses an input “{input}” that is not in “inputs”',
  'definition.passwordVisible': 'would reveal the password “{input}”',
  'definition.inputWithoutValue': 'uses the input “{input}”, which has no value when a schedule runs it',
  'definition.notAnOption': 'must be one of its “options”',
  'definition.regularExpression': 'is not a valid regular expression: {reason}',
  'definition.progressGroups': 'must have at least one group named {groups}',
});

/** What to do about it. */
export const definitionHint = defineMessages({
  'definition.similar': 'Did you mean “{word}”?',
  'definition.noneDefined': 'None are defined.',
  'definition.choices': 'Use one of: {words}.',
  'definition.escape': '{suggestion} To pass “${” to the shell, write “$${”.',
  'definition.removeOne': 'Remove one of them.',
  'definition.absolutePath': 'Jobs in this file don’t belong to a workspace. Use an absolute path.',
  'definition.separateJobs': 'Define two separate jobs.',
  'definition.addInput': 'Add it to “inputs”.',
  'definition.passwordInEnv': 'Use it in “env”, and use the variable here.',
  'definition.addDefault': 'Add a “default”.',
  'definition.doubleBackslashes': 'In JSON, write each backslash twice.',
  'definition.progressExample': 'For example (?<current>\\d+)/(?<total>\\d+), with each backslash written twice.',
});

/** Problems of a file as sentences. */
export const definitionSentence = defineMessages({
  'definition.withHint': '{problem} {hint}',
  'definition.position': '{line}:{column}: {problem}',
  'definition.unknownIcon': 'Unknown icon “{icon}”. The default icon is used. See the list of codicons.',
  'definition.tooLong': 'The file must have at most {limit:number} characters.',
  'definition.emptyFile': 'The file is empty. Expected at least an empty object.',
  'definition.syntax': 'This is not valid JSON.',
  'definition.syntax.InvalidSymbol': 'This is not valid JSON: strings need double quotes.',
  'definition.syntax.InvalidNumberFormat': 'This is not a number.',
  'definition.syntax.PropertyNameExpected': 'Expected a name in double quotes.',
  'definition.syntax.ValueExpected': 'Expected a value.',
  'definition.syntax.ColonExpected': 'Expected a colon.',
  'definition.syntax.CommaExpected': 'Expected a comma.',
  'definition.syntax.CloseBraceExpected': 'Expected a closing brace }.',
  'definition.syntax.CloseBracketExpected': 'Expected a closing bracket ].',
  'definition.syntax.EndOfFileExpected': 'Unexpected text after the end.',
  'definition.syntax.UnexpectedEndOfComment': 'The comment is not closed.',
  'definition.syntax.UnexpectedEndOfString': 'The string has no closing quote.',
  'definition.syntax.UnexpectedEndOfNumber': 'The number is incomplete.',
  'definition.syntax.InvalidUnicode': 'Expected \\uXXXX.',
  'definition.syntax.InvalidEscapeCharacter': 'This is not a valid escape sequence.',
  'definition.syntax.InvalidCharacter': 'This character must be escaped.',
});
