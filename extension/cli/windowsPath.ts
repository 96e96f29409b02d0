/**
 * The PATH of the user in the registry of Windows. PowerShell reads and writes it, because the value may contain variables, which
 * `setx` would expand and cut at 1,024 characters.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Adds the folder at the end, or removes it. Rejects with the error of PowerShell. */
export async function changeWindowsPath(folder: string, change: 'add' | 'remove'): Promise<void> {
  // The folder is passed as a variable, so that no character of it is code.
  const env = { ...process.env, JOBDECK_FOLDER: folder };
  await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script(change)], {
    env,
    windowsHide: true,
  });
}

function script(change: 'add' | 'remove'): string {
  return [
    "$ErrorActionPreference = 'Stop'",
    "$key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)",
    "$path = [string]$key.GetValue('Path', '', 'DoNotExpandEnvironmentNames')",
    "$parts = @($path -split ';' | Where-Object { $_ -ne '' -and $_ -ne $env:JOBDECK_FOLDER })",
    ...(change === 'add' ? ['$parts += $env:JOBDECK_FOLDER'] : []),
    "$key.SetValue('Path', ($parts -join ';'), 'ExpandString')",
    // Setting any variable tells open programs that the environment has changed.
    "[Environment]::SetEnvironmentVariable('JOBDECK_PATH_CHANGED', $null, 'User')",
  ].join('; ');
}
