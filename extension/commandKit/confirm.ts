/** Confirmation of actions that affect several jobs or can’t be undone. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { oneLine } from '../base/text.ts';

/** Jobs that a question names. */
const namedJobs = 8;

/** Whether somebody said yes; the button says what they say yes to. */
export async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** Which jobs a question is about: the titles of the first, a line each. */
export function titles(jobs: readonly Pick<Job, 'title'>[]): string {
  const named = jobs.slice(0, namedJobs).map(({ title }) => oneLine(title, 80));
  return [...named, ...(jobs.length > named.length ? ['…'] : [])].join('\n');
}
