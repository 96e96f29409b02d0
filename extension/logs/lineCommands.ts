/** Commands that copy and open links to lines of logs. */
import * as vscode from 'vscode';
import { editorProblem } from '../../shared/messages/editor.ts';
import { isTerminal } from '../../shared/status.ts';
import { chooseTargets } from '../commandKit/chooseJobs.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { ChooseDeps } from '../commandKit/deps.ts';
import { readArguments } from '../commandKit/targets.ts';
import { hasLog } from '../row/menuTokens.ts';
import { logRefOf } from './document/logDocuments.ts';
import { clickedLine, clickedNumber, fromLink, type LineRef, lineLink } from './lineLinks.ts';
import type { LogViews } from './logViews.ts';

export interface LineCommandDeps extends ChooseDeps {
  readonly logs: Pick<LogViews, 'open' | 'isWhole'>;
  readonly showDetails: (jobId: string) => void;
}

export function lineCommands(deps: LineCommandDeps): Pick<CommandTable, 'copyLineLink' | 'openLineLink'> {
  const { t } = deps;
  return {
    copyLineLink: {
      offline: 'works',
      async run(args) {
        const ref = clickedOnPage(args) ?? inEditor(deps, args);
        await vscode.env.clipboard.writeText(lineLink(ref, vscode.env.uriScheme));
        vscode.window.setStatusBarMessage(t('Copied a link to line {0}.', ref.line), 3_000);
      },
    },
    openLineLink: {
      offline: 'start',
      async run([uri]) {
        const ref = uri instanceof vscode.Uri ? fromLink(uri.query) : null;
        if (ref === null) throw editorProblem('INVALID_REQUEST/lineLink');
        const choice = { applies: hasLog, placeholder: '', none: '' };
        const [target] = await chooseTargets(deps, [{ jobId: ref.jobId, attempt: ref.attempt }], choice);
        if (target === undefined) return;
        const { job } = target;
        // The live log of a running attempt is a terminal, which has no lines to go to.
        if (ref.attempt >= job.attempt && !isTerminal(job.status)) deps.showDetails(job.id);
        else await deps.logs.open(job, ref.attempt, { line: ref.line });
      },
    },
  };
}

/** The line of a page on which its context menu was opened. */
function clickedOnPage(args: readonly unknown[]): LineRef | null {
  const line = clickedLine(args);
  const given = readArguments(args);
  const [target] = given.kind === 'targets' ? given.targets : [];
  return line === null || target === undefined || target.attempt === null
    ? null
    : { jobId: target.jobId, attempt: target.attempt, line };
}

/** The line of the log in the active editor: the one with the number that was clicked, or with the cursor. */
function inEditor({ logs }: LineCommandDeps, args: readonly unknown[]): LineRef {
  const editor = vscode.window.activeTextEditor;
  const ref = editor === undefined ? null : logRefOf(editor.document.uri);
  if (editor === undefined || ref === null) throw editorProblem('LOG_NOT_FOUND/noLine');
  if (!logs.isWhole(editor.document.uri)) throw editorProblem('LOG_NOT_FOUND/onlyEnd');
  return { ...ref, line: clickedNumber(args) ?? editor.selection.active.line + 1 };
}
