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
  'INVALID_DEFINITION/variableNotSet': {
    message: 'The variable “{variable}” that “{definition}” uses is not set.',
    hint: 'Set it, or change the definition.',
  },
  'INVALID_DEFINITION/placeholderNotSet': {
    message: '“{placeholder}” that “{definition}” uses is not set.',
    hint: 'Set it, or change the definition.',
  },
});
