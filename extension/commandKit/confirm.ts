/** Confirmation of actions that affect several jobs or can’t be undone. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { oneLine } from '../base/text.ts';

/** Maximum number of jobs named in a question. */
const namedJobs = 8;

/** Asks for confirmation in a modal dialog. Enter presses the button, so use it for what does no harm. `yes` is the label of the button. */
export async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/**
 * Asks for confirmation of something that can’t be undone. Enter presses the first button, and the editor has no option for
 * another one, so that is `keep`, which changes nothing. Escape changes nothing either.
 */
export async function confirmLoss(
  question: string,
  detail: string,
  { keep, lose }: { keep: string; lose: string },
): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, keep, lose)) === lose;
}

/** The titles of the first jobs, one per line. */
export function titles(jobs: readonly Pick<Job, 'title'>[]): string {
  const named = jobs.slice(0, namedJobs).map(({ title }) => oneLine(title, 80));
  return [...named, ...(jobs.length > named.length ? ['…'] : [])].join('\n');
}
