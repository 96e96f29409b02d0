/** The warnings about definition files: at most one for each kind, for all files. */
import { messageWithHint } from '../../shared/definitions/parse.ts';
import type { DefinitionProblem } from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { definitionFileMessage, definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type { WarningSink } from '../jobs/writer.ts';
import { slowLookMs } from './fileWatch.ts';
import { saveAgainMs } from './unsaved.ts';

/** The facts of a file that lead to warnings. */
export interface FileState {
  path: string;
  problems: readonly DefinitionProblem[];
  /** Its content was not agreed to. */
  pending: object | null;
  /** Why its changes could not be stored; null if they were. */
  unsaved: JobdeckError | null;
  /** Why its folder can't be watched; null if it is. */
  watchProblem: unknown;
}

export function warnAbout(files: readonly FileState[], warnings: WarningSink): void {
  warnInvalid(
    files.filter(({ problems }) => problems.length > 0),
    warnings,
  );
  warnPending(
    files.filter(({ pending }) => pending !== null),
    warnings,
  );
  warnUnsaved(
    files.filter(({ unsaved }) => unsaved !== null),
    warnings,
  );
  warnUnwatched(
    files.filter(({ watchProblem }) => watchProblem !== null),
    warnings,
  );
}

function warnInvalid(files: readonly FileState[], warnings: WarningSink): void {
  const [first] = files;
  if (first === undefined) {
    warnings.clear('INVALID_DEFINITION');
    return;
  }
  const problem = summaryOf(first.path, first.problems);
  warnings.set(
    files.length === 1
      ? definitionFileProblem.problem('INVALID_DEFINITION/oneFile', { problem })
      : definitionFileProblem.problem('INVALID_DEFINITION/severalFiles', { files: listed(files), problem }),
  );
}

function warnPending(files: readonly FileState[], warnings: WarningSink): void {
  const [first] = files;
  if (first === undefined) {
    warnings.clear('DEFINITION_PENDING');
    return;
  }
  warnings.set(
    files.length === 1
      ? definitionFileProblem.problem('DEFINITION_PENDING/oneFile', { path: first.path })
      : definitionFileProblem.problem('DEFINITION_PENDING/severalFiles', { files: listed(files) }),
  );
}

function warnUnsaved(files: readonly FileState[], warnings: WarningSink): void {
  const reason = files[0]?.unsaved ?? null;
  if (reason === null) {
    warnings.clear('DEFINITION_NOT_SAVED');
    return;
  }
  const seconds = saveAgainMs / 1000;
  const params = { files: listed(files), seconds, reason: reasonOf(reason) };
  warnings.set(definitionFileProblem.problem('DEFINITION_NOT_SAVED', params));
}

function warnUnwatched(files: readonly FileState[], warnings: WarningSink): void {
  const [first] = files;
  if (first === undefined) {
    warnings.clear('FILE_WATCH_FAILED');
    return;
  }
  const reason = reasonOf(first.watchProblem);
  const seconds = slowLookMs / 1000;
  warnings.set(definitionFileProblem.problem('FILE_WATCH_FAILED', { files: listed(files), seconds, reason }));
}

const listed = (files: readonly FileState[]) => files.map(({ path }) => path).join(', ');

/** The first problem with its place, and the number of the others. */
export function summaryOf(path: string, problems: readonly DefinitionProblem[]): Message {
  const [first] = problems;
  if (first === undefined) throw new Error(`${path} has no problems.`);
  const { line, column, code, params, message } = first;
  const problem = { code, params, message };
  const count = problems.length - 1;
  return count > 0
    ? definitionFileMessage('definitionFile.problems', { path, line, column, problem, count })
    : definitionFileMessage('definitionFile.problem', { path, line, column, problem });
}

/** Why a file could not be activated. */
export function activationProblem(error: unknown): Message {
  if (error instanceof JobdeckError) return messageWithHint(error);
  return definitionFileMessage('definitionFile.notActivated', { reason: reasonOf(error) });
}
