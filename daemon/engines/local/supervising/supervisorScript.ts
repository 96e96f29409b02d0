/** The supervisor of a job on POSIX systems, as a shell script. See docs/design/local.md. */

/** Replaced by `withSettings`. To a shell it is a comment. */
const settingsMark = '  # settings';

/** Signals that end a process by default. They are trapped, not ignored, because the job would inherit ignored signals. */
const signals = 'HUP INT QUIT PIPE ALRM TERM USR1 USR2 VTALRM PROF XCPU XFSZ';

/**
 * `$1` is the run folder and `$2` the token of the launch; the other arguments are the command. Closing descriptor 3
 * signals to the daemon that `pid` is written. The script uses only built-ins, and no variables that it keeps, because
 * they could be exported to the job.
 *
 * A launch can be revoked because `pid` is written before `go` is checked: if the daemon removes `go` and then finds no
 * pid, nothing will run. A signal sent after `go` was removed is not lost, because the traps are reset before `go` is
 * checked.
 *
 * Entering the cgroup may fail, because the job also runs without one.
 *
 * `exec` in a subshell never runs a built-in instead of the program. The status overwrites the blanks in `exit`, which
 * needs no disk space (`<>` does not truncate). So does the shell's own message about a command that a signal ended
 * ("Terminated") in `messages`, from which the daemon learns that it was a signal. bash prints none in its POSIX mode,
 * zsh never.
 */
export const supervisorScript = script({ open: '', hold: '', close: '' });

/**
 * The same for a job that accepts input through `in` until something can be read from `end`. A separate process holds
 * the write end of `in` open, because this shell can do nothing while the command runs. That process ignores signals to
 * the whole group and ends with this shell, which is the only one that holds the other end of `end`. This shell keeps
 * read ends of both FIFOs open, so that early input is not lost.
 *
 * Each FIFO is first opened for reading and writing, because opening it for only one would block until the other end
 * is opened.
 */
export const inputScript = script({
  open: 'exec 8<>"$1/end" 9<>"$1/in" <"$1/in"',
  hold: `
(
  trap '' ${signals}
  exec <"$1/end" 2>/dev/null 4>&- 8>&-
  read -r line
) &
exec 9>&-`,
  close: '8>&-',
});

function script({ open, hold, close }: Record<'open' | 'hold' | 'close', string>): string {
  return `
trap : ${signals}
[ -w "$1/exit" ] || exit 125
exec 4<>"$1/exit"
${open}
[ -e "$1/cgroup" ] && {
  read -r jobdeck_cgroup <"$1/cgroup"
  echo 0 >"$jobdeck_cgroup"
  unset jobdeck_cgroup
} 2>/dev/null
set -C
echo "$$" >"$1/pid" || exit 125
exec 2<>"$1/messages" 3>&-
[ -z "\${BASH_VERSION-}" ] || command set +o posix
[ -z "\${ZSH_VERSION-}" ] || echo silent >&2
${hold}
(
  trap - ${signals}
  [ -e "$1/go" ] || { echo revoked >&4; exit 125; }
  shift 2
  exec 2>&1
${settingsMark}
  exec "$@" 4>&- ${close}
)
set -- "$?"
echo "$1" >&4
exit "$1"
`;
}

/** The script with lines that prepare the process of the command, right before it replaces the shell. */
export function withSettings(supervisor: string, lines: string[]): string {
  // What fails is not worth an error in the job’s log. The braces save the output only once: there may be few descriptors.
  const group = lines.length === 0 ? '' : `  {\n${lines.join('\n')}\n  } 2>/dev/null`;
  return supervisor.replace(settingsMark, () => group);
}

/** The prefix of the shell's own messages in the log, such as “not found”. */
export const supervisorName = 'jobdeck';
