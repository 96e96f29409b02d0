/** Reasons why a definition can't be run. */
import { defineProblems } from './define.ts';

export const definitionProblem = defineProblems({
  'INVALID_REQUEST/noInputs': {
    message: '“{definition}” has no input “{input}”.',
    hint: '“{definition}” has no inputs.',
  },
  'INVALID_REQUEST/unknownInput': {
    message: '“{definition}” has no input “{input}”.',
    hint: 'Its inputs are: {inputs}.',
  },
  'INVALID_REQUEST/similarInput': {
    message: '“{definition}” has no input “{input}”.',
    hint: 'Did you mean “{similar}”?',
  },
  'INVALID_REQUEST/inputValue': {
    message: '“{value}” is not a valid value for the input “{input}” of “{definition}”.',
    hint: 'Use one of: {options}.',
  },
  'INVALID_REQUEST/similarInputValue': {
    message: '“{value}” is not a valid value for the input “{input}” of “{definition}”.',
    hint: 'Did you mean “{similar}”?',
  },
  'INVALID_REQUEST/inputRequired': {
    message: '“{definition}” needs a value for “{input}”.',
    hint: 'Set it with --input {input}=VALUE.',
  },
  'INVALID_REQUEST/shellValue': {
    message:
      'The value of “{placeholder}” has special characters, and the shell would evaluate it where it stands in the command of “{definition}”.',
    hint: 'Set a variable to it in “env” of the definition, and use that variable. Or write the command as a list.',
  },
  'INVALID_REQUEST/cmdValue': {
    message:
      'The value of “{placeholder}” in “{definition}” contains a line break, “%” or a quotation mark, which cmd.exe can’t quote.',
    hint: 'Use another value, or write the command as a list of the program and its arguments.',
  },
  'INVALID_DEFINITION/variableNotSet': {
    message: 'The variable “{variable}” that “{definition}” uses is not set.',
    hint: 'Set it, or change the definition.',
  },
  'INVALID_DEFINITION/placeholderNotSet': {
    message: '“{placeholder}” that “{definition}” uses is not set.',
    hint: 'Set it, or change the definition.',
  },
});
