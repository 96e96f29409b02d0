/** The supervisor of a job on POSIX, as text for a shell. See docs/design/local.md. */

/** What ends a process by default. Trapped with a command, not ignored: what is ignored would stay so in the job. */
const signals = 'HUP INT QUIT PIPE ALRM TERM USR1 USR2 VTALRM PROF XCPU XFSZ';

/**
 * `$1` is the run folder, the rest is the command; descriptor 3 tells the daemon, by its end, that `pid` is written.
 * Built-ins only, and no variables: they could be exported into the job.
 *
 * The order is what makes a launch revocable: first `pid` is written, then `go` is looked for. Whoever removes `go`
 * and then finds no pid knows that nothing will run. A signal sent after `go` was removed is not lost either: where
 * `go` is looked for, the traps are gone already.
 *
 * `exec` in a subshell never takes a built-in for the program. The status goes over the blanks in `exit`, which needs
 * no space on the disk (`<>` does not truncate). What the shell itself has to say of a killed command ("Terminated")
 * stays out of the log.
 */
export const supervisorScript = script({ open: '', hold: '', close: '' });

/**
 * The same for a job that can be sent input, by way of `in`, until there is something to read in `end`. A process of its
 * own holds the end of `in` that is written to, because this shell can do nothing while the command runs. It ignores what
 * is sent to the whole group, and ends with this shell, which alone holds the other end of `end`. This shell keeps an end
 * of both to read, so that nothing is lost of what is sent early.
 *
 * Each FIFO is opened for both first: to open it for one would wait for the other.
 */
export const inputScript = script({
  open: 'exec 8<>"$1/end" 9<>"$1/in" <"$1/in"',
  hold: `
(
  trap '' ${signals}
  exec <"$1/end" 4>&- 8>&-
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
set -C
echo "$$" >"$1/pid" || exit 125
exec 2>/dev/null 3>&-
${hold}
(
  trap - ${signals}
  [ -e "$1/go" ] || { echo revoked >&4; exit 125; }
  shift
  exec 2>&1
  exec "$@" 4>&- ${close}
)
set -- "$?"
echo "$1" >&4
exit "$1"
`;
}

/** The name the shell puts before its own messages in the log, such as that a command was not found. */
export const supervisorName = 'jobdeck';
