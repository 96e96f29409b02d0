/** `jobdeck define review`: what changed in active definition files, and whether to activate it. */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DefinitionChange, DefinitionFile } from '../../shared/definitions/wire.ts';
import { quoteArgument } from '../../shared/format.ts';
import { definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import { visible } from '../../shared/visible.ts';
import { exitCodes } from '../exitCode.ts';
import { printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';
import { currentCaller } from '../submitting/caller.ts';
import { workspaceFile } from '../submitting/findDefinition.ts';

interface ReviewOptions {
  yes?: boolean;
}

export function addReview(define: Command, runner: Runner): void {
  define
    .command('review')
    .description('Show the changes of an active .vscode/jobs.json; exits with 1 if there are inactive ones')
    .argument('[file]', 'File or its folder (default: the nearest one if it is active, otherwise all)')
    .option('-y, --yes', 'Activate the changes')
    .option('--json', 'Print {"files"} as JSON')
    .action(runner.act(review));
}

async function review({ session, out }: Cli, file: string | undefined, { yes }: ReviewOptions): Promise<number> {
  const { files } = await session.persistently((client) => client.definitions());
  let reviewed = chosen(files, file);
  const changed = reviewed.filter(({ pending }) => pending !== null);
  const lines = changed.flatMap(diffOf);
  if (yes === true) {
    const agreed = new Map<string, DefinitionFile>();
    for (const { path, workspace, pending } of changed) {
      if (workspace === null || pending === null) continue;
      // Exactly what is printed, even if the file changes in the meantime.
      agreed.set(path, await session.persistently((client) => client.addDefinitions(workspace, pending.digest)));
      lines.push(`${printable(path)} is active.`);
    }
    reviewed = reviewed.map((one) => agreed.get(one.path) ?? one);
  }
  const unchanged =
    changed.length === 0 ? reviewed.map(({ path }) => `${printable(path)} has no changes to review.`) : [];
  out.result({ files: reviewed }, [...lines, ...unchanged]);
  for (const { path, problems } of reviewed) {
    if (problems.length > 0) out.note(`${printable(path)} has problems. To see them: jobdeck define check`);
  }
  if (changed.length === 0 || yes === true) return exitCodes.ok;
  const [first] = changed;
  const named = changed.length === 1 && first !== undefined ? ` ${quoteArgument(first.path)}` : '';
  out.note(`These changes are inactive. To activate them: jobdeck define review --yes${named}`);
  return exitCodes.failed;
}

/** The active file of that name or in that folder, or else the nearest one, or else all. */
function chosen(files: readonly DefinitionFile[], named: string | undefined): DefinitionFile[] {
  const { cwd } = currentCaller(named);
  const path = named === undefined ? workspaceFile(cwd)?.path : resolve(cwd, named);
  const found = files.find((one) => one.path === path || (one.workspace ?? dirname(one.path)) === path);
  if (found !== undefined) return [found];
  if (named !== undefined) throw definitionFileProblem('UNKNOWN_DEFINITION', { path: path ?? named });
  return [...files];
}

const signs = { added: '+', removed: '-', changed: '~' };

/** The changes of a file in the form of a diff. Characters that could hide something are shown as escapes. */
function diffOf({ path, pending }: DefinitionFile): string[] {
  return [printable(path), ...(pending?.changes ?? []).flatMap(changeLines)];
}

function changeLines({ kind, name, change, fields }: DefinitionChange): string[] {
  const line = (sign: string, field: string, value: string | null) =>
    value === null ? [] : [`    ${sign} ${visible(printable(field))}: ${visible(printable(value))}`];
  return [
    `  ${signs[change]} ${kind} ${visible(printable(name))}`,
    ...fields.flatMap(({ field, before, after }) => [...line('-', field, before), ...line('+', field, after)]),
  ];
}
