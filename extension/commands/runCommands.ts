/** Commands that start new jobs from a command line or a script. */
import { editorProblem } from '../../shared/messages/editor.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { environment } from '../base/submitter.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { recentCommands } from '../commandKit/recent.ts';
import { currentFolder, start } from '../commandKit/startJob.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import type { DefinitionFiles } from '../definitions/definitionFiles.ts';
import { jobsToRun, type RunDefinedDeps, runDefinedJob } from '../definitions/runDefined.ts';
import type { FolderScript } from '../scripts/folderScript.ts';
import { scriptCommand, scriptTitle } from '../scripts/scriptRequest.ts';
import type { ScriptsSource } from '../scripts/scriptsSource.ts';
import { pickRun } from './runPicker.ts';

/** Maximum number of recent commands in the picker. */
const recentLimit = 10;

export interface RunDeps extends RunDefinedDeps {
  readonly model: Pick<JobsModel, 'all'>;
  readonly scripts: Pick<ScriptsSource, 'ready' | 'scripts'>;
  readonly definitions: Pick<DefinitionFiles, 'ready' | 'files'>;
}

export function runCommands(deps: RunDeps): Pick<CommandTable, 'run' | 'runScript'> {
  return {
    run: { offline: 'start', startsJobs: true, run: (args) => runAny(deps, args) },
    runScript: {
      offline: 'start',
      startsJobs: true,
      async run([node]) {
        const script = toScript(node);
        if (script === null) await runAny(deps, []);
        else await start(deps, scriptRequest(script));
      },
    },
  };
}

/** Runs the given command line, otherwise shows a picker. */
async function runAny(deps: RunDeps, [given]: readonly unknown[]): Promise<void> {
  const { model, scripts, t } = deps;
  const folder = currentFolder();
  const cwd = folder?.uri.fsPath;
  if (typeof given === 'string') return start(deps, lineRequest(given, cwd));
  await Promise.all([scripts.ready(), deps.definitions.ready()]);
  const scriptLines = scripts.scripts.map(scriptTitle);
  const recent = recentCommands(model.all(), cwd ?? null, recentLimit + scriptLines.length);
  const choice = await pickRun(
    {
      jobs: jobsToRun(deps.definitions),
      scripts: scripts.scripts,
      recent: recent.filter(({ line }) => !scriptLines.includes(line)).slice(0, recentLimit),
      placeholder: cwd === undefined ? t('Type a command to run') : t('Type a command to run in {0}', cwd),
    },
    t,
  );
  if (choice?.kind === 'defined') await runDefinedJob(deps, choice.job);
  else if (choice?.kind === 'script') await start(deps, scriptRequest(choice.script));
  else if (choice !== undefined) await start(deps, lineRequest(choice.line, choice.cwd ?? cwd));
}

function lineRequest(line: string, cwd: string | undefined): SubmitRequest {
  if (line.trim() === '') throw editorProblem('EMPTY_COMMAND/line');
  return { command: { shell: line.trim() }, cwd };
}

function scriptRequest(script: FolderScript): SubmitRequest {
  const workspace = script.folder.uri.fsPath;
  const title = scriptTitle(script).slice(0, 300);
  const about = { title, type: script.name.slice(0, 100), workspace };
  if (script.run === undefined) return { ...about, command: scriptCommand(script, process.platform), cwd: workspace };
  const { command, cwd, env } = script.run;
  return { ...about, command, cwd, env: { ...environment(), ...env } };
}

/** The script of a row in the Scripts view. */
function toScript(node: unknown): FolderScript | null {
  if (typeof node !== 'object' || node === null || !('script' in node)) return null;
  return node.script as FolderScript;
}
